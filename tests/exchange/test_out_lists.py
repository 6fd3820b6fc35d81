"""Every list that leaves as a file is the list that the API answers, for the same reader and the same moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import orjson
import pytest
from django.utils import timezone, translation

from common.refusals import Invalid, NotAllowed, NotFound
from exchange.out_lists import OFFERS, Asked, Source, opened
from exchange.rules.out_columns import column_of
from households.models import Posting
from tests.cast import CITY, COUNTY, OTHER_COUNTY, STRANGER, SUN, ZHOU, World, evening
from tests.pages import signed_in

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 1)
LISTS = [code for code, offer in OFFERS.items() if offer.view is not None]
FILTERED = {
    "households": {"status": "monitored", "sort": "-registered_on"},
    "members": {"relationship": "head"},
    "cases": {"indicator": "monitoring.current.households", "sort": "-since"},
    "case-events": {"kind": "identified"},
    "measures": {"category": "health"},
    "plans": {"is_current": "true"},
    "income-surveys": {"surveyed_from": "2022-03-01"},
    "visits": {"sort": "-happened_at"},
    "assignments": {"as_of": "2022-05-01"},
    "findings": {"is_standing": "true"},
    "warnings": {"state": "open"},
    "deadlines": {"is_running": "true"},
    "conflicts": {"state": "open", "sort": "-sent_at"},
    "divisions": {"level": "village", "sort": "name"},
}
# What the API calls otherwise: the division of a list of divisions, and its key.
OTHERWISE = {"divisions": ("under", "code")}


def no_days(division: str = "") -> None:
    """No demonstration is open."""


def at_hand(
    world: World, listed: str, *, by: str = SUN, at: datetime | None = None, columns=(), **parameters
) -> Source:
    """The list, opened for somebody."""
    asked = Asked(listed, {"division": CITY} | parameters, at or timezone.now() + timedelta(seconds=1), columns)
    return opened(asked, world[by], no_days)


def rows_of(source: Source) -> list[dict]:
    return [orjson.loads(text) for chunk in source.chunks() for text in chunk]


def from_the_api(world: World, listed: str, **parameters: str) -> list[dict]:
    """All rows of the list as the API answers it, which must be as many as it counts."""
    place, _key = OTHERWISE.get(listed, ("division", "id"))
    asked = {place: CITY, "count": "true", "page_size": "500", **parameters}
    page = signed_in(world[SUN]).get(f"/api/v1/{listed}", asked).json()
    assert page["count"] == len(page["results"])
    return page["results"]


@pytest.mark.parametrize("listed", LISTS)
def test_a_file_holds_the_rows_that_the_api_counts_in_the_same_order(peopled: World, listed: str):
    source = at_hand(peopled, listed)
    told, rows = from_the_api(peopled, listed), rows_of(source)
    _place, key = OTHERWISE.get(listed, ("division", "id"))
    assert [row[key] for row in rows] == [row[key] for row in told]
    assert source.count() == len(rows) > 0
    assert [set(row) for row in rows] == [{column.name for column in source.columns}] * len(rows)


@pytest.mark.parametrize("listed", FILTERED)
def test_filters_and_orders_are_those_of_the_api(peopled: World, listed: str):
    parameters = FILTERED[listed]
    told, source = from_the_api(peopled, listed, **parameters), at_hand(peopled, listed, **parameters)
    _place, key = OTHERWISE.get(listed, ("division", "id"))
    assert [row[key] for row in rows_of(source)] == [row[key] for row in told]
    assert source.count() == len(told) > 0


@pytest.mark.parametrize("listed", LISTS)
def test_what_a_row_says_is_what_the_api_says(peopled: World, listed: str):
    told = from_the_api(peopled, listed)
    shared = tuple(name for name in told[0] if name in OFFERS[listed].columns)
    assert rows_of(at_hand(peopled, listed, columns=shared)) == [{name: row[name] for name in shared} for row in told]


@pytest.mark.parametrize("listed", OFFERS)
def test_who_may_not_read_a_list_takes_no_file_of_it(peopled: World, listed: str):
    more = {"source": "lanzhou-2022-09-05"} if listed == "reconciliations" else {}
    with pytest.raises((NotAllowed, NotFound)):
        at_hand(peopled, listed, by=STRANGER, **more)
    Posting.objects.filter(user=peopled[SUN]).update(division_id=OTHER_COUNTY)
    with pytest.raises(NotFound):
        at_hand(peopled, listed, division=COUNTY, by=SUN, **more)


def test_an_administrator_takes_figures_along_and_no_records(peopled: World):
    assert rows_of(at_hand(peopled, "indicators", by=ZHOU, indicators="monitoring.total.households"))
    with pytest.raises(NotAllowed):
        at_hand(peopled, "households", by=ZHOU)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"cursor": "x"}, "cursor"),
        ({"status": "happy"}, "status"),
        ({"sort": "luck"}, "sort"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(peopled: World, told: dict[str, str], field: str):
    with pytest.raises(Invalid) as refusal:
        at_hand(peopled, "households", **told).count()
    assert refusal.value.field == field


@pytest.mark.parametrize(("listed", "columns"), [("nothing", ()), ("households", ("id", "luck"))])
def test_a_list_or_a_column_that_there_is_not_is_refused(peopled: World, listed: str, columns: tuple[str, ...]):
    with pytest.raises(Invalid):
        at_hand(peopled, listed, columns=columns)


def test_what_was_recorded_after_the_moment_is_not_in_the_file(peopled: World):
    noon = evening(MAY, 12)
    source = at_hand(peopled, "cases", at=noon, as_of="2022-05-01")
    assert source.parameters["known_at"] == noon.isoformat()
    peopled.report(peopled.household(MAY), MAY)  # recorded at six in the evening
    assert len(rows_of(source)) == source.count() == 2
    assert len(rows_of(at_hand(peopled, "cases", at=evening(MAY, 21), as_of="2022-05-01"))) == 3


def test_document_numbers_are_masked_unless_they_are_asked_for(peopled: World):
    masked = rows_of(at_hand(peopled, "members"))
    asked = Asked("members", {"division": CITY}, timezone.now(), (), whole_numbers=True)
    whole = rows_of(opened(asked, peopled[SUN], no_days))
    pairs = [(a["number"], b["number"]) for a, b in zip(masked, whole, strict=True) if b["number"]]
    assert pairs
    assert all(len(b) == 18 and "*" not in b and a[:4] == b[:4] and a.count("*") == 12 for a, b in pairs)


def test_figures_by_place_are_those_of_the_api(peopled: World):
    asked = {"division": CITY, "by": "county", "indicators": "monitoring.total.households"}
    rows = rows_of(opened(Asked("indicators", asked, timezone.now()), peopled[SUN], no_days))
    assert [(row["division"], row["value"]) for row in rows] == [(CITY, 2), (COUNTY, 1), (OTHER_COUNTY, 1)]


def test_a_reconciliation_has_a_row_for_each_reading(peopled: World):
    rows = rows_of(at_hand(peopled, "reconciliations", source="lanzhou-2022-09-05"))
    told = signed_in(peopled[SUN]).get("/api/v1/reconciliations/lanzhou-2022-09-05").json()["figures"]
    assert {row["id"] for row in rows} == {figure["id"] for figure in told}
    assert len(rows) == sum(len(each["computed"]) if isinstance(each["computed"], dict) else 1 for each in told)


@pytest.mark.parametrize("listed", OFFERS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("whole_numbers", [False, True])
def test_no_two_columns_of_a_list_have_the_same_heading(listed: str, language: str, whole_numbers: bool):
    offer = OFFERS[listed]
    with translation.override(language):
        headings = [str(column_of(listed, name, whole_numbers=whole_numbers).heading) for name in offer.columns]
    assert len(set(headings)) == len(headings)
    assert set(offer.first) <= set(offer.columns)
