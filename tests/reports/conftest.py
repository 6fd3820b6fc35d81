"""The small worlds that these tests begin with."""

from datetime import date

import pytest

from assistance.rules.categories import Category
from tests.cast import FAR_VILLAGE, NEXT_VILLAGE, World

APRIL, JULY = date(2022, 4, 1), date(2022, 7, 1)


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast, no household yet."""
    return World.begin()


@pytest.fixture
def peopled(world: World) -> World:
    """Four households: two monitored in one county, one eliminated in the other, one without a case."""
    case = world.monitored(APRIL, persons=4)
    world.monitored(APRIL, village=NEXT_VILLAGE)
    world.eliminated(APRIL, JULY, village=FAR_VILLAGE)
    world.household(APRIL)
    world.help(case, Category.HEALTH, JULY)
    return world
