"""A county's client sees nothing of another county: by no list, detail, filter, search, order, cursor or address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from assistance.rules.categories import Category
from households.models import Case, GuaranteeCheck, IncomeSurvey
from tests.cast import BUREAU, CITY, COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, STRANGER, SUN, VILLAGE, World, evening
from tests.pages import signed_in

APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)
LISTS = (
    "households", "cases", "members", "case-events", "plans", "measures", "income-surveys", "guarantee-checks",
)  # fmt: skip


@dataclass(frozen=True)
class Two:
    """One case in each county, a client of the first county and one of the whole city."""

    near: Case
    far: Case
    near_number: str
    far_number: str
    county: APIClient
    city: APIClient


@pytest.fixture
def two(world: World) -> Two:
    """Everything that can be asked for exists on both sides."""
    ahead = world.numbers
    numbers: list[str] = []

    def told() -> Any:
        for number in ahead:
            numbers.append(number)
            yield number

    world.numbers = told()
    near = case_with_everything(world, VILLAGE)
    near_number = numbers[0]
    numbers.clear()
    far = case_with_everything(world, FAR_VILLAGE)
    user = world[STRANGER]
    user.postings.create(role="client", division_id=COUNTY, starts_on=date(2020, 1, 1))
    county, city = APIClient(), APIClient()
    county.force_authenticate(user)
    city.force_authenticate(world[BUREAU])
    return Two(near, far, near_number, numbers[0], county, city)


def case_with_everything(world: World, village: str) -> Case:
    """A case with a measure, a survey and a check."""
    case = world.monitored(APRIL, village=village, persons=2)
    world.help(case, Category.HEALTH, MAY)
    recorded: dict[str, Any] = {
        "household": case.household,
        "village_id": village,
        "recorded_at": evening(APRIL),
        "recorded_by": world[LI],
    }
    GuaranteeCheck.objects.create(checked_on=APRIL, is_water_safe=False, **recorded)
    IncomeSurvey.objects.create(
        occasion="yearly",
        surveyed_on=APRIL,
        period_from=date(2021, 1, 1),
        period_to=date(2021, 12, 31),
        household_size=2,
        **recorded,
    )
    return case


def ids(client: APIClient, kind: str, **asked: str) -> set[str]:
    """The keys of the rows of a list."""
    return {row["id"] for row in client.get(f"/api/v1/{kind}", asked).json()["results"]}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_shows_the_own_county_and_nothing_of_the_other(two: Two, kind: str):
    own, all_rows = ids(two.county, kind), ids(two.city, kind)
    assert own
    assert own < all_rows
    assert own == ids(two.city, kind, division=COUNTY)


@pytest.mark.parametrize("kind", LISTS)
def test_every_guessable_address_of_the_other_county_is_as_if_absent(two: Two, kind: str):
    for key in ids(two.city, kind, division=OTHER_COUNTY):
        assert two.county.get(f"/api/v1/{kind}/{key}").status_code == 404
        assert two.city.get(f"/api/v1/{kind}/{key}").status_code == 200


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("place", [OTHER_COUNTY, FAR_VILLAGE, CITY, "62"])
def test_no_other_division_can_be_asked_for(two: Two, kind: str, place: str):
    assert two.county.get(f"/api/v1/{kind}", {"division": place}).status_code == 404


@pytest.mark.parametrize("kind", LISTS)
def test_a_cursor_from_another_reach_shows_nothing_more(two: Two, kind: str):
    first = two.city.get(f"/api/v1/{kind}", {"page_size": 1}).json()
    address = first["next"]
    while address:
        cursor = address.partition("cursor=")[2]
        shown = {row["id"] for row in two.county.get(f"/api/v1/{kind}?cursor={cursor}").json()["results"]}
        assert shown <= ids(two.county, kind)
        address = two.city.get(address).json()["next"]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("members", "household", lambda case: case.household_id),
        ("case-events", "case", lambda case: case.pk),
        ("case-events", "household", lambda case: case.household_id),
        ("cases", "household", lambda case: case.household_id),
        ("plans", "case", lambda case: case.pk),
        ("measures", "household", lambda case: case.household_id),
        ("income-surveys", "household", lambda case: case.household_id),
        ("guarantee-checks", "household", lambda case: case.household_id),
        ("households", "q", lambda case: FAR_VILLAGE if case.village_id == FAR_VILLAGE else VILLAGE),
        ("households", "q", lambda case: "文山村" if case.village_id == FAR_VILLAGE else "高坪村"),
    ],
)
def test_a_filter_or_search_finds_nothing_of_the_other_county(
    two: Two, kind: str, name: str, value: Callable[[Case], object]
):
    assert ids(two.county, kind, **{name: str(value(two.far))}) == set()
    assert ids(two.county, kind, **{name: str(value(two.near))}) != set()


def test_the_exact_number_of_a_document_finds_nobody_of_the_other_county(two: Two):
    def found(client: APIClient, number: str) -> list[str]:
        answer = client.post("/api/v1/households/search", {"document_number": number})
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    assert found(two.city, two.far_number) == [str(two.far.household_id)]
    assert found(two.county, two.far_number) == []
    assert found(two.county, two.near_number) == [str(two.near.household_id)]


def test_a_document_number_in_an_address_is_refused_whoever_it_belongs_to(two: Two):
    for number in (two.near_number, two.far_number):
        answer = two.county.get("/api/v1/households", {"q": number})
        assert (answer.status_code, answer.json()["code"]) == (400, "document_number_in_address")


@pytest.mark.parametrize("order", ["village", "-village", "registered_on", "-registered_on", "id", "-id"])
def test_no_order_and_no_choice_of_fields_shows_more(two: Two, order: str):
    rows = two.county.get("/api/v1/households", {"sort": order, "fields": "id,village"}).json()["results"]
    assert rows == [{"id": str(two.near.household_id), "village": VILLAGE}]


def test_figures_of_places_stop_at_the_posting(two: Two):
    told = two.county.get("/api/v1/indicators", {"by": "village", "indicators": "monitoring.total.households"}).json()
    assert {place["division"][:6] for place in told["places"]} == {COUNTY}
    assert sum(place["figures"]["monitoring.total.households"][0]["value"] for place in told["places"]) == 1
    for address in ("indicators/elimination.rate/trend", "indicators"):
        assert two.county.get(f"/api/v1/{address}", {"division": OTHER_COUNTY}).status_code == 404


@pytest.mark.parametrize("moment", ["2022-09-05", "2022-09-05T12:00:00", "2022-09-05 12:00", "yesterday"])
@pytest.mark.parametrize("address", ["households", "cases", "members", "measures", "indicators", "changes"])
def test_a_moment_without_its_offset_is_not_guessed(world: World, address: str, moment: str):
    answer = signed_in(world[SUN]).get(f"/api/v1/{address}", {"known_at": moment})
    assert answer.status_code == 400
    assert answer.json()["field"] == "known_at"


@pytest.mark.parametrize("address", ["assignments", "member-conditions", "members"])
@pytest.mark.parametrize("day", ["2100-01-01", "1800-01-01", "2022-02-30"])
def test_no_list_tells_of_a_day_that_nobody_knows(world: World, address: str, day: str):
    answer = signed_in(world[SUN]).get(f"/api/v1/{address}", {"as_of": day})
    assert (answer.status_code, answer.json()["field"]) == (400, "as_of")
    assert signed_in(world[SUN]).get(f"/api/v1/{address}", {"as_of": "2022-09-05"}).status_code == 200


@pytest.mark.parametrize("address", ["/households/", "/cases/", "/figures/monitoring.total.households/"])
def test_a_page_counts_its_rows_on_a_wish_that_it_can_read(world: World, address: str):
    client = signed_in(world[SUN])
    assert client.get(address, {"count": "maybe"}).status_code == 400
    assert client.get(address, {"count": "true"}).status_code == 200
