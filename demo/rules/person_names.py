"""Plausible Chinese names from common surnames and given-name characters; any likeness to a person is chance."""

from __future__ import annotations

from random import Random

from households.rules.codes import Sex

_SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_MALE = tuple(
    "伟强军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢建"
    "国峰磊洋海云志文学义德福贵全成永生祥发荣庆有玉忠仁智宏振兴"
)
_FEMALE = tuple(
    "芳娜敏静丽艳娟霞秀燕玲桂英华玉萍红梅兰凤洁云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉桃花春菊慧巧美惠琴素婷"
)
_GIVEN = {Sex.MALE: _MALE, Sex.FEMALE: _FEMALE}
_SINGLE_CHARACTER = 0.25


def draw_surname(rng: Random) -> str:
    """A common surname; the earlier in the list, the more common."""
    return _SURNAMES[int(len(_SURNAMES) * rng.random() ** 1.7)]


def draw_name(surname: str, sex: Sex, rng: Random) -> str:
    """A full name with that surname and one or two given-name characters."""
    characters = _GIVEN[sex]
    given = rng.choice(characters)
    if rng.random() >= _SINGLE_CHARACTER:
        given += rng.choice(characters)
    return surname + given
