"""Rules about a household and who belongs to it."""

from __future__ import annotations

import re

from common.names import Name
from households.rules.codes import Relationship, Sex
from households.rules.quality.facts import HomeFacts, PersonFacts
from households.rules.quality.rule import Group, Limits, Rule, of_home, of_people

MOBILE = re.compile(r"1[3-9][0-9]{9}")
_R = Relationship
MEN = frozenset(
    {_R.SON, _R.SON_IN_LAW, _R.GRANDSON, _R.DAUGHTERS_SON, _R.FATHER, _R.WIFES_FATHER, _R.HUSBANDS_FATHER}
    | {_R.GRANDFATHER, _R.MOTHERS_FATHER, _R.GREAT_GRANDSON, _R.NEPHEW, _R.UNCLE}
)
WOMEN = frozenset(
    {_R.DAUGHTER, _R.DAUGHTER_IN_LAW, _R.GRANDDAUGHTER, _R.DAUGHTERS_DAUGHTER, _R.MOTHER, _R.WIFES_MOTHER}
    | {_R.HUSBANDS_MOTHER, _R.GRANDMOTHER, _R.MOTHERS_MOTHER, _R.GREAT_GRANDDAUGHTER, _R.NIECE, _R.BROTHERS_WIFE}
)
SEX_OF = {**dict.fromkeys(MEN, Sex.MALE), **dict.fromkeys(WOMEN, Sex.FEMALE)}


def _related(home: HomeFacts, relationship: Relationship) -> list[PersonFacts]:
    return [person for person in home.people if person.relationship is relationship]


def _is_alike(home: HomeFacts, limits: Limits) -> bool:
    heads = {person.sex for person in _related(home, _R.HEAD)}
    return any(person.sex in heads for person in _related(home, _R.SPOUSE))


def _is_strange(phone: str) -> bool:
    return bool(phone) and MOBILE.fullmatch(phone) is None


HOMES: tuple[Rule[HomeFacts], ...] = (
    Rule(
        "household_without_head",
        Group.HOUSEHOLD,
        ("S3 05",),
        Name("无户主", "no head"),
        Name("户内没有户主，请确定一名户主。", "Nobody heads the household. Say who does."),
        of_home(lambda home, _limits: not _related(home, _R.HEAD)),
    ),
    Rule(
        "second_spouse",
        Group.HOUSEHOLD,
        ("S3 07",),
        Name("配偶多于一人", "more than one spouse"),
        Name("户主有多名配偶，请核对与户主关系。", "The head has more than one spouse. Check the relationships."),
        of_home(lambda home, _limits: len(_related(home, _R.SPOUSE)) > 1),
    ),
    Rule(
        "head_and_spouse_alike",
        Group.HOUSEHOLD,
        ("2_11_003",),
        Name("户主与配偶性别相同", "head and spouse of one sex"),
        Name(
            "户主与配偶性别相同，请核对性别和与户主关系。",
            "Head and spouse are of the same sex. Check sex and relationship.",
        ),
        of_home(_is_alike),
    ),
    Rule(
        "relationship_against_sex",
        Group.PERSON,
        ("2_12_008",),
        Name("关系与性别不符", "relationship contradicts sex"),
        Name(
            "与户主关系与性别不符，请核对其中之一。", "The relationship is not one of this sex. Check which is wrong."
        ),
        of_people(lambda person, _limits: SEX_OF.get(person.relationship, person.sex) is not person.sex),
    ),
    Rule(
        "number_missing",
        Group.PERSON,
        ("4_01_003",),
        Name("无证件号码", "no document number"),
        Name("尚未登记证件号码，请补登。", "No document number is recorded yet. Enter it once there is one."),
        of_people(lambda person, _limits: not person.has_number),
    ),
    Rule(
        "phone_of_member_strange",
        Group.PERSON,
        ("2_01_014",),
        Name("成员电话有误", "telephone of a member is none"),
        Name("联系电话不是11位手机号码，请核对。", "The telephone is not a mobile number of 11 digits. Check it."),
        of_people(lambda person, _limits: _is_strange(person.phone)),
    ),
    Rule(
        "phone_of_household_strange",
        Group.HOUSEHOLD,
        ("2_01_014",),
        Name("户联系电话有误", "telephone of the household is none"),
        Name("户联系电话不是11位手机号码，请核对。", "The telephone is not a mobile number of 11 digits. Check it."),
        of_home(lambda home, _limits: _is_strange(home.phone)),
    ),
    Rule(
        "phone_shared",
        Group.HOUSEHOLD,
        ("5_15_022",),
        Name("多户同一电话", "one telephone for several households"),
        Name(
            "其他农户登记了同一联系电话，请核对。",
            "Another household gives the same telephone. Check whose it is.",
        ),
        of_home(lambda home, _limits: bool(home.phone) and home.homes_with_phone > 1),
    ),
)
