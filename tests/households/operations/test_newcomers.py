"""Newcomers: many people joining registered households at once."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed
from households.models import CaseSpan, Household, Membership
from households.operations import newcomers
from households.operations.newcomers import Newcomer
from households.rules.codes import Relationship
from tests.cast import LI, STRANGER, World, evening

FEBRUARY, MARCH, APRIL, MAY = (date(2022, month, 1) for month in (2, 3, 4, 5))


def join(world: World, *joining, by=LI):
    given = [Newcomer(home, person, world[by], evening(MAY)) for home, person in joining]
    return newcomers.add_all(newcomers=given)


def test_people_of_several_households_join_at_once_and_each_household_changes_once(world):
    first, second = world.household(MARCH, persons=1), world.household(MARCH, persons=2)
    join(world, (first, world.person(APRIL)), (second, world.person(APRIL)), (first, world.person(MAY)))
    assert first.memberships.count() == 3
    assert second.memberships.count() == 3
    assert set(Household.objects.values_list("version", flat=True)) == {2}
    assert AuditEvent.objects.filter(action="household.member_added").count() == 3


def test_the_case_counts_each_from_the_day_of_joining(world):
    case = world.monitored(MARCH, persons=2)
    join(world, (case.household, world.person(APRIL)), (case.household, world.person(MAY)))

    def persons_on(day: date) -> int:
        return CaseSpan.objects.as_of(day).known_at(None).get().persons

    assert [persons_on(day) for day in (MARCH, APRIL, MAY)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("changed", "by", "refusal"),
    [
        ({"joined_on": FEBRUARY}, LI, Invalid),
        ({"joined_on": date(2022, 5, 2)}, LI, Invalid),
        ({"relationship": Relationship.HEAD}, LI, Conflict),
        ({"number": "1"}, LI, Invalid),
        ({}, STRANGER, NotAllowed),
    ],
)
def test_one_who_may_not_join_keeps_all_back(world, changed, by, refusal):
    home = world.household(MARCH, persons=1)
    with pytest.raises(refusal):
        join(world, (home, world.person(APRIL)), (home, replace(world.person(APRIL), **changed)), by=by)
    assert Membership.objects.count() == 1


def test_a_household_without_a_head_gets_one_head_not_two(world):
    home = world.household(MARCH, persons=1)
    Membership.objects.update(relationship=Relationship.OTHER.value)
    head = replace(world.person(APRIL), relationship=Relationship.HEAD)
    with pytest.raises(Conflict) as refused:
        join(world, (home, head), (home, replace(head, number=world.person(APRIL).number)))
    assert refused.value.stable_code == "second_head"
    join(world, (home, head))
    assert home.memberships.filter(relationship="head").count() == 1
