"""Clues from records: proposed once, decided by a person, back only with new evidence."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed, Stale
from households.models import Clue, Division, Household
from households.operations import quality, standards, surveys, warnings
from households.operations.warnings import Proposed
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.rules.standards import Kind
from households.rules.visits import Answer
from households.rules.warnings import Cause, ClueState
from households.tasks import propose_clues_everywhere, propose_clues_of, propose_clues_of_changes
from households.workflow import Status
from tests.cast import CHEN, COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, PROVINCE, VILLAGE, ZHOU, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))
UNSAFE = RiskFound(Risk.UNSAFE_HOUSING)


def checked(world: World, home: Household, on: date, *, is_housing_safe: bool = False) -> None:
    surveys.record_guarantees(
        household=home,
        checked_on=on,
        is_housing_safe=is_housing_safe,
        is_schooling_kept=True,
        is_everyone_insured=True,
        is_water_safe=True,
        by=world[LI],
        at=evening(on),
    )


def propose(under: str = "", day: date = MAY) -> Proposed:
    return warnings.propose(under=under, on=day, at=evening(day))


def accept(world: World, clue: Clue, by: str = LI, **changed: object) -> Clue:
    given = {"household_type": HouseholdType.UNSTABLE, "risk": UNSAFE, "expected_version": clue.version, **changed}
    return warnings.accept(clue=clue, by=world[by], at=evening(MAY), **given)


def dismiss(world: World, clue: Clue, reason: str = "已修缮", by: str = LI) -> Clue:
    return warnings.dismiss(clue=clue, reason=reason, by=world[by], at=evening(MAY), expected_version=clue.version)


@pytest.fixture
def home(world: World) -> Household:
    """A household whose housing was found unsafe in April."""
    home = world.household(MARCH)
    checked(world, home, APRIL)
    return home


@pytest.fixture
def clue(home: Household) -> Clue:
    propose()
    return Clue.objects.get()


def test_a_clue_is_proposed_once_however_often_one_looks(home: Household):
    assert propose() == Proposed(households=1, opened=1)
    assert propose() == Proposed(households=1)
    clue = Clue.objects.get()
    assert (clue.household, clue.village_id, clue.cause) == (home, VILLAGE, Cause.UNSAFE_HOUSING)
    assert (clue.state, clue.facts) == (ClueState.OPEN, {"on": "2022-04-01"})


def test_an_accepted_clue_becomes_a_case_with_its_source(world: World, clue: Clue):
    accepted = accept(world, clue, told="屋顶塌了一角")
    case = accepted.case
    assert (case.status, case.household_type) == (Status.REPORTED, HouseholdType.UNSTABLE)
    details = case.events.get().details
    assert details["source"] == "record_check"
    assert "2022-04-01" in details["told"]
    assert details["told"].endswith("屋顶塌了一角")
    assert (accepted.state, accepted.decided_by) == (ClueState.ACCEPTED, world[LI])
    assert AuditEvent.objects.filter(action="clue.accepted", subject_id=str(clue.pk)).count() == 1
    assert propose() == Proposed(households=1)


def test_the_risk_of_an_accepted_clue_is_added_to_the_case_of_who_is_monitored(world: World):
    case = world.monitored(MARCH)
    checked(world, case.household, APRIL)
    propose()
    accepted = accept(world, Clue.objects.get())
    assert accepted.case == case
    assert case.risk_findings.get().risk == Risk.UNSAFE_HOUSING
    assert propose().opened == 0


def test_a_dismissed_clue_returns_for_new_evidence_alone(world: World, home: Household, clue: Clue):
    dismiss(world, clue)
    assert propose().opened == 0
    checked(world, home, MAY)
    assert propose().opened == 1
    assert Clue.objects.open().get().facts == {"on": "2022-05-01"}


def test_a_clue_lapses_when_its_evidence_is_gone(world: World, home: Household, clue: Clue):
    checked(world, home, MAY, is_housing_safe=True)
    assert propose() == Proposed(households=1, lapsed=1)
    clue.refresh_from_db()
    assert (clue.state, clue.decided_by) == (ClueState.LAPSED, None)


def test_an_open_clue_follows_its_evidence(world: World, home: Household, clue: Clue):
    checked(world, home, MAY)
    assert propose() == Proposed(households=1, renewed=1)
    with pytest.raises(Stale):
        dismiss(world, clue)


def test_a_visit_that_finds_a_disaster_proposes_a_clue(world: World):
    home = world.household(MARCH)
    world.visit(home, APRIL, answers={"must_visit": {"disaster_accident": Answer.PROBLEM.value}})
    propose()
    assert Clue.objects.get().cause == Cause.DISASTER


def test_thresholds_are_those_of_the_division(world: World, home: Household):
    standards.set_value(
        kind=Kind.WARNING,
        code="unsafe_housing",
        division=Division.objects.get(pk=COUNTY),
        valid_from=APRIL,
        value={"is_on": False},
        source="县级通知",
        is_official=True,
        by=world[ZHOU],
        at=evening(APRIL),
    )
    far = world.household(MARCH, village=FAR_VILLAGE)
    checked(world, far, APRIL)
    propose()
    assert Clue.objects.get().household == far


def test_who_may_not_report_a_case_may_not_decide(world: World, clue: Clue):
    for decide in (accept, dismiss):
        with pytest.raises(NotAllowed):
            decide(world, clue, by=CHEN)


def test_a_clue_is_decided_once_and_dismissed_for_a_reason(world: World, clue: Clue):
    with pytest.raises(Invalid):
        dismiss(world, clue, reason=" ")
    decided = dismiss(world, clue)
    with pytest.raises(Conflict):
        accept(world, decided)


def test_a_run_that_was_cut_off_has_lost_nothing_and_repeats_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    for _number in range(3):
        checked(world, world.household(MARCH), APRIL)
    monkeypatch.setattr(quality, "HOUSEHOLDS_AT_A_TIME", 1)
    whole, seen = warnings.home_signs, []

    def dying(**given: object):
        if len(seen) == 2:
            raise SystemExit
        seen.append(given)
        return whole(**given)

    monkeypatch.setattr(warnings, "home_signs", dying)
    with pytest.raises(SystemExit):
        propose()
    before = set(Clue.objects.values_list("pk", "proposed_at"))
    assert len(before) == 2
    monkeypatch.setattr(warnings, "home_signs", whole)
    assert propose() == Proposed(households=3, opened=1)
    assert before < set(Clue.objects.values_list("pk", "proposed_at"))


def test_the_nightly_job_looks_at_each_county_and_repeats_nothing(world: World, settings, home: Household):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    checked(world, world.household(MARCH, village=FAR_VILLAGE), APRIL)
    propose_clues_of(COUNTY)
    assert set(Clue.objects.values_list("village_id", flat=True)) == {VILLAGE}
    propose_clues_of(OTHER_COUNTY)
    propose_clues_of(PROVINCE)
    propose_clues_of_changes()
    assert Clue.objects.count() == 2
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {propose_clues_everywhere.name, propose_clues_of_changes.name} <= scheduled


def test_looking_costs_the_same_for_many_households(world: World, home: Household):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            propose()
        return len(queries)

    propose()
    one = asked()
    for _number in range(3):
        checked(world, world.household(MARCH), APRIL)
    propose()
    assert asked() == one <= 20
