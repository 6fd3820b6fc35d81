"""Which cases are late: by the standards of their village, the nearest division's, on the day that is asked about."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from rest_framework.test import APIClient

from households.models import Case, Division
from households.operations import standards
from households.rules.standards import Kind
from households.workflow import Status
from reports import case_list, overview
from reports.lateness import Lateness
from reports.query import Scope
from tests.cast import CITY, COUNTY, FAR_VILLAGE, NEXT_VILLAGE, SUN, TOWNSHIP, VILLAGE, ZHOU, World, evening
from tests.pages import read, signed_in

DAY, REPORTED = date(2022, 9, 5), date(2022, 8, 26)  # ten days before
SCOPE = Scope(CITY, DAY, date(2022, 1, 1))


def set_days(world: World, place: str, days: int, valid_from: date = date(2022, 1, 1)) -> None:
    standards.set_value(
        kind=Kind.LATENESS,
        code="reported",
        division=Division.objects.get(pk=place),
        valid_from=valid_from,
        value={"days": days},
        source=f"{place} {days}",
        is_official=True,
        by=world[ZHOU],
        at=evening(date(2022, 1, 1)),
    )


@pytest.fixture
def reported(world: World) -> dict[str, Case]:
    """A clue of the same day in each of the three villages."""
    places = (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)
    return {place: world.report(world.household(REPORTED, village=place), REPORTED) for place in places}


def late(scope: Scope = SCOPE) -> set[str]:
    """The villages of the late cases."""
    rows = case_list.cases(scope).filter(Lateness.of(scope).is_late())
    return set(rows.values_list("village_id", flat=True))


def test_nothing_is_late_by_the_limit_that_ships(reported: dict[str, Case]):
    assert late() == set()
    assert late(Scope(CITY, date(2022, 9, 10), date(2022, 1, 1))) == set()  # fifteen days
    assert late(Scope(CITY, date(2022, 9, 11), date(2022, 1, 1))) == {VILLAGE, NEXT_VILLAGE, FAR_VILLAGE}


def test_the_limit_of_the_nearest_division_counts(world: World, reported: dict[str, Case]):
    set_days(world, COUNTY, 9)
    assert late() == {VILLAGE, NEXT_VILLAGE}
    set_days(world, VILLAGE, 10)
    assert late() == {NEXT_VILLAGE}
    set_days(world, CITY, 5)
    assert late() == {NEXT_VILLAGE, FAR_VILLAGE}
    assert late(Scope(TOWNSHIP, DAY, date(2022, 1, 1))) == {NEXT_VILLAGE}


def test_a_limit_counts_from_its_day_on(world: World, reported: dict[str, Case]):
    set_days(world, COUNTY, 3, date(2022, 9, 5))
    assert late(Scope(CITY, date(2022, 9, 4), date(2022, 1, 1))) == set()
    assert late() == {VILLAGE, NEXT_VILLAGE}


def test_the_overview_the_list_and_the_api_count_the_same_cases(world: World, reported: dict[str, Case]):
    set_days(world, COUNTY, 9)
    set_days(world, VILLAGE, 10)
    with translation.override("en"):
        lateness = Lateness.of(SCOPE)
        (step,) = overview.steps(SCOPE, lateness)
        sources = overview.limit_sources(lateness)
    assert (step.waiting, step.late, step.limit) == (3, 1, "9–15")
    assert {"clue reported: 620121 9", f"clue reported: {VILLAGE} 10"} <= set(sources)
    assert [row.place for row in overview.oldest(SCOPE, lateness)] == ["永登县 城关镇 满城村"]
    assert len(read(signed_in(world[SUN]), step.late_address).rows) == 2  # the heading and the case
    client = APIClient()
    client.force_authenticate(world[SUN])
    asked = {"division": CITY, "as_of": DAY.isoformat(), "status": Status.REPORTED.value}
    found = {
        answer: {row["village"] for row in client.get("/api/v1/cases", {**asked, "late": answer}).json()["results"]}
        for answer in ("true", "false")
    }
    assert found == {"true": {NEXT_VILLAGE}, "false": {VILLAGE, FAR_VILLAGE}}
    assert client.get("/api/v1/cases", {**asked, "late": "perhaps"}).status_code == 400
