"""Visits by the API: listed, read, and logged once."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from households.models import Household, Visit
from tests.cast import CHEN, CITY, LI, SUN, World

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world[name])
    return client


def sent(home: Household, **changed: object) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "household": str(home.pk),
        "purpose": "routine",
        "happened_at": "2022-04-01T10:30:00+08:00",
        "answers": {"must_see": {"housing": "fine"}},
        "latitude": "36.736354",
        "longitude": "103.2609",
        **changed,
    }


def post(world: World, body: dict[str, object], name: str = LI):
    return signed_in(world, name).post("/api/v1/visits", body, content_type="application/json")


def test_a_visit_is_logged_once_and_read_again(world, home):
    body = sent(home)
    first, second = post(world, body), post(world, body)
    assert (first.status_code, second.status_code, Visit.objects.count()) == (200, 200, 1)
    told = first.json()
    assert told == second.json() == signed_in(world, SUN).get(f"/api/v1/visits/{body['id']}").json()
    assert (told["id"], told["answers"], told["visited_by"]) == (body["id"], body["answers"], LI)
    listed = signed_in(world, SUN).get("/api/v1/visits", {"division": CITY, "household": str(home.pk)}).json()
    assert [row["id"] for row in listed["results"]] == [body["id"]]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"happened_at": "2099-01-01T00:00:00Z"}, 400),
        ({"happened_at": "2022-04-01T10:30:00"}, 400),
        ({"happened_at": "2022-04-01"}, 400),
        ({"answers": {"must_see": {"housing": "splendid"}}}, 400),
        ({"answers": {"must_see": {"castle": "fine"}}}, 400),
        ({"household": str(uuid4())}, 404),
        ({"id": "7"}, 400),
    ],
)
def test_what_cannot_be_logged(world, home, changed, status):
    assert post(world, sent(home, **changed)).status_code == status
    assert not Visit.objects.exists()


def test_another_visit_under_the_same_id_is_a_conflict(world, home):
    body = sent(home)
    post(world, body)
    answer = post(world, {**body, "findings": "饮水有问题"})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


def test_who_may_not_visit_is_refused(world, home):
    assert post(world, sent(home), CHEN).status_code == 403
