"""Trends: figures as of several days, the same that each day gives by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistance.rules.categories import Category
from reports.figures import figures
from reports.indicators import INDICATORS
from reports.query import Scope
from reports.trends import by_month, month_ends, over
from tests.cast import CITY, COUNTY, NEXT_VILLAGE, OTHER_COUNTY, World

COMPUTABLE = [each for each in INDICATORS.values() if each.is_computable]
CODES = ("monitoring.total.households", "monitoring.new.persons", "elimination.new.households", "elimination.rate")


@pytest.fixture
def peopled(world: World) -> World:
    """Three households of the first county: identified in January, March and June, one eliminated in August."""
    world.help(world.monitored(date(2022, 1, 31), persons=2), Category.HEALTH, date(2022, 3, 1))
    world.monitored(date(2022, 3, 1), persons=3, village=NEXT_VILLAGE)
    world.eliminated(date(2022, 6, 15), date(2022, 8, 20), persons=4)
    return world


def test_months_end_on_their_last_days_and_the_last_one_on_the_day_asked_for():
    assert month_ends(date(2024, 4, 10), 3) == [
        *(date(2024, 1, 31), date(2024, 2, 29)),
        *(date(2024, 3, 31), date(2024, 4, 10)),
    ]
    assert month_ends(date(2022, 12, 31), 2) == [date(2022, 10, 31), date(2022, 11, 30), date(2022, 12, 31)]


def test_a_trend_tells_of_each_month_what_stood_at_its_end_and_what_happened_in_it(peopled: World):
    points = by_month(Scope(CITY, date(2022, 9, 5), date(2022, 1, 1)), [INDICATORS[code] for code in CODES])
    values = {code: [point.figures[code].value for point in points] for code in CODES}
    assert values["monitoring.total.households"] == [0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 3]
    assert values["monitoring.new.persons"] == [0, 0, 0, 0, 2, 0, 3, 0, 0, 4, 0, 0, 0]
    assert values["elimination.new.households"] == [0] * 11 + [1, 0]
    assert [float(value) if value is not None else None for value in values["elimination.rate"]] == [
        *[None] * 4,
        *[0.0] * 7,
        *[pytest.approx(100 / 3)] * 2,
    ]


@pytest.mark.parametrize("division", [CITY, COUNTY, OTHER_COUNTY])
def test_every_figure_of_a_trend_is_the_figure_of_its_day_and_all_cost_one_query(
    peopled: World, division: str, django_assert_num_queries
):
    scope = Scope(division, date(2022, 9, 5), date(2022, 1, 1))
    scopes = [replace(scope, as_of=day) for day in (date(2022, 2, 1), date(2022, 6, 30), date(2022, 9, 5))]
    with django_assert_num_queries(1):
        points = over(scopes, COMPUTABLE)
    assert [point.figures for point in points] == [figures(each, COMPUTABLE) for each in scopes]


def test_a_trend_of_what_no_record_gives_is_empty_and_needs_no_database():
    scope = Scope(CITY, date(2022, 9, 5), date(2022, 1, 1))
    (point,) = over([scope], [INDICATORS["funds.arrived"]])
    assert point.figures["funds.arrived"].parts == {}
