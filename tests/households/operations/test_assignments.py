"""Who is responsible for a household, from when until when."""

from datetime import date

import pytest
from django.utils.translation import override

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed
from households.models import Assignment
from households.operations import assignments, lineages
from households.rules.changes import HowEnded
from tests.cast import CHEN, LI, SUN, WANG, ZHAO, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def assign(world: World, household, who: str = LI, on: date = APRIL, by: str = SUN):
    return assignments.assign(household=household, user=world[who], starts_on=on, by=world[by], at=evening(MAY))


def responsible(on: date) -> list[str]:
    return list(Assignment.objects.as_of(on).values_list("user__username", flat=True))


def test_who_is_made_responsible_takes_over_from_who_was_before(world):
    home = world.household(MARCH)
    assign(world, home, LI, MARCH)
    assign(world, home, WANG, APRIL)
    assert [responsible(day) for day in (date(2022, 2, 28), MARCH, date(2022, 3, 31), APRIL)] == [
        [],
        [LI],
        [LI],
        [WANG],
    ]
    assert AuditEvent.objects.filter(action="assignment.made").count() == 2


def test_who_is_responsible_already_stays_so_since_his_first_day(world):
    home = world.household(MARCH)
    first = assign(world, home, LI, MARCH)
    assert assign(world, home, LI, APRIL) == first
    assert (first.starts_on, Assignment.objects.count()) == (MARCH, 1)


def test_many_households_are_assigned_at_once_or_none(world):
    homes = [world.household(MARCH), world.household(APRIL)]
    with pytest.raises(Invalid, match="2022-04-01"):
        assignments.assign_all(households=homes, user=world[LI], starts_on=MARCH, by=world[SUN], at=evening(MAY))
    assert Assignment.objects.count() == 0
    made = assignments.assign_all(households=homes, user=world[LI], starts_on=APRIL, by=world[SUN], at=evening(MAY))
    assert [row.household for row in made] == homes


def test_a_later_assignment_is_ended_before_an_earlier_one_is_made(world):
    home = world.household(MARCH)
    assign(world, home, LI, APRIL)
    with pytest.raises(Conflict):
        assign(world, home, WANG, MARCH)


@pytest.mark.parametrize("by", [LI, CHEN])
def test_who_may_not_assign_is_refused(world, by):
    with pytest.raises(NotAllowed):
        assign(world, world.household(MARCH), by=by)


def test_an_assignment_ends_on_a_day_and_is_not_lengthened(world):
    row = assign(world, world.household(MARCH), LI, MARCH)
    given = {"assignment": row, "by": world[SUN], "at": evening(MAY)}
    assignments.end(ends_on=APRIL, **given)
    assert (responsible(date(2022, 3, 31)), responsible(APRIL)) == ([LI], [])
    with pytest.raises(Conflict):
        assignments.end(ends_on=MAY, **given)


def test_an_ended_household_takes_nobody_and_of_several_each_is_named_with_its_reason(world):
    home, ended, late = world.household(MARCH), world.household(MARCH), world.household(APRIL)
    lineages.end(
        household=ended,
        how=HowEnded.MOVED_AWAY,
        reason="整户迁出",
        on=APRIL,
        by=world[ZHAO],
        at=evening(APRIL),
        expected_version=ended.version,
    )
    with pytest.raises(Conflict) as refusal:
        assign(world, ended)
    assert refusal.value.stable_code == "household_ended"
    with override("en"), pytest.raises(Conflict) as refusal:
        assignments.assign_all(
            households=[home, ended, late], user=world[LI], starts_on=MARCH, by=world[SUN], at=evening(MAY)
        )
    text = str(refusal.value)
    assert text.startswith("2 of 3 households cannot be assigned")
    assert "张三 (高坪村): The household ended on 2022-04-01" in text
    assert "张三 (高坪村): The household was registered on 2022-04-01" in text
    assert Assignment.objects.count() == 0
