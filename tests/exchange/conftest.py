"""The small world that these tests begin with."""

from datetime import date

import pytest

from assistance.rules.categories import Category
from assistance.rules.quality.catalogue import RULES
from households.models import Clue, Finding, Membership
from households.operations import assignments, conditions, conflicts
from households.operations.conflicts import Clash
from households.rules.conditions import Condition
from households.rules.person_codes import Health
from tests.cast import FAR_VILLAGE, LI, SUN, World, evening

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast, no household yet."""
    return World.begin()


@pytest.fixture
def peopled(world: World) -> World:
    """Three households with everything that a list can hold; one of them in the other county."""
    case, far = world.monitored(MARCH), world.monitored(MARCH, village=FAR_VILLAGE)
    world.surveyed(world.household(MARCH), MARCH)
    for each in (case, far):
        world.help(each, Category.HEALTH, APRIL)
        world.visit(each.household, APRIL)
        assignments.assign(household=each.household, user=world[LI], starts_on=APRIL, by=world[SUN], at=evening(APRIL))
        place = {"household": each.household, "village_id": each.village_id}
        Clue.objects.create(**place, cause="dropout", facts={"on": "2022-04-01"}, proposed_at=evening(APRIL))
        Finding.objects.create(**place, rule=next(iter(RULES)), severity="warn", opened_at=evening(APRIL))
        head = Membership.objects.get(household=each.household, relationship="head")
        held = {"membership": head, "expected_version": head.member.version, "valid_from": APRIL}
        conditions.record(condition=Condition(health=(Health.CHRONIC,)), by=world[LI], at=evening(APRIL), **held)
    told = {"phone": ("13900000000", "13911112222")}
    conflicts.keep_all(clashes=[Clash(case.household, None, told, 1, world[LI], evening(APRIL), "", None)])
    return world
