"""A client finds by digests what it no longer holds as it is, and mends it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from rest_framework.test import APIClient

from assistance.rules.categories import Category
from households.operations.retractions import Retraction, retract_households
from tests.cast import BUREAU, CITY, COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, VILLAGE, World, evening
from tests.exchange_store import Store, reading

pytestmark = pytest.mark.django_db(transaction=True)
APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)


def told(client: APIClient, **asked: str) -> dict[tuple[str, str | None], tuple[int, str]]:
    """The digests that the API tells, by kind and place."""
    answer = client.get("/api/v1/digests", asked)
    assert answer.status_code == 200, answer.content
    return {(row["kind"], row["village"]): (row["count"], row["digest"]) for row in answer.json()["results"]}


def held(store: Store) -> dict[tuple[str, str | None], tuple[int, str]]:
    """The same, computed from nothing but what a client holds."""
    lines: dict[tuple[str, str | None], list[str]] = {}
    for (kind, key), (village, version) in store.versions.items():
        place = None if kind == "member-conditions" else village
        lines.setdefault((kind, place), []).append(f"{key} {version}")
    return {key: (len(rows), sha256("\n".join(sorted(rows)).encode()).hexdigest()) for key, rows in lines.items()}


@pytest.fixture
def world() -> World:
    world = World.begin()
    case = world.eliminated(APRIL, MAY)
    world.visit(case.household, APRIL)
    world.help(world.monitored(APRIL, village=FAR_VILLAGE), Category.HEALTH, APRIL)
    return world


def test_who_follows_the_feed_computes_the_same_digests(world: World):
    store = Store(reading(world[BUREAU]))
    store.follow()
    moved = world.household(APRIL)
    store.follow()
    world.moved(moved, FAR_VILLAGE, MAY)
    world.join(moved, MAY)
    store.follow()
    assert held(store) == told(store.client)


def test_what_was_taken_back_is_gone_from_feed_lists_and_digests_alike(world: World):
    case = world.report(world.household(APRIL), APRIL)
    store = Store(reading(world[BUREAU]))
    store.follow()
    taken_back = Retraction(case.household, "录入有误", world[LI], evening(APRIL), case.household.version)
    retract_households(retractions=[taken_back])
    store.follow()
    assert held(store) == told(store.client)
    listed = store.client.get("/api/v1/case-events", {"division": CITY, "case": str(case.pk)})
    assert listed.json()["results"] == []


def test_what_drifted_is_found_and_mended(world: World):
    store = Store(reading(world[BUREAU]))
    store.follow()
    lost, stale = (next(key for key in store.versions if key[0] == kind) for kind in ("households", "measures"))
    place = store.versions.pop(lost)[0]
    store.versions[stale] = (store.versions[stale][0], 99)
    ours, theirs = held(store), told(store.client)
    drifted = {key for key in theirs if ours.get(key) != theirs[key]}
    assert drifted == {("households", place), ("measures", FAR_VILLAGE)}
    for kind, village in drifted:
        again = Store(store.client, kinds=kind, division=village)
        again.follow()
        store.versions = {key: row for key, row in store.versions.items() if (key[0], row[0]) != (kind, village)}
        store.versions |= again.versions
    assert held(store) == theirs


def test_digests_of_a_higher_level_hold_those_below(world: World):
    client = reading(world[BUREAU])
    below, above = told(client, kinds="households"), told(client, kinds="households", by="county")
    assert {place for _kind, place in below} == {VILLAGE, FAR_VILLAGE}
    assert {key[1]: count for key, (count, _digest) in above.items()} == {COUNTY: 1, OTHER_COUNTY: 1}
    assert above["households", COUNTY] == below["households", VILLAGE]


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"kinds": "dogs"}, 400, "kinds"),
        ({"by": "street"}, 400, "by"),
        ({"day": "2022-01-01"}, 400, "day"),
        ({"division": "63"}, 404, "division"),
    ],
)
def test_what_cannot_be_read_or_reached_is_refused_by_name(world: World, asked: dict[str, Any], status, field):
    answer = reading(world[BUREAU]).get("/api/v1/digests", asked)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_a_division_tells_the_digests_of_itself_alone(world: World):
    found = told(reading(world[BUREAU]), division=OTHER_COUNTY, kinds="households,divisions")
    assert {place for _kind, place in found} == {OTHER_COUNTY, f"{OTHER_COUNTY}100", FAR_VILLAGE}
    assert CITY not in {place for _kind, place in found}
