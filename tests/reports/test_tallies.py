"""Tallies: the groups of cases behind figures, of several scopes and places at once."""

from __future__ import annotations

from datetime import date
from functools import partial

from assistance.rules.categories import Category
from reports.figures import aggregates, reads_measures
from reports.indicators import INDICATORS
from reports.query import Scope
from reports.rules.populations import REGISTER, Population
from reports.tallies import tallied
from tests.cast import CITY, COUNTY, FAR_VILLAGE, OTHER_COUNTY, World

APRIL, MAY, JUNE = date(2022, 4, 1), date(2022, 5, 1), date(2022, 6, 1)
SPRING, SUMMER = Scope(CITY, APRIL, APRIL), Scope(CITY, JUNE, MAY)
NEW = Population(identified_in_period=True)
BOTH = [REGISTER, NEW]
COUNTS = partial(aggregates, populations=BOTH)


def peopled(world: World) -> World:
    """Two households of the county, one of the other; the first with two landed measures."""
    first = world.monitored(APRIL, persons=3)
    world.monitored(MAY, persons=2)
    world.monitored(MAY, village=FAR_VILLAGE, persons=4)
    for category in (Category.HEALTH, Category.EDUCATION):
        world.help(first, category, JUNE)
    return world


def test_scopes_are_told_apart_and_counted_on_their_own_days(world: World):
    peopled(world)
    found = tallied([SPRING, SUMMER], BOTH, COUNTS, reads_measures=False)
    assert set(found) == {(0, ""), (1, "")}
    told = [(row["households_0"], row["persons_0"], row["households_1"], row["persons_1"]) for row in found.values()]
    assert told == [(1, 3, 1, 3), (3, 9, 2, 6)]


def test_places_are_told_apart_by_the_beginning_of_their_codes(world: World):
    peopled(world)
    found = tallied([SUMMER], BOTH, COUNTS, reads_measures=True, code_length=6)
    assert {
        place: (row["households_0"], row["landed_total"], row["landed_least"]) for (_, place), row in found.items()
    } == {
        COUNTY: (2, 2, 0),
        OTHER_COUNTY: (1, 0, 0),
    }


def test_where_there_is_no_case_there_is_no_row(db: None):
    assert tallied([SPRING, SUMMER], BOTH, COUNTS, reads_measures=True) == {}
    assert tallied([], BOTH, COUNTS, reads_measures=True) == {}


def test_only_what_asks_for_measures_reads_them():
    asking = {code for code, each in INDICATORS.items() if each.is_computable and reads_measures(each)}
    assert "monitoring.total.households" not in asking
    assert "elimination.rate" not in asking
    assert {"measures.landed", "measures.health.households"} <= asking


def test_measures_of_who_has_moved_since_are_counted_where_the_household_lived(world: World):
    case = world.monitored(APRIL, persons=3)
    for category in (Category.HEALTH, Category.HEALTH, Category.EDUCATION):
        world.help(case, category, MAY)
    world.moved(case.household, FAR_VILLAGE, JUNE)
    helped = Population(categories=frozenset({Category.HEALTH}))
    many = Population(at_least_measures=3)
    counts = partial(aggregates, populations=[helped, many])
    told = {}
    for place in (COUNTY, OTHER_COUNTY):
        for day in (MAY, JUNE):
            found = tallied([Scope(place, day, APRIL)], [helped, many], counts, reads_measures=True)
            row = found.get((0, ""), {"landed_total": 0, "households_0": 0, "households_1": 0})
            told[place, day] = (row["landed_total"], row["households_0"], row["households_1"])
    assert told == {
        (COUNTY, MAY): (3, 1, 1),
        (COUNTY, JUNE): (0, 0, 0),
        (OTHER_COUNTY, MAY): (0, 0, 0),
        (OTHER_COUNTY, JUNE): (3, 1, 1),
    }
