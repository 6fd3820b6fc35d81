"""Other systems ask and are told over the wire, by the real worker and beat: webhooks, and the social registry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import ClientSystem
from accounts.operations import clients
from accounts.permissions import ApiScope
from exchange.models import Delivery, RegistryMessage
from exchange.rules.spdci_signatures import sign, verify
from tests.cast import BUREAU, COUNTY, FAR_VILLAGE, LI, ZHOU, World
from tests.exchange.registry_world import (
    PUBLIC,
    SEED,
    header,
    holds,
    now,
    number_of,
    searching,
    sent_back,
)
from tests.exchange.test_registry_tasks import subscribing
from tests.exchange.test_webhook_tasks import Receiver
from tests.site import Caller, Site, running, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.SERVERS.is_needed, reason="the processes find the embedded servers"),
]
APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)


@pytest.fixture
def world() -> World:
    return World.begin()


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """A site that signs what it sends by the key of the tests, and takes nothing unsigned of the social registry."""
    with running(tmp_path, signing_key=SEED) as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_webhooks_are_delivered_by_the_worker_in_order_and_again_after_the_receiver_died(
    site: Site, world: World, receiver: Receiver
):
    caller = Caller(site, f"Token {AuthToken.objects.create(world[LI])[1]}")
    body = {"division": COUNTY, "kinds": ["households"], "address": f"http://127.0.0.1:{receiver.port}/changes"}
    made = caller.post("/api/v1/webhooks", body)
    assert made.status_code == 200, made.content
    key = made.json()["key"]

    here, _far = world.household(APRIL), world.household(APRIL, village=FAR_VILLAGE)
    until(lambda: len(receiver.taken) == 1)
    for phone in ("13800000001", "13800000002", "13800000003"):
        has_phone(caller, here, phone)
    until(lambda: len(receiver.taken) >= 2 and receiver.entries()[-1]["version"] == 4)
    entries = receiver.entries()
    assert {entry["id"] for entry in entries} == {str(here.pk)}
    positions = [entry["position"] for entry in entries]
    assert positions == sorted(set(positions))
    for headers, sent in receiver.taken:
        assert is_signed(headers, sent, key)

    # The receiver dies; what happens meanwhile is delivered once it is back, and the worker was not kept from others.
    receiver.close()
    other = Receiver()
    assert caller.post("/api/v1/webhooks", {**body, "address": f"http://127.0.0.1:{other.port}/x"}).status_code == 200
    later = [world.household(MAY) for _each in range(20)]
    until(lambda: len(other.taken) == len(later))
    other.close()
    mine = Delivery.objects.filter(subscription_id=made.json()["id"])
    until(lambda: mine.filter(state="failed").exists())
    assert mine.exclude(state="delivered").count() == len(later)
    assert sum(mine.values_list("attempts", flat=True)) < len(entries) + len(later), "it was not tried for each"
    revived = Receiver(receiver.port)
    try:
        mine.exclude(state="delivered").update(next_at=timezone.now())
        until(lambda: not mine.exclude(state="delivered").exists())
        assert sorted(entry["id"] for entry in revived.entries()) == sorted(str(each.pk) for each in later)
        messages = "/api/v1/webhook-messages"
        message = caller.get(messages, {"subscription": made.json()["id"], "state": "delivered"}).json()["results"][0]
        answer = caller.post(f"{messages}/{message['id']}/replay")
        assert answer.status_code == 200, answer.content
        until(lambda: len(revived.taken) == len(later) + 1)
    finally:
        revived.close()
    assert caller.strange == []


def has_phone(caller: Caller, household: Any, phone: str) -> None:
    item = {"kind": "household", "id": str(household.pk), "values": {"phone": phone}}
    version = caller.get(f"/api/v1/households/{household.pk}").json()["version"]
    told = caller.post("/api/v1/batch", {"items": [{**item, "version": version}]}).json()
    assert told["counts"] == {"changed": 1}, told


def is_signed(headers: Any, sent: bytes, key: str) -> bool:
    signed = hmac.new(key.encode(), headers["Shouwang-Timestamp"].encode() + b"." + sent, hashlib.sha256).hexdigest()
    return headers["Shouwang-Signature"].endswith(f"={signed}")


class Sender:
    """A registered system of another bureau, which signs what it sends and looks at what it is sent back."""

    def __init__(self, site: Site, receiver: Receiver, world: World) -> None:
        self.receiver = receiver
        system, secret = clients.register(
            user=world[BUREAU], scopes=[ApiScope.RECORDS_READ], by=world[ZHOU], at=timezone.now()
        )
        ClientSystem.objects.filter(pk=system.pk).update(
            callbacks=[f"http://127.0.0.1:{receiver.port}/spdci"], public_key=PUBLIC
        )
        basic = base64.b64encode(f"{BUREAU}:{secret}".encode()).decode()
        wish = {"grant_type": "client_credentials"}
        told = Caller(site, f"Basic {basic}").post("/oauth2/token", fields=wish, encode_multipart=False).json()
        self.caller = Caller(site, f"Bearer {told['access_token']}")

    def sends(self, path: str, verb: str, number: int = 1, **message: Any) -> Any:
        """The answer to a signed message, held against the specification."""
        head = header(verb, number)
        signature = sign(head, message, sender=BUREAU, seed=SEED, now=timezone.now())
        body = {"signature": signature, "header": head, "message": message}
        answer = self.caller.post(f"/api/v1/registry/{path}", body)
        told = holds(f"/registry/{path}", answer)
        assert answer.status_code in (200, 202), told
        return told

    def is_sent(self, path: str, number: int = 1) -> list[Any]:
        """The messages that come to that address of ours, signed, as the specification has them."""
        until(lambda: self.receiver.paths.count(f"/spdci/registry/{path}") >= number)
        bodies = [body for _headers, body in self.receiver.taken]
        found = [
            json.loads(body)
            for told, body in zip(self.receiver.paths, bodies, strict=True)
            if told == f"/spdci/registry/{path}"
        ]
        for each in found:
            verify(
                each["signature"], each["header"], each["message"], sender="shouwang", key=PUBLIC, now=timezone.now()
            )
            if path != "txn/on-status":  # its schema names another action than that of the synchronous answer
                sent_back(f"/registry/{path}", each)
        return [each["message"] for each in found]


def found_in(message: Any) -> list[str]:
    """The identifiers of the records that were found, of every request."""
    return [record["@id"] for each in message["search_response"] for record in each["data"]["reg_records"]]


def test_a_sender_of_the_social_registry_searches_subscribes_is_notified_and_ends(
    site: Site, world: World, receiver: Receiver
):
    case = world.monitored(APRIL)
    home, sender = case.household, Sender(site, receiver, world)
    monitored = {"attribute_name": "status", "operator": "eq", "attribute_value": "monitored"}
    by_number = searching({"type": "UIN", "value": number_of(case)}, "idtype-value")
    by_tree = searching(
        {"type": "expression", "value": {"expression": {"query": {"status": {"$eq": "monitored"}}}}}, "expression"
    )
    by_predicate = searching([{"expression1": monitored}])
    for request in (by_number, by_tree, by_predicate):
        told = sender.sends("sync/search", "search", transaction_id="t-1", search_request=[request])
        assert found_in(told["message"]) == [home.pk.urn]

    taken = sender.sends("search", "search", 2, transaction_id="t-2", search_request=[by_number, by_tree])
    (message,) = sender.is_sent("on-search")
    assert message["correlation_id"] == taken["message"]["correlation_id"]
    assert found_in(message) == [home.pk.urn, home.pk.urn]

    asked = {"reference_id": "s", "txn_type": "search", "attribute_type": "transaction_id", "attribute_value": "t-2"}
    told = sender.sends("sync/txn/status", "txn-status", transaction_id="t-3", txnstatus_request=asked)
    standing = told["message"]["txnstatus_response"]["txn_status"]["search_response"]
    assert [each["status"] for each in standing] == ["succ", "succ"]
    sender.sends("txn/status", "txn-status", transaction_id="t-4", txnstatus_request=asked)
    assert len(sender.is_sent("txn/on-status")) == 1

    sender.sends("subscribe", "subscribe", transaction_id="t-5", subscribe_request=[subscribing()])
    (message,) = sender.is_sent("on-subscribe")
    (subscribed,) = message["subscribe_response"]
    codes = [each["code"] for each in subscribed["subscriptions"]]
    new, _far = world.household(MAY), world.household(MAY, village=FAR_VILLAGE)
    (message,) = sender.is_sent("notify")
    assert message["notify_event"][0]["data"]["reg_records"]["@id"] == new.pk.urn

    ending = {"transaction_id": "t-6", "timestamp": now(), "subscription_codes": codes}
    sender.sends("unsubscribe", "unsubscribe", **ending)
    assert [each["status"] for each in sender.is_sent("on-unsubscribe")] == ["succ"]
    world.household(MAY)
    taken = sender.sends("search", "search", transaction_id="t-7", search_request=[by_number])
    assert len(sender.is_sent("on-search", 2)) == 2
    assert receiver.paths.count("/spdci/registry/notify") == 1
    assert not RegistryMessage.objects.filter(state="waiting").exists()
    assert sender.caller.strange == []
