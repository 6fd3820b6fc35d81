"""What in the records proposes a clue: each rule in its truth table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils import translation

from households.rules.codes import HouseholdType, Risk
from households.rules.conditions import Condition
from households.rules.person_codes import DropoutReason, WorkPlace
from households.rules.quality.facts import CheckFacts, SurveyFacts
from households.rules.standards import Kind, defaults
from households.rules.warnings import (
    CAUSES,
    Cause,
    HomeSigns,
    PersonSigns,
    Sign,
    sentence,
    signs,
    usual_risk,
    usual_type,
)
from households.workflow import Status

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
SETTINGS = {code: each.value for code, each in defaults(Kind.WARNING).items()}
LI, ZHANG = UUID(int=1), UUID(int=2)
AT_WORK, AT_HOME = Condition(work_place=WorkPlace.PROVINCE), Condition(work_place=WorkPlace.NONE)
UNINSURED = Condition(has_resident_insurance=False, has_employee_insurance=False)


def survey(net: str = "9000", self_paid: str = "0") -> SurveyFacts:
    nothing = Decimal(0)
    return SurveyFacts(MARCH, nothing, nothing, nothing, Decimal(self_paid), Decimal(net))


def person(now: Condition | None, before: Condition | None = None) -> HomeSigns:
    return HomeSigns(people=(PersonSigns(LI, MARCH if now else None, now, before), PersonSigns(ZHANG)))


def check(**found: bool | None) -> HomeSigns:
    return HomeSigns(check=CheckFacts(MARCH, **found))


def causes(home: HomeSigns, settings: object = SETTINGS) -> list[Cause]:
    return [sign.cause for sign in signs(home, settings)]


LINE = Decimal(6500)
TABLE = [
    # income: below the line of the day, not at it; nothing where the line or the survey is missing
    (Cause.INCOME_BELOW_LINE, HomeSigns(line=LINE, survey=survey(net="6499.99")), True),
    (Cause.INCOME_BELOW_LINE, HomeSigns(line=LINE, survey=survey(net="6500")), False),
    (Cause.INCOME_BELOW_LINE, HomeSigns(survey=survey(net="0")), False),
    (Cause.INCOME_BELOW_LINE, HomeSigns(line=LINE), False),
    # self-paid spending: 5,000 yuan for who was poor before, 20,000 for others
    (Cause.SELF_PAID, HomeSigns(is_former_poor=True, survey=survey(self_paid="5000")), True),
    (Cause.SELF_PAID, HomeSigns(is_former_poor=True, survey=survey(self_paid="4999.99")), False),
    (Cause.SELF_PAID, HomeSigns(survey=survey(self_paid="20000")), True),
    (Cause.SELF_PAID, HomeSigns(survey=survey(self_paid="19999")), False),
    (Cause.SELF_PAID, HomeSigns(), False),
    # work: lost where it was there before, not where it never was, goes on or is not recorded
    (Cause.LOST_JOB, person(AT_HOME, AT_WORK), True),
    (Cause.LOST_JOB, person(AT_HOME), False),
    (Cause.LOST_JOB, person(AT_WORK, AT_WORK), False),
    (Cause.LOST_JOB, person(AT_HOME, AT_HOME), False),
    (Cause.LOST_JOB, person(Condition(), AT_WORK), False),
    (Cause.LOST_JOB, person(None), False),
    (Cause.LOST_JOB, person(None, AT_WORK), False),
    # school: a member's own record, or the check
    (Cause.DROPOUT, person(Condition(dropout_reason=DropoutReason.COST)), True),
    (Cause.DROPOUT, person(Condition()), False),
    (Cause.DROPOUT, check(is_schooling_kept=False), True),
    (Cause.DROPOUT, check(is_schooling_kept=None), False),
    (Cause.DROPOUT, check(is_schooling_kept=True), False),
    # insurance: both kinds recorded as not taken, or the check
    (Cause.UNINSURED, person(UNINSURED), True),
    (Cause.UNINSURED, person(replace(UNINSURED, has_employee_insurance=None)), False),
    (Cause.UNINSURED, person(replace(UNINSURED, has_employee_insurance=True)), False),
    (Cause.UNINSURED, check(is_everyone_insured=False), True),
    (Cause.UNINSURED, check(is_everyone_insured=None), False),
    (Cause.UNSAFE_HOUSING, check(is_housing_safe=False), True),
    (Cause.UNSAFE_HOUSING, check(is_housing_safe=None), False),
    (Cause.UNSAFE_HOUSING, check(is_housing_safe=True), False),
    (Cause.UNSAFE_HOUSING, HomeSigns(), False),
    (Cause.UNSAFE_WATER, check(is_water_safe=False), True),
    (Cause.UNSAFE_WATER, check(is_water_safe=None), False),
    (Cause.UNSAFE_WATER, check(is_water_safe=True), False),
    (Cause.DISASTER, HomeSigns(struck_on=MARCH), True),
    (Cause.DISASTER, HomeSigns(), False),
]


@pytest.mark.parametrize(("cause", "home", "is_hit"), TABLE)
def test_each_rule_finds_what_it_says_and_nothing_else(cause: Cause, home: HomeSigns, is_hit: bool):
    assert causes(home) == ([cause] if is_hit else [])


def test_every_rule_has_a_row_of_either_kind_and_a_standard():
    for is_hit in (True, False):
        assert {cause for cause, _home, found in TABLE if found is is_hit} == set(Cause)
    assert {cause.value for cause in Cause} == set(SETTINGS) == {cause.value for cause in CAUSES}


@pytest.mark.parametrize(("cause", "home"), [(cause, home) for cause, home, is_hit in TABLE if is_hit])
def test_a_rule_that_is_turned_off_finds_nothing(cause: Cause, home: HomeSigns):
    off = SETTINGS | {cause.value: {**SETTINGS[cause.value], "is_on": False}}
    assert causes(home, off) == []


@pytest.mark.parametrize(
    ("status", "risks", "expected"),
    [
        (None, (), True),
        (Status.REPORTED, (), False),
        (Status.TOWNSHIP_PASSED, (), False),
        (Status.REFUSED, (), True),
        (Status.MONITORED, (Risk.UNSAFE_HOUSING,), False),
        (Status.MONITORED, (Risk.ILLNESS,), True),
        (Status.ELIMINATION_PROPOSED, (Risk.UNSAFE_HOUSING,), False),
        (Status.ELIMINATED, (Risk.UNSAFE_HOUSING,), True),
    ],
)
def test_nothing_is_proposed_for_who_is_being_identified_or_monitored_for_that_risk(status, risks, expected):
    home = replace(check(is_housing_safe=False), status=status, risks=frozenset(risks))
    assert bool(causes(home)) is expected


def test_a_cause_of_several_members_has_the_day_of_the_latest_and_names_them_all():
    out = Condition(dropout_reason=DropoutReason.COST)
    people = (PersonSigns(ZHANG, MARCH, out), PersonSigns(LI, APRIL, out), PersonSigns(UUID(int=3), APRIL))
    [sign] = signs(HomeSigns(people=people), SETTINGS)
    assert sign.facts == {"on": "2022-04-01", "members": [str(LI), str(ZHANG)]}


def test_income_says_nothing_new_of_who_is_monitored_for_any_risk():
    home = HomeSigns(line=LINE, survey=survey(net="1"), status=Status.MONITORED, risks=frozenset({Risk.SCHOOLING}))
    assert causes(home) == []


def test_the_same_evidence_has_the_same_fingerprint_whatever_the_threshold():
    [low] = signs(HomeSigns(line=LINE, survey=survey(net="1")), SETTINGS)
    [raised] = signs(HomeSigns(line=Decimal(7000), survey=survey(net="1")), SETTINGS)
    [other] = signs(HomeSigns(line=LINE, survey=survey(net="2")), SETTINGS)
    assert low.fingerprint == raised.fingerprint != other.fingerprint
    later = Sign(low.cause, {**low.facts, "on": APRIL.isoformat()})
    assert later.fingerprint != low.fingerprint


@pytest.mark.parametrize(("cause", "home"), [(cause, home) for cause, home, is_hit in TABLE if is_hit])
def test_each_cause_says_why_in_a_sentence_with_its_day(cause: Cause, home: HomeSigns):
    [sign] = signs(home, SETTINGS)
    told = sentence(sign.cause, sign.facts)
    assert MARCH.isoformat() in told
    assert "%" not in told


def test_a_sentence_of_money_has_its_thousands_apart():
    with translation.override("en"):
        told = sentence(Cause.SELF_PAID, {"on": "2021-05-08", "amount": "12758.50", "limit": "5000.00"})
    assert told.endswith("found 12,758.50 yuan of self-paid spending; the limit is 5,000 yuan a year.")


def test_a_clue_suggests_its_risk_and_the_type_of_household():
    assert usual_risk(Cause.DROPOUT) is Risk.SCHOOLING
    assert usual_risk(Cause.INCOME_BELOW_LINE) is Risk.OTHER
    assert usual_type(Cause.DROPOUT, is_former_poor=True) is HouseholdType.UNSTABLE
    assert usual_type(Cause.DROPOUT, is_former_poor=False) is HouseholdType.MARGINAL
    assert usual_type(Cause.DISASTER, is_former_poor=True) is HouseholdType.SUDDEN
