"""Subscribing by the API: one's own subscriptions, their keys shown once, and their messages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from exchange.models import Delivery, Subscription
from exchange.operations import deliveries
from tests.cast import BUREAU, COUNTY, LI, OTHER_COUNTY, World
from tests.exchange_store import reading
from tests.pages import posted_to

pytestmark = pytest.mark.django_db(transaction=True)
APRIL = date(2022, 4, 1)
WISH = {"division": COUNTY, "kinds": ["households"], "address": "https://bureau.example.org/changes"}


@pytest.fixture
def world() -> World:
    return World.begin()


def subscribe(client: APIClient, **changed: Any) -> Any:
    return client.post("/api/v1/webhooks", {**WISH, **changed}, format="json")


def test_the_key_is_told_once_and_kept_encrypted(world: World):
    client = reading(world[BUREAU])
    made = subscribe(client)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    told = made.json()
    assert len(told["key"]) == 43
    assert "key" not in client.get(f"/api/v1/webhooks/{told['id']}").json()
    assert told["key"].encode() not in bytes(Subscription.objects.get().key_token)


def test_a_subscription_is_changed_paused_resumed_rotated_and_ended(world: World):
    client = reading(world[BUREAU])
    held = subscribe(client).json()
    for version, (act, more) in enumerate(
        [
            ("change", {"kinds": ["cases", "households"], "address": "https://other.example.org/"}),
            ("pause", {}),
            ("resume", {}),
            ("rotate", {}),
            ("end", {}),
        ],
        start=1,
    ):
        address = f"/api/v1/webhooks/{held['id']}/{act}"
        answer = client.post(address, {**more, "expected_version": version}, format="json")
        assert (answer.status_code, answer.json()["version"]) == (200, version + 1), act
    last = answer.json()
    assert last["kinds"] == ["households", "cases"]
    assert last["earlier_name"] == held["key_name"] != last["key_name"]
    assert last["ended_at"] is not None
    stale = client.post(f"/api/v1/webhooks/{held['id']}/end", {"expected_version": 1}, format="json")
    assert stale.status_code == 412


def test_nobody_sees_or_changes_the_subscriptions_of_others(world: World):
    held = subscribe(reading(world[BUREAU])).json()
    other = reading(world[LI])
    assert other.get("/api/v1/webhooks").json()["results"] == []
    assert other.get(f"/api/v1/webhooks/{held['id']}").status_code == 404
    ended = other.post(f"/api/v1/webhooks/{held['id']}/end", {"expected_version": 1}, format="json")
    assert ended.status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"address": "ftp://example.org/"}, 400, "address"),
        ({"address": "https://a:b@example.org/"}, 400, "address"),
        ({"address": "https://2130706433/"}, 400, "address"),
        ({"address": "https://[::ffff:10.0.0.1]/"}, 400, "address"),
        ({"kinds": ["dogs"]}, 400, "kinds"),
        ({"division": "99"}, 404, "division"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_by_name(world: World, changed, status: int, field: str):
    answer = subscribe(reading(world[BUREAU]), **changed)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_nobody_subscribes_where_no_posting_reaches(world: World):
    assert subscribe(reading(posted_to(COUNTY)), division=OTHER_COUNTY).status_code == 403


def test_messages_are_listed_with_their_state_and_sent_once_more(world: World):
    client = reading(world[BUREAU])
    held = subscribe(client).json()
    household = world.household(APRIL)
    now = timezone.now()
    deliveries.queue(subscription=Subscription.objects.get(), at=now)
    Delivery.objects.update(state="given_up", ended_at=now, attempts=9)
    asked = {"subscription": held["id"], "state": "given_up"}
    (message,) = client.get("/api/v1/webhook-messages", asked).json()["results"]
    assert (message["record"], message["attempts"]) == (str(household.pk), 9)
    again = client.post(f"/api/v1/webhook-messages/{message['id']}/replay")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "waiting", 0)
    assert reading(world[LI]).get("/api/v1/webhook-messages").json()["results"] == []
