"""Batches by API: what is sent wrong is told by name, and every item gets an answer in its place."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from common.ids import new_id
from exchange.batch_api import MOST_OF_A_RUN
from households.models import Household
from tests.cast import LI, VILLAGE, World

HOME = {"village": VILLAGE, "head_name": "张三", "head_sex": "male"}


@pytest.fixture
def api(world: World, monkeypatch) -> APIClient:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2022, 5, 1, 4, tzinfo=UTC))
    client = APIClient()
    client.force_authenticate(world[LI])
    return client


def send(api: APIClient, *items: object, **told: object):
    return api.post("/api/v1/batch", {"items": list(items), **told}, format="json")


def test_each_item_is_answered_in_its_place(api):
    key = str(new_id())
    answer = send(api, {"kind": "household", "values": {}}, {"kind": "household", "id": key, "values": HOME})
    told = answer.json()
    assert (answer.status_code, told["mode"], told["atomic"]) == (200, "commit", "each")
    assert told["counts"] == {"refused": 1, "created": 1}
    assert told["results"][0] == {
        "index": 0,
        "kind": "household",
        "became": "refused",
        "status": 400,
        "code": "invalid",
        "field": "village",
        "message": told["results"][0]["message"],
    }
    assert told["results"][1] == {
        "index": 1, "kind": "household", "became": "created", "status": 201, "id": key, "version": 1
    }  # fmt: skip


def test_validating_answers_the_same_and_keeps_nothing(api):
    told = send(api, {"kind": "household", "values": HOME}, mode="validate").json()
    assert (told["counts"], Household.objects.count()) == ({"created": 1}, 0)


def test_all_or_nothing_holds_back_what_was_fine(api):
    told = send(api, {"kind": "household", "values": HOME}, {"kind": "x", "values": {}}, atomic="all").json()
    assert [each["status"] for each in told["results"]] == [424, 400]
    assert Household.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ([], "items", "invalid"),
        ({}, "items", "invalid"),
        ({"items": []}, "items", "too_many_items"),
        ({"items": [{}] * (MOST_OF_A_RUN + 1)}, "items", "too_many_items"),
        ({"items": [{}], "mode": "perhaps"}, "mode", "invalid"),
        ({"items": [{}], "atomic": "some"}, "atomic", "invalid"),
        ({"items": [{}], "colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_is_no_batch_is_refused_by_name(api, body, field, code):
    answer = api.post("/api/v1/batch", body, format="json")
    assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (400, field, code)


@pytest.mark.parametrize("value", ["\x1b", ["MZ-1"], {"a": 1}, None, "", "x" * 121])
def test_another_systems_name_that_is_no_text_is_refused_in_its_place(api, value):
    item = {"kind": "household", "external": {"namespace": "civil-affairs", "value": value}, "values": HOME}
    (told,) = send(api, item).json()["results"]
    assert (told["status"], told["field"]) == (400, "external")


def test_a_household_of_a_household_is_a_field_that_there_is_not(api):
    home = HOME | {"household": {"namespace": "civil-affairs", "value": "MZ-1"}}
    (told,) = send(api, {"kind": "household", "values": home}).json()["results"]
    assert (told["status"], told["field"]) == (400, "household")


@pytest.mark.parametrize("body", [b'{"items": [{"\\ud800": 1}]}', b"[" * 100_000, b"x" * 11_000_000])
def test_a_body_that_cannot_be_read_is_told_as_a_problem(api, body):
    answer = api.generic("POST", "/api/v1/batch", body, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
