"""The small world that these tests begin with."""

from datetime import date

import pytest

from assistance.rules.categories import Category
from assistance.rules.quality.catalogue import RULES
from households.models import Clue, Finding
from households.operations import assignments
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
    return world
