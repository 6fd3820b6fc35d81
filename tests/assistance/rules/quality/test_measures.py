"""The rules about measures, each with one that it finds and one that it does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assistance.rules.categories import Category
from assistance.rules.quality.facts import HelpedHome, MeasureFacts
from assistance.rules.quality.measures import MEASURES
from households.rules.codes import Risk
from households.rules.conditions import Condition
from households.rules.person_codes import (
    Allowance,
    DropoutReason,
    Health,
    Labour,
    PublicPost,
    Schooling,
    WorkPlace,
)
from households.rules.standards import Kind, defaults
from households.workflow import Status
from tests.quality_facts import ON, SECOND, case, hits, home, person

C = Category
MATRIX = {
    code: frozenset(Category(name) for name in each.value.get("any_of", ()))
    for code, each in defaults(Kind.MATRIX).items()
}
ABLE, IDLE = Condition(labour=Labour.ORDINARY), Condition(work_place=WorkPlace.NONE)
WORKING = Condition(work_place=WorkPlace.COUNTY)
POOR, NOT_POOR = Condition(dibao=Allowance.RURAL), Condition(dibao=Allowance.NONE)
SUPPORTED = Condition(tekun=Allowance.RURAL)
SEVERE = Condition(health=(Health.DISABLED,), disability_category=1, disability_level=2)
WELL = Condition(health=(Health.HEALTHY,))
STUDENT = Condition(schooling=Schooling.VOCATIONAL_2)
OUT = Condition(dropout_reason=DropoutReason.COST)
UNINSURED = Condition(has_resident_insurance=False, has_employee_insurance=False)


def given(category: Category, item: str = "一户一策") -> MeasureFacts:
    return MeasureFacts(category, item, date(2022, 1, 1))


def helped(condition: Condition, *measures: MeasureFacts, risk: Risk = Risk.OTHER, **told: object) -> HelpedHome:
    return HelpedHome(home(person(condition), case=case(risk, **told)), measures, MATRIX)


def late(days: int) -> dict[str, date]:
    return {"identified_on": ON - timedelta(days=days)}


# rule: what it finds, what it does not find.
TRUTH = {
    "no_measure": (helped(WELL, **late(32)), helped(WELL, **late(31))),
    "able_only_secured": (
        helped(ABLE, given(C.SOCIAL_SECURITY)),
        helped(ABLE, given(C.SOCIAL_SECURITY), given(C.HEALTH)),
    ),
    "able_not_developed": (
        helped(ABLE, given(C.HEALTH), **late(184)),
        helped(ABLE, given(C.HEALTH), **late(183)),
    ),
    "development_is_weak": (
        helped(ABLE, given(C.EMPLOYMENT, "职业技能培训")),
        helped(ABLE, given(C.EMPLOYMENT, "职业技能培训"), given(C.INDUSTRY, "养殖业奖补")),
    ),
    "dibao_without_recipient": (
        helped(NOT_POOR, given(C.SOCIAL_SECURITY, "农村低保")),
        helped(POOR, given(C.SOCIAL_SECURITY, "农村低保")),
    ),
    "recipient_without_dibao": (
        helped(POOR, given(C.SOCIAL_SECURITY)),
        helped(POOR, given(C.SOCIAL_SECURITY, "农村低保")),
    ),
    "tekun_without_recipient": (
        helped(NOT_POOR, given(C.SOCIAL_SECURITY, "特困供养")),
        helped(SUPPORTED, given(C.SOCIAL_SECURITY, "特困供养")),
    ),
    "recipient_without_tekun": (helped(SUPPORTED), helped(SUPPORTED, given(C.SOCIAL_SECURITY, "特困供养"))),
    "aid_without_disabled": (
        helped(WELL, given(C.SOCIAL_SECURITY, "残疾人补贴")),
        helped(SEVERE, given(C.SOCIAL_SECURITY, "残疾人补贴")),
    ),
    "disabled_without_aid": (helped(SEVERE), helped(SEVERE, given(C.SOCIAL_SECURITY, "残疾人补贴"))),
    "work_measure_nobody_works": (helped(IDLE, given(C.EMPLOYMENT)), helped(WORKING, given(C.EMPLOYMENT))),
    "yulu_without_student": (
        helped(WELL, given(C.EDUCATION, "雨露计划补助")),
        helped(STUDENT, given(C.EDUCATION, "雨露计划补助")),
    ),
    "student_without_yulu": (helped(STUDENT), helped(STUDENT, given(C.EDUCATION, "雨露计划补助"))),
    "resettled_too_late": (
        helped(WELL, given(C.RELOCATION), identified_on=date(2021, 1, 1)),
        helped(WELL, given(C.RELOCATION), identified_on=date(2020, 12, 31)),
    ),
    "illness_unanswered": (
        helped(WELL, given(C.WATER), risk=Risk.ILLNESS),
        helped(WELL, given(C.SOCIAL), risk=Risk.ILLNESS),
    ),
    "schooling_unanswered": (
        helped(WELL, given(C.HEALTH), risk=Risk.SCHOOLING),
        helped(WELL, given(C.EDUCATION), risk=Risk.SCHOOLING),
    ),
    "disability_unanswered": (
        helped(WELL, given(C.HEALTH), risk=Risk.DISABILITY),
        helped(WELL, given(C.SOCIAL_SECURITY), risk=Risk.DISABILITY),
    ),
    "housing_unanswered": (
        helped(WELL, given(C.WATER), risk=Risk.UNSAFE_HOUSING),
        helped(WELL, given(C.HOUSING), risk=Risk.UNSAFE_HOUSING),
    ),
    "water_unanswered": (
        helped(WELL, given(C.HOUSING), risk=Risk.UNSAFE_WATER),
        helped(WELL, given(C.WATER), risk=Risk.UNSAFE_WATER),
    ),
    "dropout_unanswered": (helped(OUT, given(C.EDUCATION)), helped(OUT, given(C.COMPULSORY_EDUCATION))),
    "insurance_unanswered": (helped(UNINSURED, given(C.WATER)), helped(UNINSURED, given(C.HEALTH))),
}


BOTH = given(C.SOCIAL_SECURITY, "残疾人两项补贴")
CERTIFIED = Condition(health=(Health.CHRONIC,), disability_category=1, disability_level=3)
POSTED = Condition(work_place=WorkPlace.NONE, public_post=PublicPost.VILLAGE)
# rule: what it does not find though all but one of its conditions hold.
ALMOST = [
    ("able_only_secured", helped(WELL, given(C.SOCIAL_SECURITY))),
    ("able_only_secured", helped(ABLE)),
    ("able_not_developed", helped(ABLE, given(C.FINANCE), **late(184))),
    ("able_not_developed", helped(WELL, given(C.HEALTH), **late(184))),
    ("development_is_weak", helped(WELL, given(C.EMPLOYMENT, "职业技能培训"))),
    ("development_is_weak", helped(ABLE)),
    ("development_is_weak", helped(ABLE, given(C.HEALTH, "培训"))),
    ("dibao_without_recipient", helped(NOT_POOR, given(C.SOCIAL_SECURITY))),
    ("recipient_without_dibao", helped(NOT_POOR, given(C.SOCIAL_SECURITY))),
    ("tekun_without_recipient", helped(NOT_POOR, given(C.SOCIAL_SECURITY))),
    ("recipient_without_tekun", helped(NOT_POOR)),
    ("aid_without_disabled", helped(WELL, given(C.SOCIAL_SECURITY))),
    ("aid_without_disabled", helped(CERTIFIED, BOTH)),
    ("aid_without_disabled", helped(Condition(health=(Health.DISABLED,)), BOTH)),
    ("aid_without_disabled", helped(ABLE, BOTH)),  # of whose health nothing is recorded
    ("disabled_without_aid", helped(CERTIFIED)),
    ("disabled_without_aid", helped(SEVERE, BOTH)),
    ("work_measure_nobody_works", helped(IDLE, given(C.HEALTH))),
    ("work_measure_nobody_works", helped(ABLE, given(C.EMPLOYMENT))),  # of whose work nothing is recorded
    ("work_measure_nobody_works", helped(POSTED, given(C.PUBLIC_POST))),
    ("yulu_without_student", helped(WELL, given(C.EDUCATION))),
    ("student_without_yulu", helped(WELL)),
    ("resettled_too_late", helped(WELL, given(C.HOUSING), identified_on=date(2022, 1, 1))),
    ("illness_unanswered", helped(WELL, given(C.WATER), risk=Risk.SCHOOLING)),
    ("dropout_unanswered", helped(WELL, given(C.EDUCATION))),
    ("insurance_unanswered", helped(WELL, given(C.WATER))),
]


def rule_of(code: str):
    return next(rule for rule in MEASURES if rule.code == code)


@pytest.mark.parametrize(("code", "facts"), ALMOST)
def test_all_but_one_of_its_conditions_are_not_enough(code, facts):
    assert hits(rule_of(code), facts) == []


@pytest.mark.parametrize(
    ("code", "category", "item"),
    [
        ("dibao_without_recipient", C.SOCIAL_SECURITY, "农村低保"),
        ("tekun_without_recipient", C.SOCIAL_SECURITY, "特困供养"),
        ("aid_without_disabled", C.SOCIAL_SECURITY, "残疾人补贴"),
        ("yulu_without_student", C.EDUCATION, "雨露计划补助"),
        ("work_measure_nobody_works", C.EMPLOYMENT, "务工补贴"),
    ],
)
def test_a_member_of_whom_nothing_is_recorded_may_be_the_one_who_is_helped(code, category, item):
    nobody = Condition(health=(Health.HEALTHY,), work_place=WorkPlace.NONE, dibao=Allowance.NONE)
    people = (person(nobody), person(None, key=SECOND))
    assert hits(rule_of(code), HelpedHome(home(*people, case=case()), (given(category, item),), MATRIX)) == []
    described = (person(nobody), person(nobody, key=SECOND))
    assert hits(rule_of(code), HelpedHome(home(*described, case=case()), (given(category, item),), MATRIX)) == [None]


@pytest.mark.parametrize(
    ("code", "one"),
    [
        ("recipient_without_dibao", POOR),
        ("recipient_without_tekun", SUPPORTED),
        ("disabled_without_aid", SEVERE),
        ("student_without_yulu", STUDENT),
    ],
)
def test_one_member_among_others_is_enough(code, one):
    people = (person(WELL), person(one, key=SECOND))
    assert hits(rule_of(code), HelpedHome(home(*people, case=case()), (), MATRIX)) == [None]


def test_every_rule_about_measures_has_its_truth_here():
    assert {rule.code for rule in MEASURES} == set(TRUTH)


@pytest.mark.parametrize("rule", MEASURES, ids=lambda rule: rule.code)
def test_the_rule_finds_the_one_and_not_the_other(rule):
    found, passed = TRUTH[rule.code]
    assert hits(rule, found) == [None]
    assert hits(rule, passed) == []


@pytest.mark.parametrize("rule", MEASURES, ids=lambda rule: rule.code)
def test_nothing_is_found_of_who_has_no_case_or_is_not_yet_monitored(rule):
    found = TRUTH[rule.code][0]
    assert hits(rule, HelpedHome(home(*found.home.people), found.measures, MATRIX)) == []
    reported = home(*found.home.people, case=case(*found.case.risks, status=Status.REPORTED, identified_on=None))
    assert hits(rule, HelpedHome(reported, found.measures, MATRIX)) == []


def test_a_risk_is_given_time_to_be_answered():
    rule = next(rule for rule in MEASURES if rule.code == "water_unanswered")
    assert hits(rule, helped(WELL, risk=Risk.UNSAFE_WATER, **late(31))) == []
    assert hits(rule, helped(WELL, risk=Risk.UNSAFE_WATER, **late(32))) == [None]
