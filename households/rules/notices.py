"""The sheet of a public notice: a type that cannot carry numbers, phones, accounts or health (DESIGN §8)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from households.rules.codes import HOUSEHOLD_TYPES, HouseholdType
from households.rules.procedure import ends_of_notice


class Procedure(StrEnum):
    """What the notice is about."""

    IDENTIFICATION = "identification"
    ELIMINATION = "elimination"


# The sheet is in Chinese, whoever prints it: it hangs in a village.
TITLES: dict[Procedure, str] = {
    Procedure.IDENTIFICATION: "防止返贫监测对象识别公示",
    Procedure.ELIMINATION: "防止返贫监测对象风险消除公示",
}
SAID: dict[Procedure, str] = {
    Procedure.IDENTIFICATION: "经入户核实、信息比对和民主评议，拟将下列农户纳入监测对象，现予公示，接受群众监督。",
    Procedure.ELIMINATION: "经入户核实和民主评议，拟认定下列监测对象风险消除，现予公示，接受群众监督。",
}
COLUMNS = ("所在村", "户主姓名", "家庭人口", "监测对象类型")
LONGEST_NAME = 40
# Longer runs of digits, of whichever script, can be part of a document number, a phone or an account.
LONGEST_RUN_OF_DIGITS = 3
CHINESE_DIGITS = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖"
RUN_OF_DIGITS = re.compile(rf"[\d{CHINESE_DIGITS}]{{{LONGEST_RUN_OF_DIGITS + 1},}}")
HEALTH = re.compile(
    "癌|肿瘤|肝炎|艾滋|结核|透析|尿毒|瘫痪|残疾|伤残|致残|高血压|糖尿|血友|白血|心脏|脑梗|中风|精神|智力|抑郁|怀孕|流产|手术|住院"
    "|患病|疾病|大病|重病|慢病|慢性病|因病|有病|生病|病人|病情|病史"
    "|hiv|aids|cancer|tumou?r|disab|disease|illness|diabet|hepatitis|dialysis|patient|hospital",
    re.IGNORECASE,
)


class Unshowable(ValueError):
    """A text that must not hang in public; the sentence says which and what to do."""


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """All that a public notice says. There is no field for a document number, a phone, an account, health or risks.

    Names are refused that could carry one of these; `until` is the last day of the notice.
    """

    procedure: Procedure
    township: str
    village: str
    head: str
    persons: int
    household_type: HouseholdType
    posted_on: date
    until: date

    def __post_init__(self) -> None:
        for text in (self.township, self.village, self.head):
            if fault := fault_of_name(text):
                raise Unshowable(fault)

    @property
    def title(self) -> str:
        """The heading of the sheet."""
        return TITLES[self.procedure]

    @property
    def said(self) -> str:
        """What is announced."""
        return SAID[self.procedure]

    @property
    def row(self) -> tuple[str, str, str, str]:
        """The household, under COLUMNS."""
        return self.village, self.head, f"{self.persons}人", HOUSEHOLD_TYPES[self.household_type].zh

    @property
    def days(self) -> str:
        """From when until when the notice hangs."""
        count = (self.until - self.posted_on).days + 1
        return f"公示期：{in_chinese(self.posted_on)}至{in_chinese(self.until)}，共{count}天。"

    @property
    def how_to_object(self) -> str:
        """Where an objection is brought."""
        return f"如有异议，请在公示期内向{self.village}村民委员会或{self.township}人民政府反映。"

    @property
    def signed(self) -> tuple[str, str]:
        """Who announces it, and when."""
        return f"{self.village}村民委员会", in_chinese(self.posted_on)


def fault_of_name(text: str) -> str:
    """Why a name must not hang in public, as a sentence; "" where it may.

    A name is letters and the dot between the parts of a foreign name; its digits are read whatever their script and
    whatever stands between them.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > LONGEST_NAME:
        return _("A name on a public notice has 1 to %(most)d characters. Mend it first.") % {"most": LONGEST_NAME}
    letters = "".join(sign for sign in plain if sign.isalnum())
    if RUN_OF_DIGITS.search(letters) or sum(map(_is_digit, letters)) > LONGEST_RUN_OF_DIGITS:
        return _("A name on a public notice must not carry a number. Mend the name first.")
    if HEALTH.search(letters):
        return _("A name on a public notice must not say anything about health. Mend the name first.")
    if any(not (sign.isalnum() or sign in " ·•.-'") for sign in plain):
        return _("A name on a public notice consists of letters. Mend the name first.")
    return ""


def last_day(posted_on: date, days: int) -> date:
    """The last of so many whole days on which a notice hangs that was posted on that day, at least that day."""
    return max(posted_on, ends_of_notice(posted_on, days) - timedelta(days=1))


def in_chinese(day: date) -> str:
    """A day as a Chinese notice writes it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign).startswith("N")
