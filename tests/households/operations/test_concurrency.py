"""Two people at once, on connections of their own with real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest
from django.db import connection

from accounts.models import AuditEvent
from common import scopes
from common.refusals import Conflict, Refused, Stale
from households.models import Case, CaseSpan, Posting
from households.operations import cases, members
from households.operations.audits import audit_spans
from households.workflow import Status
from tests.cast import LI, VERIFICATION, WANG, ZHAO, evening, fresh

pytestmark = pytest.mark.django_db(transaction=True)
MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
PATIENCE = 20


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of each act, all begun together: its result, or its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(PATIENCE)
        try:
            with scopes.everywhere():
                return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(PATIENCE) for each in [pool.submit(run, act) for act in acts]]


def test_of_two_who_move_one_case_one_wins_and_the_other_is_told(world):
    case = world.report(world.surveyed(world.household(MARCH), MARCH), MARCH)
    Posting.objects.create(user=world[ZHAO], role="caseworker", division_id="6201", starts_on=date(2020, 1, 1))

    def verify(name: str) -> Callable[[], object]:
        given = {"on": APRIL, "by": world[name], "at": evening(APRIL), "expected_version": 1}
        return lambda: cases.verify(case=case, record=VERIFICATION, **given)

    results = at_once(verify(WANG), verify(ZHAO))
    assert sorted(type(each).__name__ for each in results) == ["Case", "Stale"]
    assert (fresh(case).version, AuditEvent.objects.filter(action="case.verified").count()) == (2, 1)
    assert CaseSpan.objects.filter(status="verified").count() == 1


def test_of_two_who_report_one_household_one_opens_the_case(world):
    home = world.household(MARCH)
    results = at_once(*[lambda: world.report(home, APRIL)] * 2)
    assert sorted(type(each).__name__ for each in results) == ["Case", "Conflict"]
    assert [each.stable_code for each in results if isinstance(each, Conflict)] == ["case_open"]
    assert Case.objects.count() == 1


def test_of_two_who_change_one_household_one_must_look_again(world):
    home = world.household(MARCH, persons=2)

    def join() -> object:
        return members.add(
            household=home, person=world.person(APRIL), by=world[LI], at=evening(APRIL), expected_version=1
        )

    results = at_once(join, join)
    assert sum(isinstance(each, Stale) for each in results) == 1
    assert home.memberships.count() == 3


def test_a_case_moves_while_its_household_is_being_changed(world, monkeypatch):
    """A lock on the household that kept out rows that refer to it would let the two wait for each other."""
    case = world.report(world.surveyed(world.household(MARCH, persons=2), MARCH), MARCH)
    home = case.household
    is_locked, has_moved = Event(), Event()
    note = members.note_household_change

    def note_once_the_case_has_moved(**told: object) -> None:
        is_locked.set()
        assert has_moved.wait(PATIENCE)
        note(**told)

    monkeypatch.setattr(members, "note_household_change", note_once_the_case_has_moved)

    def join() -> object:
        return members.add(
            household=home, person=world.person(APRIL), by=world[LI], at=evening(APRIL), expected_version=1
        )

    def verify() -> object:
        assert is_locked.wait(PATIENCE)
        given = {"on": APRIL, "by": world[WANG], "at": evening(APRIL), "expected_version": 1}
        moved = cases.verify(case=case, record=VERIFICATION, **given)
        has_moved.set()
        return moved

    _member, moved = at_once(join, verify)
    assert moved.status == Status.VERIFIED
    assert CaseSpan.objects.as_of(APRIL).known_at(None).get().persons == 3
    assert audit_spans().differences == []
