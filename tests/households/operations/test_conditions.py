"""Conditions of people: recorded from a day on, superseded but never lost, and refused where they contradict."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Household, MemberCondition, Membership
from households.operations import conditions, members
from households.rules.conditions import Condition
from households.rules.person_codes import Education, Health, Labour, WorkPlace
from tests.cast import CHEN, LI, VILLAGE, World, evening

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))
ILL = Condition(health=(Health.SERIOUS,), education=Education.JUNIOR, labour=Labour.WEAK)
WELL = Condition(health=(Health.HEALTHY,), education=Education.JUNIOR, labour=Labour.ORDINARY)


@pytest.fixture
def head(world: World) -> Membership:
    return world.household(MARCH).memberships.get(relationship="head")


def record(world: World, head: Membership, condition: Condition = ILL, **changed: object) -> MemberCondition:
    head.member.refresh_from_db()
    given = {"valid_from": APRIL, "by": world[LI], "at": evening(MAY), "expected_version": head.member.version}
    return conditions.record(membership=head, condition=condition, **{**given, **changed})


def on(day: date, **asked: object) -> Condition | None:
    row = MemberCondition.objects.as_of(day, **asked).first()
    return row.condition if row else None


def test_what_is_recorded_holds_from_its_day_until_the_next(world, head):
    record(world, head)
    record(world, head, WELL, valid_from=JUNE, at=evening(JULY))
    assert on(MARCH) is None
    assert on(APRIL) == on(MAY) == ILL
    assert on(JUNE) == on(JULY) == WELL


def test_a_second_record_of_a_day_supersedes_the_first_which_stays_known_as_of_then(world, head):
    record(world, head, at=evening(MAY))
    record(world, head, WELL, at=evening(JUNE))
    assert on(APRIL) == WELL
    assert on(APRIL, known_at=evening(MAY)) == ILL
    assert on(APRIL, known_at=evening(JUNE)) == WELL
    assert on(APRIL, known_at=evening(APRIL)) is None
    assert MemberCondition.objects.count() == 2


def test_what_was_known_has_no_gap_where_the_second_record_is_dated_earlier(world, head):
    first = record(world, head, at=evening(JUNE))
    second = record(world, head, WELL, at=evening(MAY))
    first.refresh_from_db()
    assert first.superseded_at == second.recorded_at > first.recorded_at


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"expected_version": None}, VersionMissing, ""),
        ({"expected_version": 7}, Stale, ""),
        ({"valid_from": date(2022, 2, 1)}, Invalid, "valid_from"),
        ({"valid_from": JUNE}, Invalid, "valid_from"),
        ({"condition": Condition(health=(Health.HEALTHY, Health.CHRONIC))}, Invalid, "health"),
        ({"condition": Condition(disability_level=1)}, Invalid, "disability_level"),
        ({"condition": Condition(work_months=13)}, Invalid, "work_months"),
        ({"condition": Condition(employer="长" * 101)}, Invalid, "employer"),
    ],
)
def test_what_cannot_be_recorded_is_refused(world, head, changed, refusal, field):
    with pytest.raises(refusal) as told:
        record(world, head, **changed)
    assert (told.value.field or "") == field
    assert not MemberCondition.objects.exists()


@pytest.mark.parametrize("who", [CHEN])
def test_only_who_edits_households_records_a_condition(world, head, who):
    with pytest.raises(NotAllowed):
        record(world, head, by=world[who])


def test_nothing_is_recorded_of_a_removed_household(world, head):
    world.remove(Household.objects.get(), evening(APRIL))
    head.refresh_from_db()
    with pytest.raises(Conflict):
        record(world, head)


def test_the_trail_names_the_facts_and_keeps_their_values_to_the_record(world, head):
    record(world, head)
    told = AuditEvent.objects.get(action="member.condition_recorded")
    assert told.division_code == VILLAGE
    assert told.changes["told"] == ["health", "education", "labour"]
    assert "serious" not in str(told.changes)


def test_a_condition_comes_back_from_the_database_as_it_was_recorded(world, head):
    whole = Condition(
        health=(Health.CHRONIC, Health.DISABLED), education=Education.PRIMARY, labour=Labour.LOST,
        disability_category=4, disability_level=2, has_resident_insurance=True, has_employee_insurance=False,
        work_place=WorkPlace.NONE, work_months=0, post_count=0,
    )  # fmt: skip
    assert record(world, head, whole).condition == whole


def test_a_member_is_described_and_the_trail_names_what_changed(world, head):
    described = members.describe(
        membership=head,
        ethnicity="03",
        political_status="masses",
        phone=" 13900000000 ",
        by=world[LI],
        at=evening(MAY),
        expected_version=1,
    )
    assert (described.ethnicity, described.political_status, described.phone) == ("03", "masses", "13900000000")
    assert described.version == 2
    told = AuditEvent.objects.get(action="household.member_described")
    assert told.changes["changed"] == "ethnicity, political_status, phone"


@pytest.mark.parametrize("given", [{"ethnicity": "77"}, {"political_status": "king"}, {"phone": "1" * 21}])
def test_a_description_outside_the_lists_is_refused(world, head, given):
    with pytest.raises(Invalid):
        members.describe(
            membership=head,
            by=world[LI],
            at=evening(MAY),
            expected_version=1,
            **{"ethnicity": "", "political_status": "", "phone": "", **given},
        )
