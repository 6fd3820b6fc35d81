"""Public notices through the API: those of the page, with the same days, and nothing that may not hang."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from households.models import Case
from households.workflow import Status
from tests.cast import (
    BUREAU,
    COUNTY,
    FAR_VILLAGE,
    OTHER_COUNTY,
    STRANGER,
    WAY_FROM_MONITORED,
    WAY_TO_MONITORED,
    World,
)
from tests.pages import signed_in

APRIL, JUNE = date(2022, 4, 1), date(2022, 6, 3)


@pytest.fixture
def near(world: World) -> Case:
    """On notice before identification, posted in April; the other county has one before elimination, of June."""
    near = world.report(world.household(APRIL), APRIL)
    way = WAY_TO_MONITORED[: WAY_TO_MONITORED.index(Status.NOTICED) + 1]
    near = world.steps(near, way, APRIL)
    far = world.monitored(APRIL, village=FAR_VILLAGE)
    world.steps(far, WAY_FROM_MONITORED[: WAY_FROM_MONITORED.index(Status.ELIMINATION_NOTICED) + 1], JUNE)
    world.monitored(APRIL)
    world.with_waiting()
    return near


def client_of(world: World, county: str) -> APIClient:
    """A client that is posted to one county."""
    user = world[STRANGER]
    user.postings.create(role="client", division_id=county, starts_on=date(2020, 1, 1))
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_the_notices_that_hang_are_those_of_the_page(world: World, near: Case):
    client = signed_in(world[BUREAU])
    rows = client.get("/api/v1/notices", {"count": "true"}).json()
    assert rows["results"][0]["id"] == str(near.pk)
    assert [(row["procedure"], row["posted_on"]) for row in rows["results"]] == [
        ("identification", "2022-04-01"),
        ("elimination", "2022-06-03"),
    ]
    assert rows["count"] == 2
    shown = client.get("/notices/").context["notices"]
    page = {(str(each["row"].case.pk), each["row"].head, each["row"].until.isoformat()) for each in shown}
    assert {(row["id"], row["head"], row["until"]) for row in rows["results"]} == page


def test_one_notice_tells_what_its_sheet_says_and_no_more(world: World, near: Case):
    one = signed_in(world[BUREAU]).get(f"/api/v1/notices/{near.pk}").json()
    assert one["sheet"]["title"] == "防止返贫监测对象识别公示"
    assert one["sheet"]["persons"] == 3
    assert "2022年4月1日至" in one["sheet"]["days"]
    assert set(one["sheet"]) == {"title", "said", "persons", "days", "how_to_object", "signed"}


def test_fields_are_chosen_as_in_any_list(world: World, near: Case):
    rows = signed_in(world[BUREAU]).get("/api/v1/notices", {"fields": "until,head"}).json()["results"]
    assert [list(row) for row in rows] == [["until", "head"]] * 2


def test_a_notice_of_another_county_is_as_if_absent(world: World, near: Case):
    client = client_of(world, OTHER_COUNTY)
    assert [row["procedure"] for row in client.get("/api/v1/notices").json()["results"]] == ["elimination"]
    assert client.get(f"/api/v1/notices/{near.pk}").status_code == 404
    assert client.get("/api/v1/notices", {"division": COUNTY}).status_code == 404


def test_a_case_that_is_not_on_notice_has_none(world: World):
    case = world.monitored(APRIL)
    assert signed_in(world[BUREAU]).get(f"/api/v1/notices/{case.pk}").status_code == 404
