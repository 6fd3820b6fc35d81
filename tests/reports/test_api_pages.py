"""Pages, orders, fields and entity tags of the API's lists, on every order of every list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from rest_framework.test import APIClient

from config.api import VIEWS
from tests.cast import BUREAU, FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, World

APRIL = date(2022, 4, 1)
ORDERS = [
    (kind, f"{sign}{order}")
    for kind, view in VIEWS.items()
    for order in getattr(view, "orders", {})
    for sign in ("", "-")
]


@pytest.fixture
def client(world: World) -> APIClient:
    """Signed in as the bureau's system, posted to the whole city, where seven cases are known."""
    villages = (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)
    for number in range(7):
        on = APRIL + timedelta(days=number // 2)
        world.monitored(on, village=villages[number % 3], persons=1)
        if number < 2:
            world.report(world.household(on, persons=1), on)
    client = APIClient()
    client.force_authenticate(world[BUREAU])
    return client


def pages(client: APIClient, address: str, way: str) -> list[list[str]]:
    """The keys on each page, following the links one way."""
    found = []
    while address:
        page = client.get(address).json()
        found.append([str(next(iter(row.values()))) for row in page["results"]])
        address = page[way]
    return found


@pytest.mark.parametrize(("kind", "order"), ORDERS)
def test_pages_follow_each_other_forth_and_back_in_every_order(client: APIClient, kind: str, order: str):
    whole = [key for page in pages(client, f"/api/v1/{kind}?sort={order}", "next") for key in page]
    forth = pages(client, f"/api/v1/{kind}?sort={order}&page_size=2", "next")
    assert [key for page in forth for key in page] == whole
    assert len(set(whole)) == len(whole)
    address = f"/api/v1/{kind}?sort={order}&page_size=2"
    while (page := client.get(address).json())["next"]:
        address = page["next"]
    assert pages(client, address, "prev") == forth[::-1]


@pytest.mark.parametrize("kind", [kind for kind, view in VIEWS.items() if hasattr(view, "orders")])
def test_the_other_way_round_is_the_same_list_backwards(client: APIClient, kind: str):
    for order in VIEWS[kind].orders:
        forth = pages(client, f"/api/v1/{kind}?sort={order}&page_size=500", "next")
        assert pages(client, f"/api/v1/{kind}?sort=-{order}&page_size=500", "next") == [page[::-1] for page in forth]


def test_days_that_are_missing_come_last(client: APIClient):
    rows = client.get("/api/v1/cases", {"sort": "identified_on", "fields": "identified_on"}).json()["results"]
    days = [row["identified_on"] for row in rows]
    assert days == ["2022-04-01"] * 2 + ["2022-04-02"] * 2 + ["2022-04-03"] * 2 + ["2022-04-04"] + [None] * 2


@pytest.mark.parametrize("kind", [kind for kind, view in VIEWS.items() if hasattr(view, "orders")])
def test_only_the_fields_asked_for_are_told_in_the_order_asked_for(client: APIClient, kind: str):
    names = list(VIEWS[kind].serializer_class().fields)[:2][::-1]
    for row in client.get(f"/api/v1/{kind}", {"fields": ",".join(names)}).json()["results"]:
        assert list(row) == names
    refused = client.get(f"/api/v1/{kind}", {"fields": f"{names[0]},colour"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_field")
    assert "colour" in refused.json()["detail"]


@pytest.mark.parametrize("size", ["0", "501", "-1", "many", "9" * 50, "1.0", "１"])
def test_a_page_has_one_to_five_hundred_rows(client: APIClient, size: str):
    answer = client.get("/api/v1/households", {"page_size": size})
    assert (answer.status_code, answer.json()["field"]) == (400, "page_size")


def test_an_unchanged_record_is_not_sent_again(client: APIClient, world: World):
    household = world.household(APRIL)
    address = f"/api/v1/households/{household.pk}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    world.join(household, APRIL)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_by_place_and_by_month_say_what_the_figure_says(client: APIClient):
    asked = {"as_of": "2022-04-30", "indicators": "monitoring.total.households", "by": "village"}
    told = client.get("/api/v1/indicators", asked).json()
    whole = told["results"][0]["values"][0]["value"]
    assert sum(place["figures"]["monitoring.total.households"][0]["value"] for place in told["places"]) == whole == 7
    points = client.get(
        "/api/v1/indicators/monitoring.total.households/trend", {"as_of": "2022-04-30", "months": "2"}
    ).json()["points"]
    assert [(point["as_of"], point["values"][0]["value"]) for point in points] == [
        ("2022-02-28", 0),
        ("2022-03-31", 0),
        ("2022-04-30", 7),
    ]
