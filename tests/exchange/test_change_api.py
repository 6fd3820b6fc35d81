"""The feed as a client reads it: what it tells, to whom, and how it goes on for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.permissions import Role
from assistance.rules.categories import Category
from common.moments import day_of
from exchange import change_api
from exchange.models import Epoch
from exchange.operations import feed
from exchange.rules.changes import KINDS
from households.models import Posting
from households.operations import assignments, households
from tests.cast import (
    BUREAU,
    CITY,
    COUNTY,
    FAR_VILLAGE,
    OTHER_COUNTY,
    SUN,
    VILLAGE,
    ZHAO,
    ZHOU,
    World,
    evening,
)
from tests.exchange_store import Store, reading
from tests.pages import posted_to

pytestmark = pytest.mark.django_db(transaction=True)
APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)


@pytest.fixture
def world() -> World:
    return World.begin()


def lists(client: APIClient, division: str) -> dict[str, dict[str, Any]]:
    """What the lists of the API tell, by kind and key."""
    found: dict[str, dict[str, Any]] = {}
    for kind in set(KINDS) - {"standards"}:
        scope = {} if kind in {"divisions", "monitoring-lines"} else {"division": division}
        rows = client.get(f"/api/v1/{kind}", scope | {"page_size": 500}).json()["results"]
        if rows:
            found[kind] = {row["code" if kind == "divisions" else "id"]: row for row in rows}
    return found


def told(entries: list[dict[str, Any]], kind: str = "households") -> list[tuple[str, str]]:
    return [(entry["id"], entry["change"]) for entry in entries if entry["kind"] == kind]


def test_who_follows_the_feed_holds_what_the_lists_tell(world: World):
    client = reading(world[BUREAU])
    store = Store(client)
    store.follow()
    case = world.eliminated(APRIL, MAY)
    world.visit(case.household, APRIL)
    world.help(world.monitored(APRIL, village=FAR_VILLAGE), Category.HEALTH, APRIL)
    store.follow()
    world.join(case.household, MAY)
    gone = world.household(APRIL)
    store.follow()
    world.moved(case.household, FAR_VILLAGE, MAY + timedelta(days=1))
    households.remove(household=gone, reason="误录", by=world[SUN], at=evening(MAY), expected_version=gone.version)
    store.follow()
    standards = store.records.pop("standards")
    assert len(standards) == 12
    for household in store.records["households"].values():
        assert (household.pop("ended_on"), household.pop("ended_how")) == (None, "")
    assert {kind: rows for kind, rows in store.records.items() if rows} == lists(client, CITY)


def test_a_record_that_moves_leaves_one_scope_and_enters_the_other(world: World):
    household = world.household(APRIL)
    near, far = Store(reading(posted_to(COUNTY))), Store(reading(posted_to(OTHER_COUNTY)))
    near.follow(), far.follow()
    world.moved(household, FAR_VILLAGE, MAY)
    key = str(household.pk)
    left = [entry for entry in near.follow() if entry["kind"] == "households"]
    assert [(entry["id"], entry["change"], entry["village"], entry["record"]) for entry in left] == [
        (key, "left", VILLAGE, None)
    ]
    assert told(far.follow()) == [(key, "entered")]
    assert near.records["households"] == near.records["members"] == {}
    assert list(far.records["households"]) == [key]


def test_a_removed_record_leaves_a_tombstone(world: World):
    household = world.household(APRIL, persons=1)
    store = Store(reading(world[BUREAU]))
    assert told(store.follow()) == [(str(household.pk), "created")]
    households.remove(
        household=household, reason="误录", by=world[SUN], at=evening(MAY), expected_version=household.version
    )
    entries = store.follow()
    assert told(entries) == [(str(household.pk), "removed")]
    assert [change for _key, change in told(entries, "members")] == ["removed"]


def test_numbers_are_masked(world: World):
    world.household(APRIL, persons=1)
    (member,) = Store(reading(world[BUREAU]), kinds="members").follow()
    assert member["record"]["number"][:6] == "6299**"


def test_a_posting_that_ends_is_told_and_one_that_begins_too(world: World):
    user = posted_to(COUNTY)
    store = Store(reading(user))
    store.follow()
    Posting.objects.filter(user=user).update(division_id=OTHER_COUNTY)
    entries = store.follow()
    assert [(entry["kind"], entry["change"], entry["village"]) for entry in entries] == [
        ("scope", "left", COUNTY),
        ("scope", "entered", OTHER_COUNTY),
    ]
    assert store.follow() == []


def test_an_entrusted_household_comes_into_the_scope_and_is_followed(world: World):
    user = posted_to(COUNTY, Role.CASEWORKER)
    store = Store(reading(user))
    store.follow()
    household = world.household(APRIL, village=FAR_VILLAGE)
    world.household(APRIL, village=FAR_VILLAGE)
    today = day_of(timezone.now())
    assert store.follow() == []
    assignments.assign(household=household, user=user, starts_on=today, by=world[ZHAO], at=timezone.now())
    entries = store.follow()
    assert [(entry["change"], entry["id"]) for entry in entries if entry["kind"] == "scope"] == [
        ("entered", str(household.pk))
    ]
    world.join(household, MAY)
    entries = store.follow()
    assert {(entry["kind"], entry["change"]) for entry in entries} == {
        ("households", "changed"),
        ("members", "created"),
    }


def test_only_the_kinds_and_the_division_that_were_asked_for(world: World):
    world.household(APRIL)
    far = world.household(APRIL, village=FAR_VILLAGE)
    entries = Store(reading(world[BUREAU]), kinds="households", division=OTHER_COUNTY).follow()
    assert [(entry["kind"], entry["id"]) for entry in entries] == [("households", str(far.pk))]


def test_from_now_on_tells_nothing_of_before(world: World):
    world.household(APRIL)
    client = reading(world[BUREAU])
    begun = client.get("/api/v1/changes", {"start": "now"}).json()
    assert (begun["results"], begun["has_more"]) == ([], False)
    assert client.get(begun["next"]).json()["results"] == []
    household = world.household(APRIL)
    assert told(client.get(begun["next"]).json()["results"]) == [(str(household.pk), "created")]


def test_a_small_page_goes_on_where_it_ended(world: World):
    for _number in range(3):
        world.household(APRIL)
    store = Store(reading(world[BUREAU]), page_size=2)
    pages = list(store.pages())
    assert {len(page["results"]) for page in pages[:-1]} == {2}
    positions = [entry["position"] for page in pages for entry in page["results"]]
    # The first is the province, which lies above the posting.
    assert positions == list(range(2, feed.settle() + 1))


def test_positions_without_anything_for_the_reader_are_passed_over_in_steps(world: World, monkeypatch):
    monkeypatch.setattr(feed, "MOST_POSITIONS", 3)
    far = world.household(APRIL, village=FAR_VILLAGE)
    store = Store(reading(posted_to(OTHER_COUNTY)), kinds="households")
    assert told(store.follow()) == [(str(far.pk), "created")]


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"kinds": "households,dogs"}, "unknown_kind", "kinds"),
        ({"cursor": "x"}, "invalid_cursor", "cursor"),
        ({"cursor": "WzEsMl0"}, "invalid_cursor", "cursor"),
        ({"start": "later"}, "invalid_parameter", "start"),
        ({"page_size": "1001"}, "invalid_parameter", "page_size"),
        ({"wait": "31"}, "invalid_parameter", "wait"),
        ({"division": "62012"}, "invalid_parameter", "division"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(world: World, asked, code: str, field: str):
    answer = reading(world[BUREAU]).get("/api/v1/changes", asked)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)


def test_a_cursor_goes_on_with_its_own_kinds_only(world: World):
    client = reading(world[BUREAU])
    cursor = client.get("/api/v1/changes", {"kinds": "cases", "start": "now"}).json()["cursor"]
    answer = client.get("/api/v1/changes", {"kinds": "members", "cursor": cursor})
    assert (answer.status_code, answer.json()["field"]) == (400, "kinds")


def test_who_may_see_no_records_gets_no_feed(world: World):
    assert reading(world[ZHOU]).get("/api/v1/changes").status_code == 403
    assert reading(posted_to(COUNTY)).get("/api/v1/changes", {"division": OTHER_COUNTY}).status_code == 404


def test_after_a_restored_backup_an_earlier_cursor_goes_on_and_a_later_one_is_told_where(world: World):
    store = Store(reading(world[BUREAU]))
    store.follow()
    early = store.cursor
    world.household(APRIL)
    store.follow()
    # What the restored database no longer has: the household, with its positions; another system has taken its place.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_change WHERE household IS NOT NULL")
    Epoch.objects.update(database="the one that was lost")
    answer = store.client.get("/api/v1/changes", {"cursor": store.cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "feed_restarted")
    household = world.household(APRIL)
    for cursor_held in (early, answer.json()["cursor"]):
        page = store.client.get("/api/v1/changes", {"cursor": cursor_held}).json()
        assert told(page["results"]) == [(str(household.pk), "created")]


def test_a_page_costs_the_sign_in_the_settling_the_page_and_a_question_a_kind(world: World):
    case = world.monitored(APRIL)
    client = reading(world[BUREAU])
    client.get("/api/v1/changes")
    world.visit(case.household, APRIL)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/api/v1/changes", {"page_size": 1000}).json()
    kinds = {entry["kind"] for entry in page["results"]}
    assert len(asked) == 4 + len(kinds), [each["sql"][:80] for each in asked]


def test_waiting_ends_with_the_first_change_and_holds_no_transaction(world: World, monkeypatch):
    client = reading(world[BUREAU])
    begun = client.get("/api/v1/changes", {"start": "now"}).json()
    made = []

    def sleep(_seconds: float) -> None:
        assert not connection.in_atomic_block
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid() AND xact_start < query_start"
            )
            assert cursor.fetchone() == (0,)
        made.append(world.household(APRIL))

    monkeypatch.setattr(change_api.time, "sleep", sleep)
    page = client.get("/api/v1/changes", {"cursor": begun["cursor"], "wait": 5}).json()
    assert told(page["results"]) == [(str(made[0].pk), "created")]
    assert len(made) == 1


def test_waiting_ends_when_the_time_is_up(world: World):
    client = reading(world[BUREAU])
    begun = client.get("/api/v1/changes", {"start": "now"}).json()
    page = client.get("/api/v1/changes", {"cursor": begun["cursor"], "wait": 1}).json()
    assert (page["results"], page["has_more"]) == ([], False)
