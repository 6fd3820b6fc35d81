"""The rows of a list: who heads a household and how many belong to it on the day of the list."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Q

from households.models import Household
from households.operations import members
from households.operations.members import Person
from households.rules.codes import Relationship, Sex
from reports import list_rows
from reports.query import Scope
from tests.cast import CITY, LI, World, evening

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


@pytest.fixture
def handed_over(world: World) -> Household:
    """张三, the head of three, left in April; 王芳 heads the household from May on."""
    household = world.household(MARCH)
    acts = {"by": world[LI], "at": evening(JUNE)}
    head = household.memberships.get(relationship="head")
    members.leave(membership=head, on=APRIL, reason="", expected_version=1, **acts)
    follows = Person("王芳", Sex.FEMALE, Relationship.HEAD, MAY)
    members.add(household=household, person=follows, expected_version=2, **acts)
    return household


@pytest.mark.parametrize(
    ("day", "head", "persons"),
    [(MARCH, "张三", 3), (date(2022, 3, 31), "张三", 3), (APRIL, "", 2), (MAY, "王芳", 3), (JUNE, "王芳", 3)],
)
def test_head_and_size_are_those_of_the_day(handed_over: Household, day: date, head: str, persons: int):
    scope = Scope(CITY, day, date(2022, 1, 1))
    (row,) = list_rows.of_households([handed_over], scope, Q(), list_rows.COLUMNS)
    assert (row.head, row.members) == (head, persons)
