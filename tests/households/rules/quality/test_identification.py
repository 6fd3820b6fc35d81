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
