"""The audit trail: what each operation leaves in it, and that nobody can change it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEvent
from accounts.operations import audit
from accounts.permissions import Role
from assistance.operations import measures
from assistance.rules.categories import Category
from households.models import Case, Division, Household, Posting
from households.operations import members, people
from households.workflow import Status
from tests.cast import CITY, LI, STRANGER, SUN, VILLAGE, WAY_TO_MONITORED, ZHOU, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def rows(make: Callable[[], object]) -> list[tuple[str, str]]:
    """The audit rows that `make` adds: what was done by whom."""
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    make()
    return list(AuditEvent.objects.filter(id__gt=last).order_by("id").values_list("action", "actor__username"))


def test_each_operation_leaves_exactly_its_rows(world):
    held: dict[str, object] = {}

    def keep(name: str, make: Callable[[], object]) -> Callable[[], None]:
        return lambda: held.update({name: make()})

    assert rows(keep("home", lambda: world.household(MARCH))) == [("household.registered", LI)]
    home = held["home"]
    assert rows(keep("case", lambda: world.report(home, MARCH))) == [("case.reported", LI)]
    case = held["case"]
    assert [action for action, _ in rows(lambda: world.steps(case, WAY_TO_MONITORED, MARCH))] == [
        "income.recorded",
        "guarantees.recorded",
        "case.verified",
        "case.compared",
        "case.reviewed",
        "case.notice_posted",
        "case.township_passed",
        "case.identified",
    ]
    assert rows(lambda: world.join(home, APRIL)) == [("case.household_changed", LI), ("household.member_added", LI)]
    assert rows(keep("help", lambda: world.help(case, Category.HEALTH, APRIL))) == [("measure.recorded", LI)]
    moved = {"by": world[SUN], "at": evening(MAY), "expected_version": 1}
    assert rows(lambda: measures.withdraw(measure=held["help"], reason="误", **moved)) == [("measure.withdrawn", SUN)]
    assert rows(lambda: world.correct(case, "identified", APRIL, evening(MAY))) == [("case.corrected", SUN)]
    assert rows(lambda: world.remove(home, evening(MAY))) == [("case.removed", SUN), ("household.removed", SUN)]


def test_a_new_episode_is_written_in_both_cases(world):
    first = world.eliminated(MARCH, MARCH)
    again = world.steps(world.report(first.household, APRIL), WAY_TO_MONITORED[:5], APRIL)
    found = rows(lambda: world.step(again, Status.MONITORED, APRIL))
    assert sorted(action for action, _who in found) == ["case.identified", "case.superseded"]


def test_postings_given_and_ended_are_written(world):
    division = Division.objects.get(pk=CITY)
    held = {}

    def give() -> None:
        held["posting"] = people.post(
            user=world[STRANGER],
            role=Role.CLIENT,
            division=division,
            starts_on=MARCH,
            by=world[ZHOU],
            at=evening(MARCH),
        )

    assert rows(give) == [("posting.given", ZHOU)]
    assert rows(
        lambda: people.end_posting(posting=held["posting"], ends_on=APRIL, by=world[ZHOU], at=evening(MARCH))
    ) == [("posting.ended", ZHOU)]
    assert Posting.objects.get(user=world[STRANGER]).ends_on == APRIL


def test_a_row_tells_who_did_what_to_which_record_where_and_when(world):
    case = world.report(world.household(MARCH), MARCH)
    world.step(case, Status.VERIFIED, APRIL)
    row = AuditEvent.objects.get(action="case.verified")
    assert (row.at, row.subject_kind, row.subject_id, row.division_code) == (
        evening(APRIL),
        "case",
        str(case.pk),
        VILLAGE,
    )
    details = {"is_authorised": True, "findings": "情况属实", "reason": "依据核实结果"}
    assert row.changes == {"on": "2022-04-01", "facts": {"status": "verified"}, "details": details}


def test_no_row_of_the_trail_holds_an_identity_number(world):
    person = world.person(MARCH)
    home = world.household(MARCH)
    members.add(household=home, person=person, by=world[LI], at=evening(MARCH), expected_version=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(held)::text, ' ') FROM accounts_auditevent held")
        assert person.number not in cursor.fetchone()[0]


def test_a_change_that_fails_leaves_neither_itself_nor_its_rows(world, monkeypatch):
    def fail(_entries: object) -> None:
        raise RuntimeError("the disk is full")

    home = world.household(MARCH)
    before = AuditEvent.objects.count()
    monkeypatch.setattr(audit, "write", fail)
    with pytest.raises(RuntimeError):
        world.report(home, MARCH)
    with pytest.raises(RuntimeError):
        world.remove(home, evening(APRIL))
    assert (Case.objects.count(), AuditEvent.objects.count()) == (0, before)
    assert Household.objects.kept().count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET action = 'nothing'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_row(world, statement):
    world.household(MARCH)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.filter(action="household.registered").count() == 1
