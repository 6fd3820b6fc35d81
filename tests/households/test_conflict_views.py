"""Conflicts on pages and in the API: both values are read there, and who may decides between them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.models import Conflict, Household
from households.operations import conflicts
from households.operations.conflicts import Clash
from tests.cast import BUREAU, CHEN, CITY, LI, OTHER_COUNTY, SUN, VILLAGE, World, evening
from tests.pages import posted_to, read, signed_in

MARCH, MAY, JUNE = date(2022, 3, 1), date(2022, 5, 1), date(2022, 6, 1)
CHOICE = {"choice": "taken", "reason": "电话核实", "version": "1"}


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


@pytest.fixture
def kept(world: World, home: Household) -> Conflict:
    """What a bureau sent and what is held."""
    return clash(world, home, "13911112222")


def clash(world: World, home: Household, phone: str) -> Conflict:
    values = {"phone": (home.phone, phone)}
    [made] = conflicts.keep_all(clashes=[Clash(home, None, values, 1, world[BUREAU], evening(MAY), "phone 7", None)])
    return made


def decide(client: Client, kept: Conflict, **changed: str):
    return client.post(f"/conflicts/{kept.pk}/resolve/", CHOICE | changed)


def test_the_list_shows_what_waits_and_on_request_what_is_decided(world, home, kept):
    client = signed_in(world[SUN])
    page = client.get("/conflicts/", {"division": CITY})
    assert (page.context["rows"], page.context["total"]) == ([kept], 1)
    row = read(client, "/conflicts/", {"division": CITY}).rows[1]
    assert row[0] == "张三"
    assert row[-1] == "to be decided"
    assert decide(client, kept).status_code == 302
    assert client.get("/conflicts/", {"division": CITY}).context["rows"] == []
    assert client.get("/conflicts/", {"division": CITY, "state": "taken"}).context["rows"] == [kept]
    assert client.get("/conflicts/", {"state": "nonsense"}).status_code == 400
    assert client.get("/conflicts/", {"division": OTHER_COUNTY}).context["rows"] == []


def test_both_values_are_read_on_the_page_and_in_the_api(world, home, kept):
    client = signed_in(world[SUN])
    text = client.get(f"/conflicts/{kept.pk}/").content.decode()
    assert home.phone
    assert home.phone in text
    assert "13911112222" in text
    told = client.get(f"/api/v1/conflicts/{kept.pk}").json()
    assert told["values"] == {"phone": [home.phone, "13911112222"]}
    [listed] = client.get("/api/v1/conflicts", {"division": CITY, "state": "open"}).json()["results"]
    assert (listed["id"], listed["values"]) == (str(kept.pk), told["values"])


def test_what_is_decided_on_the_page_stands_in_the_record(world, home, kept):
    client = signed_in(world[SUN])
    decide(client, kept)
    home.refresh_from_db()
    assert home.phone == "13911112222"
    text = client.get(f"/conflicts/{kept.pk}/").content.decode()
    assert "电话核实" in text
    assert "/resolve/" not in text


def test_the_api_decides_by_the_version_that_was_read(world, home, kept):
    client = signed_in(world[SUN])
    address = f"/api/v1/conflicts/{kept.pk}/resolve"

    def answer(**changed: object):
        asked = {"choice": "kept", "reason": "核实", "version": 1, **changed}
        return client.post(address, asked, content_type="application/json")

    assert [answer(version=None).status_code, answer(version=2).status_code] == [428, 412]
    assert answer(choice="open").status_code == 400
    told = answer().json()
    assert (told["state"], told["decided_by"], told["version"]) == ("kept", SUN, 2)
    home.refresh_from_db()
    assert home.phone != "13911112222"


@pytest.mark.parametrize(
    ("changed", "status"), [({"reason": " "}, 400), ({"choice": "open"}, 400), ({"version": "2"}, 412)]
)
def test_a_refusal_leaves_the_conflict_and_what_was_typed(world, kept, changed, status):
    answer = decide(signed_in(world[SUN]), kept, **changed)
    assert answer.status_code == status
    assert "is-invalid" in answer.content.decode() or 'role="alert"' in answer.content.decode()
    assert (CHOICE | changed)["reason"].strip() in answer.content.decode()
    assert Conflict.objects.get().state == "open"


def test_who_may_not_decide_reads_without_the_form(world, kept):
    client = signed_in(world[LI])
    assert "/resolve/" not in client.get(f"/conflicts/{kept.pk}/").content.decode()
    assert decide(client, kept).status_code == 403
    assert Conflict.objects.get().state == "open"


def test_a_conflict_of_another_county_or_of_a_removed_household_is_absent(world, home, kept):
    stranger = signed_in(posted_to(OTHER_COUNTY))
    doors = (f"/conflicts/{kept.pk}/", f"/api/v1/conflicts/{kept.pk}")
    assert [stranger.get(door).status_code for door in doors] == [404, 404]
    assert decide(stranger, kept).status_code == 404
    world.remove(home, evening(JUNE))
    assert [signed_in(world[SUN]).get(door).status_code for door in doors] == [404, 404]
    assert signed_in(world[SUN]).get("/conflicts/", {"division": CITY}).context["rows"] == []


def test_a_long_list_is_turned_page_by_page_the_latest_first(world, monkeypatch):
    monkeypatch.setattr("households.list_views.ROWS_A_PAGE", 2)
    made = [clash(world, world.household(MARCH), f"1391111000{number}") for number in range(3)]
    client = signed_in(world[CHEN])
    first = client.get("/conflicts/", {"division": VILLAGE})
    second = client.get(first.context["next_address"])
    assert [*first.context["rows"], *second.context["rows"]] == made[::-1]
    assert second.context["next_address"] == ""


def test_ten_times_the_conflicts_cost_as_many_queries(world, kept):
    client = signed_in(world[CHEN])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/conflicts/", {"division": VILLAGE}).status_code == 200
        return len(queries)

    cost()  # what is read once and kept
    one = cost()
    for number in range(9):
        clash(world, world.household(MARCH), f"1391111000{number}")
    assert cost() == one


def test_a_conflict_decided_by_the_api_is_answered_as_it_stands_then_whatever_the_client_holds(world, home, kept):
    client, address = signed_in(world[SUN]), f"/api/v1/conflicts/{kept.pk}"
    tag = client.get(address).headers["ETag"]
    body = {"choice": "taken", "reason": "电话核实"}
    sent = {"content_type": "application/json", "HTTP_IF_MATCH": tag, "HTTP_IF_NONE_MATCH": "*"}
    answer = client.post(f"{address}/resolve", body, **sent)
    told = answer.json()
    assert (answer.status_code, told["state"], told["version"]) == (200, "taken", 2)
    assert told["values"] == {"phone": [home.phone, "13911112222"]}
    assert answer.headers["ETag"].startswith('"2.')
    assert client.post(f"{address}/resolve", body, **sent).status_code == 412
