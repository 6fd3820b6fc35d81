"""What the overview tells beside the figures: changes, months, what is late, and the map."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from households.models import CaseSpan
from households.workflow import Status
from reports import case_list, overview, pages
from reports.figures import figures
from reports.indicators import INDICATORS
from reports.lateness import Lateness
from reports.query import Scope
from tests.cast import CITY, COUNTY, OTHER_COUNTY, SUN, ZHOU, World

SCOPE = Scope(CITY, date(2022, 9, 5), date(2022, 1, 1))


@pytest.fixture(autouse=True)
def english():
    """Sentences in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def waiting(world: World) -> World:
    """Of four clues one is old, one exactly at the limit, one verified lately; a proposal waits a month."""
    world.report(world.household(date(2022, 8, 1)), date(2022, 8, 1))
    world.report(world.household(date(2022, 8, 21)), date(2022, 8, 21))
    moved = world.report(world.household(date(2022, 8, 1)), date(2022, 8, 1))
    world.step(moved, Status.VERIFIED, date(2022, 9, 1))
    proposed = world.monitored(date(2021, 3, 1))
    world.step(proposed, Status.ELIMINATION_PROPOSED, date(2022, 8, 5))
    return world


def page(world: World, name: str = SUN, **asked: str):
    """The answer of the overview in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world[name])
    return client.get("/", {"as_of": "2022-09-05", "period_start": "2022-01-01", **asked})


@pytest.mark.parametrize(
    ("code", "now", "then", "expected"),
    [
        ("monitoring.total.households", 958, 927, "+31 in the period"),
        ("monitoring.current.households", 300, 1465, "−1,165 in the period"),
        ("monitoring.total.households", 5, 5, "unchanged in the period"),
        ("elimination.rate", Fraction(200, 3), Fraction(50), "+16.67 points in the period"),
        ("elimination.rate", Fraction(50), None, ""),
        ("elimination.rate", None, None, ""),
    ],
)
def test_a_change_is_told_in_words_with_its_sign(code: str, now, then, expected: str):
    values = [None if value is None else Fraction(value) for value in (now, then)]
    assert overview.change_of(INDICATORS[code], *values) == expected


def test_only_what_tells_of_a_day_is_compared_with_an_earlier_one():
    assert overview.is_stock(INDICATORS["elimination.rate"])
    assert not overview.is_stock(INDICATORS["monitoring.new.households"])
    assert not overview.is_stock(INDICATORS["elimination.new.persons"])
    assert not overview.is_stock(INDICATORS["funds.arrived"])


def test_the_change_is_that_against_the_day_before_the_period_began(world: World):
    world.monitored(date(2021, 12, 31))
    world.monitored(date(2022, 1, 1), persons=2)
    world.eliminated(date(2021, 3, 1), date(2022, 8, 1), persons=4)
    codes = ["monitoring.total.households", "monitoring.current.persons", "elimination.rate"]
    found = figures(SCOPE, [INDICATORS[code] for code in codes])
    assert overview.changes(SCOPE, found, codes) == {
        "monitoring.total.households": ("+1 in the period",),
        "monitoring.current.persons": ("−2 in the period",),
        "elimination.rate": ("+33.33 points in the period", "+44.44 points in the period"),
    }
    assert "+1 in the period" in page(world).content.decode()


def test_months_count_what_was_identified_and_eliminated_in_each(world: World, django_assert_num_queries):
    world.monitored(date(2022, 7, 31), persons=4)
    world.eliminated(date(2022, 2, 1), date(2022, 8, 1), persons=2)
    world.monitored(date(2022, 9, 5), persons=1)
    with django_assert_num_queries(1):
        rows = overview.months(SCOPE, linked=True)
    told = {f"{row.first_day:%Y-%m}": [cell.value for cell in row.cells] for row in rows}
    assert len(told) == 13
    assert next(iter(told)) == "2021-09"
    assert {month: values for month, values in told.items() if set(values) != {"0"}} == {
        "2022-02": ["1", "2", "0", "0"],
        "2022-07": ["1", "4", "0", "0"],
        "2022-08": ["0", "0", "1", "2"],
        "2022-09": ["1", "1", "0", "0"],
    }
    assert [row.is_whole for row in rows[-2:]] == [True, False]
    july = next(row for row in rows if row.first_day == date(2022, 7, 1))
    assert "as_of=2022-07-31&period_start=2022-07-01" in july.cells[0].address


def test_each_step_tells_how_many_wait_and_how_many_too_long(waiting: World, django_assert_num_queries):
    with django_assert_num_queries(1):
        lateness = Lateness.of(SCOPE)
    with django_assert_num_queries(1):
        steps = overview.steps(SCOPE, lateness)
    assert [(step.name, step.waiting, step.late, step.longest) for step in steps] == [
        ("clue reported", 2, 1, 35),
        ("verified at home", 1, 0, 4),
        ("elimination proposed", 1, 1, 31),
    ]


def test_the_links_of_a_step_open_exactly_the_cases_it_counts(waiting: World):
    client = Client()
    client.force_login(waiting[SUN])
    for step in overview.steps(SCOPE, Lateness.of(SCOPE)):
        for address, count in ((step.waiting_address, step.waiting), (step.late_address, step.late)):
            assert len(client.get(address).context["rows"]) == count


def test_the_oldest_late_cases_come_first_and_lead_to_their_page(waiting: World, monkeypatch: pytest.MonkeyPatch):
    rows = overview.oldest(SCOPE, Lateness.of(SCOPE))
    assert [(row.place, row.since, row.days) for row in rows] == [
        ("永登县 城关镇 高坪村", date(2022, 8, 1), 35),
        ("永登县 城关镇 高坪村", date(2022, 8, 5), 31),
    ]
    client = Client()
    client.force_login(waiting[SUN])
    assert client.get(rows[0].address).status_code == 200
    monkeypatch.setattr(overview, "OLDEST_SHOWN", 1)
    assert len(overview.oldest(SCOPE, Lateness.of(SCOPE))) == 1


def test_on_an_earlier_day_as_then_stood_nothing_was_late(waiting: World):
    then = Scope(CITY, date(2022, 8, 10), date(2022, 1, 1))
    assert {step.name: (step.waiting, step.late) for step in overview.steps(then, Lateness.of(then))} == {
        "clue reported": (2, 0),
        "elimination proposed": (1, 0),
    }
    assert CaseSpan.objects.count() > case_list.cases(then).count()


def test_a_day_on_which_nobody_waits_says_so(world: World):
    assert "No case waits at any step on this day." in page(world).content.decode()


def test_who_may_not_see_records_reads_how_many_are_late_but_gets_no_link(waiting: World):
    text = page(waiting, ZHOU).content.decode()
    assert "What waits, and what is late" in text
    assert "/cases/" not in text


def test_the_map_shows_the_column_that_was_chosen_and_names_who_has_no_shape(world: World):
    answer = page(world, map="elimination.rate.person")
    assert answer.context["map"].chosen == "elimination.rate.person"
    assert page(world, map="nonsense").context["map"].chosen == overview.FIRST_ON_MAP
    assert page(world, division=COUNTY).context["map"] is None
    rows = [pages.PlaceRow("永登县", COUNTY, "", ()), pages.PlaceRow("兰州新区", "620171", "", ())]
    assert [row.code for row in overview.map_of(SCOPE, rows, "").without_shape] == ["620171"]


def test_every_shape_that_a_map_is_said_to_have_is_in_its_file():
    for shapes in overview.MAPS.values():
        with Path(finders.find(shapes.file)).open(encoding="utf-8") as file:
            assert {each["properties"]["code"] for each in json.load(file)["features"]} == shapes.codes


def test_the_table_of_places_carries_what_the_map_draws(world: World):
    world.monitored(date(2022, 4, 1))
    text = page(world).content.decode()
    assert f'data-key="{COUNTY}"' in text
    assert f'data-key="{OTHER_COUNTY}"' in text
    assert 'data-code="monitoring.current.households" data-unit=""' in text
    assert '<td data-value="1">' in text
