"""The rules about the identification of a household, each with one that it finds and one that it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from households.rules.codes import Risk
from households.rules.conditions import Condition
from households.rules.person_codes import Health, Labour, WorkPlace
from households.rules.quality.facts import CheckFacts
from households.rules.quality.identification import IDENTIFICATION
from households.workflow import Status
from tests.quality_facts import case, hits, home, person, survey

WELL, ILL = person(Condition(health=(Health.HEALTHY,))), person(Condition(health=(Health.CHRONIC,)))
ABLE, WEAK = (person(Condition(labour=labour)) for labour in (Labour.ORDINARY, Labour.WEAK))
UNABLE = person(Condition(labour=Labour.LOST))
IDLE, BUSY = (person(Condition(work_place=place)) for place in (WorkPlace.NONE, WorkPlace.COUNTRY))
UNKNOWN = person(None)
CHECKED_ON = date(2022, 8, 1)


def at_identification(net: str, **told: object) -> dict[str, object]:
    return {"identification": survey(net, **told)}


def checked(**found: bool) -> CheckFacts:
    return CheckFacts(CHECKED_ON, **found)


# rule: what it finds, what it does not find.
TRUTH = {
    "below_line_not_monitored": (
        home(surveys=at_identification("6499.99")),
        home(surveys=at_identification("6500")),
    ),
    "monitored_without_risk": (home(case=case()), home(case=case(Risk.ILLNESS))),
    "identified_rich": (
        home(case=case(Risk.ILLNESS), surveys=at_identification("20000.01")),
        home(case=case(Risk.ILLNESS), surveys=at_identification("20000")),
    ),
    "disability_unfounded": (
        home(WELL, case=case(Risk.DISABILITY)),
        home(person(Condition(health=(Health.DISABLED,))), case=case(Risk.DISABILITY)),
    ),
    "illness_unfounded": (home(WELL, case=case(Risk.ILLNESS)), home(WELL, ILL, case=case(Risk.ILLNESS))),
    "illness_without_spending": (
        home(case=case(Risk.ILLNESS), surveys=at_identification("5000", self_paid=Decimal(0))),
        home(case=case(Risk.ILLNESS), surveys=at_identification("5000", self_paid=Decimal(1))),
    ),
    "work_risk_nobody_able": (
        home(UNABLE, case=case(Risk.UNSTABLE_WORK)),
        home(UNABLE, WEAK, case=case(Risk.UNSTABLE_WORK)),
    ),
    "work_risk_nobody_works": (
        home(IDLE, case=case(Risk.UNSTABLE_WORK)),
        home(IDLE, BUSY, case=case(Risk.UNSTABLE_WORK)),
    ),
    "no_labour_unfounded": (home(ABLE, ABLE, case=case(Risk.NO_LABOUR)), home(ABLE, WEAK, case=case(Risk.NO_LABOUR))),
    "water_risk_missing": (
        home(case=case(Risk.ILLNESS), check=checked(is_water_safe=False)),
        home(case=case(Risk.UNSAFE_WATER), check=checked(is_water_safe=False)),
    ),
    "illness_risk_missing": (
        home(case=case(Risk.ACCIDENT), check=checked(is_everyone_insured=False)),
        home(case=case(Risk.ACCIDENT), check=checked(is_everyone_insured=True)),
    ),
    "dropout_without_child": (
        home(person(age=16), case=case(Risk.SCHOOLING), check=checked(is_schooling_kept=False)),
        home(person(age=15), case=case(Risk.SCHOOLING), check=checked(is_schooling_kept=False)),
    ),
}


LEFT_SCHOOL, KEPT_SCHOOL = checked(is_schooling_kept=False), checked(is_schooling_kept=True)
OVER = Status.REFUSED
# rule: what it does not find though all but one of its conditions hold.
ALMOST = [
    ("below_line_not_monitored", home()),
    ("below_line_not_monitored", home(case=case(Risk.ILLNESS), surveys=at_identification("100"))),
    ("below_line_not_monitored", home(case=case(status=Status.ELIMINATED), surveys=at_identification("100"))),
    ("monitored_without_risk", home(case=case(status=OVER))),
    ("identified_rich", home(case=case(Risk.ILLNESS))),
    ("identified_rich", home(case=case(Risk.ILLNESS, status=OVER), surveys=at_identification("30000"))),
    ("identified_rich", home(case=case(Risk.ILLNESS), surveys={"yearly": survey("30000")})),
    ("disability_unfounded", home(WELL, case=case(Risk.ILLNESS))),
    ("disability_unfounded", home(WELL, case=case(Risk.DISABILITY, status=OVER))),
    (
        "disability_unfounded",
        home(person(Condition(health=(Health.CHRONIC,), disability_level=3)), case=case(Risk.DISABILITY)),
    ),
    ("disability_unfounded", home(WELL, person(Condition(health=(Health.DISABLED,))), case=case(Risk.DISABILITY))),
    ("illness_unfounded", home(WELL, case=case(Risk.DISABILITY))),
    (
        "illness_without_spending",
        home(case=case(Risk.ACCIDENT), surveys=at_identification("5000", self_paid=Decimal(0))),
    ),
    ("illness_without_spending", home(case=case(Risk.ILLNESS))),
    ("work_risk_nobody_able", home(UNABLE, case=case(Risk.ILLNESS))),
    ("work_risk_nobody_works", home(IDLE, case=case(Risk.ILLNESS))),
    ("work_risk_nobody_works", home(IDLE, ABLE, case=case(Risk.UNSTABLE_WORK))),
    ("work_risk_nobody_works", home(case=case(Risk.UNSTABLE_WORK))),
    ("no_labour_unfounded", home(ABLE, ABLE, case=case(Risk.ILLNESS))),
    ("no_labour_unfounded", home(ABLE, ABLE, UNKNOWN, case=case(Risk.NO_LABOUR))),
    ("water_risk_missing", home(case=case(Risk.ILLNESS))),
    ("water_risk_missing", home(case=case(Risk.ILLNESS), check=checked(is_water_safe=True))),
    ("water_risk_missing", home(case=case(Risk.ILLNESS), check=checked())),
    (
        "water_risk_missing",
        home(case=case(Risk.ILLNESS, status=Status.ELIMINATED), check=checked(is_water_safe=False)),
    ),
    ("dropout_without_child", home(person(age=40), case=case(Risk.SCHOOLING), check=KEPT_SCHOOL)),
    ("dropout_without_child", home(person(age=40), case=case(Risk.SCHOOLING), check=checked())),
    ("dropout_without_child", home(person(age=40), case=case(Risk.SCHOOLING))),
    # one child of age is enough, and one whose age nobody knows may be it
    ("dropout_without_child", home(person(age=40), person(age=9), case=case(Risk.SCHOOLING), check=LEFT_SCHOOL)),
    ("dropout_without_child", home(person(age=40), person(age=None), case=case(Risk.SCHOOLING), check=LEFT_SCHOOL)),
]


@pytest.mark.parametrize(("code", "facts"), ALMOST)
def test_all_but_one_of_its_conditions_are_not_enough(code, facts):
    assert hits(rule_of(code), facts) == []


@pytest.mark.parametrize(("able", "weak", "is_hit"), [(1, 0, True), (4, 1, True), (3, 1, True), (2, 1, False)])
def test_lack_of_labour_is_doubted_from_the_share_on_that_is_set(able, weak, is_hit):
    facts = home(*[ABLE] * able, *[WEAK] * weak, case=case(Risk.NO_LABOUR))
    assert bool(list(rule_of("no_labour_unfounded").check(facts, {"percent": Decimal(75)}))) is is_hit


@pytest.mark.parametrize("age", [5, 6, 15, 16])
def test_a_child_of_age_for_school_is_between_six_and_fifteen(age):
    facts = home(person(age=age), case=case(Risk.SCHOOLING), check=LEFT_SCHOOL)
    assert bool(hits(rule_of("dropout_without_child"), facts)) is (age in {5, 16})


def rule_of(code: str):
    return next(rule for rule in IDENTIFICATION if rule.code == code)


def test_every_rule_about_identification_has_its_truth_here():
    assert [rule.code for rule in IDENTIFICATION] == list(TRUTH)


@pytest.mark.parametrize("rule", IDENTIFICATION, ids=lambda rule: rule.code)
def test_the_rule_finds_the_one_and_not_the_other(rule):
    found, passed = TRUTH[rule.code]
    assert hits(rule, found) == [None]
    assert hits(rule, passed) == []


@pytest.mark.parametrize(
    ("code", "risk"),
    [
        ("disability_unfounded", Risk.DISABILITY),
        ("illness_unfounded", Risk.ILLNESS),
        ("work_risk_nobody_able", Risk.UNSTABLE_WORK),
        ("work_risk_nobody_works", Risk.UNSTABLE_WORK),
    ],
)
def test_a_member_of_whom_nothing_is_recorded_may_be_the_reason(code, risk):
    assert hits(rule_of(code), home(WELL, UNABLE, IDLE, UNKNOWN, case=case(risk))) == []


def test_a_household_whose_clue_is_looked_into_is_not_left_unwatched():
    below = {"surveys": at_identification("100")}
    rule = rule_of("below_line_not_monitored")
    assert hits(rule, home(case=case(Risk.ILLNESS, status=Status.REPORTED), **below)) == []
    assert hits(rule, home(line=None, **below)) == []


def test_a_member_without_insurance_calls_for_the_risk_of_illness_too():
    uninsured = person(Condition(has_resident_insurance=False, has_employee_insurance=False))
    rule = rule_of("illness_risk_missing")
    assert hits(rule, home(uninsured, case=case(Risk.ACCIDENT))) == [None]
    assert hits(rule, home(uninsured, case=case(Risk.ACCIDENT, status=Status.ELIMINATED))) == []
