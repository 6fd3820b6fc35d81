"""A public notice: what it says, and that nothing private can be smuggled into it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date

import pytest

from households.rules.codes import HouseholdType
from households.rules.notices import NoticeSheet, Procedure, Unshowable, fault_of_name, last_day

SHEET = NoticeSheet(
    procedure=Procedure.IDENTIFICATION,
    township="城关镇",
    village="高坪村",
    head="张三",
    persons=4,
    household_type=HouseholdType.SUDDEN,
    posted_on=date(2022, 4, 1),
    until=date(2022, 4, 5),
)


def test_the_sheet_says_who_what_and_until_when():
    assert SHEET.title == "防止返贫监测对象识别公示"
    assert SHEET.row == ("高坪村", "张三", "4人", "突发严重困难户")
    assert SHEET.days == "公示期：2022年4月1日至2022年4月5日，共5天。"
    assert SHEET.how_to_object == "如有异议，请在公示期内向高坪村村民委员会或城关镇人民政府反映。"
    assert SHEET.signed == ("高坪村村民委员会", "2022年4月1日")
    assert replace(SHEET, procedure=Procedure.ELIMINATION).title == "防止返贫监测对象风险消除公示"


def test_it_has_no_other_fields_and_takes_none():
    assert {field.name for field in fields(NoticeSheet)} == {
        "procedure", "township", "village", "head", "persons", "household_type", "posted_on", "until",
    }  # fmt: skip
    for smuggled in ("remark", "number", "phone", "risks"):
        with pytest.raises((AttributeError, FrozenInstanceError, TypeError)):
            setattr(SHEET, smuggled, "620121198001011234")


@pytest.mark.parametrize("field", ["head", "village", "township"])
@pytest.mark.parametrize(
    "text",
    [
        "张三620121198001011234",
        "张三 139 0000 0000",
        "张三１３９０００００００",
        "张三一三九〇〇〇〇〇〇〇〇",
        "张三1·3·9·0·0",
        "张1三3四9五0",
        "张三①③⑨⓪",
        "张三٦٢٠١",
        "张三1二3四",
        "张一〇三九",
        "张1三2四5六7",
        "张三（残疾）",
        "张三因病致贫",
        "张三 肺癌",
        "Zhang San HIV",
        "张三，高坪村五社",
        "张三<b>",
        "",
        "张" * 41,
    ],
)
def test_a_name_cannot_carry_a_number_or_health(field: str, text: str):
    with pytest.raises(Unshowable):
        replace(SHEET, **{field: text})


@pytest.mark.parametrize(
    "name", ["张三", "霍去病", "买买提·艾力", "欧阳一一", "三十里铺村", "一〇一村", "O'Brien", "李雷101", "张" * 40]
)
def test_a_true_name_is_a_name(name: str):
    assert fault_of_name(name) == ""


@pytest.mark.parametrize(("days", "last"), [(5, date(2022, 4, 5)), (1, date(2022, 4, 1)), (0, date(2022, 4, 1))])
def test_a_notice_hangs_for_whole_days(days: int, last: date):
    assert last_day(date(2022, 4, 1), days) == last
