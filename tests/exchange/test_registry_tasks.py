"""Answers and notices go to the sender's registered addresses alone, signed where asked for, again after failures."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AuditEvent, ClientSystem
from accounts.operations import clients
from accounts.permissions import ApiScope
from exchange import registry_tasks
from exchange.models import RegistryMessage, RegistrySubscription
from exchange.models.registry import GIVEN_UP, SENT, WAITING
from exchange.operations import registry
from exchange.operations.deliveries import Outcome
from exchange.rules.spdci_signatures import sign, verify
from households.models import Case, Posting
from tests.cast import BUREAU, FAR_VILLAGE, LI, ZHOU, World
from tests.exchange.registry_world import (
    APRIL,
    BASE,
    MONITORED,
    PUBLIC,
    SEED,
    by_secret,
    header,
    holds,
    is_,
    now,
    number_of,
    numbers,
    one,
    registered_world,
    search,
    searching,
    sent_back,
)
from tests.exchange.test_webhook_tasks import Receiver


@pytest.fixture
def world(db: None) -> World:
    """A registered system of the bureau."""
    return registered_world()


@pytest.fixture
def case(world: World) -> Case:
    """One monitored household of three."""
    return world.monitored(APRIL)


@pytest.fixture
def client(world: World) -> APIClient:
    """The system, signed in."""
    return by_secret(world)


def test_an_asynchronous_search_is_taken_and_answered_at_the_registered_address(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch
):
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (sent.append(told), Outcome(True, ""))[1])
    request = searching(MONITORED)
    answer = search(client, request, path="search")
    told = holds("/registry/search", answer)["message"]
    assert (answer.status_code, told["ack_status"]) == (202, "ACK")
    assert one_status(client, "t-1")[0]["status"] == "pdng"
    assert registry_tasks.send_registry_messages() == 1
    ((address, body, _headers),) = sent
    message = sent_back("/registry/on-search", json.loads(body))
    assert address == f"{BASE}/registry/on-search"
    assert message["header"]["receiver_id"] == BUREAU
    assert message["message"]["correlation_id"] == told["correlation_id"]
    (response,) = message["message"]["search_response"]
    assert (response["reference_id"], len(response["data"]["reg_records"])) == (request["reference_id"], 1)
    assert registry_tasks.send_registry_messages() == 0
    assert one_status(client, "t-1")[0]["status"] == "succ"
    assert RegistryMessage.objects.get(action="search").state == SENT


def one_status(client: APIClient, value: Any, attribute: str = "transaction_id", kind: str = "search") -> Any:
    """What is told of the state of a transaction, at once."""
    asked = {"reference_id": "s-1", "txn_type": kind, "attribute_type": attribute, "attribute_value": value}
    body = {"header": header("txn-status"), "message": {"transaction_id": "t-9", "txnstatus_request": asked}}
    answer = client.post("/api/v1/registry/sync/txn/status", body)
    assert answer.status_code == 200, answer.content
    told = holds("/registry/sync/txn/status", answer)["message"]["txnstatus_response"]
    return told["txn_status"]["search_response"]


def test_the_state_of_a_transaction_is_found_by_each_of_its_identifiers(client: APIClient, case: Case):
    first, second = searching(MONITORED), searching(MONITORED)
    told = search(client, first, second).json()["message"]
    assert [each["status"] for each in one_status(client, "t-1")] == ["succ", "succ"]
    assert len(one_status(client, told["correlation_id"], "correlation_id")) == 2
    (one_of_them,) = one_status(client, [second["reference_id"]], "reference_id_list")
    assert one_of_them["reference_id"] == second["reference_id"]
    assert one_status(client, "t-unknown") == one_status(client, "t-1", kind="subscribe") == []


def test_references_of_several_messages_are_found_whichever_comes_first(client: APIClient, case: Case):
    first, second, third = searching(MONITORED), searching(MONITORED), searching(MONITORED)
    search(client, first, second)
    search(client, third)
    asked = ["r-unknown", third["reference_id"], first["reference_id"]]
    told = one_status(client, asked, "reference_id_list")
    assert [(each["reference_id"], each["status"]) for each in told] == [
        (third["reference_id"], "succ"),
        (first["reference_id"], "succ"),
    ]


def test_the_transaction_of_another_sender_is_unknown(client: APIClient, case: Case, world: World):
    told = search(client, searching(MONITORED)).json()["message"]
    RegistryMessage.objects.filter(action="search").update(sender=world[LI])
    assert one_status(client, "t-1") == one_status(client, told["correlation_id"], "correlation_id") == []


def test_a_status_is_told_at_the_registered_address_too(client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch):
    sent: list[Any] = []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (sent.append(told), Outcome(True, ""))[1])
    search(client, searching(MONITORED))
    asked = {"reference_id": "s", "txn_type": "search", "attribute_type": "transaction_id", "attribute_value": "t-1"}
    body = {"header": header("txn-status"), "message": {"transaction_id": "t-9", "txnstatus_request": asked}}
    assert client.post("/api/v1/registry/txn/status", body).status_code == 202
    registry_tasks.send_registry_messages()
    assert sent[0][0] == f"{BASE}/registry/txn/on-status"
    # The specification's own schema of this callback names another action than that of the synchronous answer.
    assert json.loads(sent[0][1])["message"]["txnstatus_response"]["txn_type"] == "search"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        f"{BASE}.evil.example/x",
        f"{BASE}/../admin",
        f"{BASE}/%2e%2e/admin",
        f"{BASE}?x=1",
        "http://bureau.example/spdci",
        7,
    ],
)
def test_nobody_is_called_back_elsewhere_than_registered(client: APIClient, address: Any):
    answer = search(client, searching(MONITORED), path="search", head=header("search", sender_uri=address))
    assert holds("/registry/search", answer)["message"]["error"]["code"] == "err.sender_uri.invalid"
    assert not RegistryMessage.objects.exists()


def test_an_address_that_is_registered_no_more_is_not_called(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry_tasks, "post", lambda *told: pytest.fail("called"))
    search(client, searching(MONITORED), path="search", head=header("search", sender_uri=f"{BASE}/deep/on-search"))
    assert RegistryMessage.objects.get().callback == f"{BASE}/deep/on-search"
    ClientSystem.objects.update(callbacks=[])
    registry_tasks.send_registry_messages()
    assert RegistryMessage.objects.get().state == WAITING


def test_an_answer_that_is_not_taken_is_sent_again_and_at_last_given_up(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch
):
    tried: list[Any] = []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (tried.append(told), Outcome(False, "HTTP 500"))[1])
    search(client, searching(MONITORED), path="search")
    assert registry_tasks.send_registry_messages() == 0
    assert RegistryMessage.objects.due(timezone.now()).count() == 0  # not before a minute has passed
    for _round in range(10):
        RegistryMessage.objects.filter(state=WAITING).update(next_at=timezone.now())
        registry_tasks.send_registry_messages()
    row = RegistryMessage.objects.get()
    assert (row.state, row.attempts, len(tried)) == (GIVEN_UP, 7, 7)
    assert AuditEvent.objects.filter(action="registry.searched").count() == 1  # searched once, sent seven times


def test_what_was_sent_stays_so_whatever_a_slower_worker_tells(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry_tasks, "post", lambda *told: Outcome(True, ""))
    search(client, searching(MONITORED), path="search")
    registry_tasks.send_registry_messages()
    row = registry.record(row=RegistryMessage.objects.get(), is_fine=False, at=timezone.now())
    assert (row.state, row.attempts) == (SENT, 1)


def test_the_answer_is_found_in_the_scope_that_the_sender_has_when_it_is_found(
    client: APIClient, world: World, case: Case, monkeypatch: pytest.MonkeyPatch
):
    sent: list[Any] = []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (sent.append(told), Outcome(True, ""))[1])
    search(client, searching(MONITORED), path="search")
    Posting.objects.filter(user=world[BUREAU]).update(ends_on=timezone.localdate() - timedelta(days=1))
    registry_tasks.send_registry_messages()
    (response,) = json.loads(sent[0][1])["message"]["search_response"]
    assert response["data"]["reg_records"] == []


def subscribing(event: str = "REGISTER", **changed: Any) -> dict[str, Any]:
    criteria = {
        "reg_event_type": f"spdci:common:RegistryEventType:{event}",
        "notify_record_type": "Group" if event == "REGISTER" else "Member",
        "filter_type": "predicate",
        "filter": [{"expression1": is_("division", "620121")}],
        **changed,
    }
    return {"reference_id": f"r-{next(numbers)}", "timestamp": now(), "subscribe_criteria": criteria}


def subscribe(client: APIClient, *requests: Any) -> Any:
    message = {"transaction_id": "t-2", "subscribe_request": list(requests)}
    return client.post("/api/v1/registry/subscribe", {"header": header("subscribe", len(requests)), "message": message})


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_is_notified_of_what_comes_into_being_until_it_ends(monkeypatch: pytest.MonkeyPatch):
    world = World.begin()
    clients.register(user=world[BUREAU], scopes=[ApiScope.RECORDS_READ], by=world[ZHOU], at=timezone.now())
    ClientSystem.objects.update(callbacks=[BASE])
    client, sent = by_secret(world), []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (sent.append(told), Outcome(True, ""))[1])
    before = world.household(APRIL)
    assert holds("/registry/subscribe", subscribe(client, subscribing(), subscribing("NewHouseHoldMember")))
    registry_tasks.send_registry_messages()
    answered = sent_back("/registry/on-subscribe", json.loads(sent.pop()[1]))
    codes = [each["subscriptions"][0]["code"] for each in answered["message"]["subscribe_response"]]
    here, _far = world.household(date(2022, 4, 2)), world.household(date(2022, 4, 2), village=FAR_VILLAGE)
    joined = world.join(before, date(2022, 4, 3))
    registry_tasks.notify_registry_subscribers()
    registry_tasks.notify_registry_subscribers()  # looking twice tells nothing twice
    registry_tasks.send_registry_messages()
    told = [sent_back("/registry/notify", json.loads(body)) for _address, body, _headers in sent]
    assert {address for address, _body, _headers in sent} == {f"{BASE}/registry/notify"}
    data = [each["message"]["notify_event"][0]["data"] for each in told]
    groups = [each["reg_records"]["@id"] for each in data if each["reg_event_type"] == "REGISTER"]
    people = [each["reg_records"]["@id"] for each in data if each["reg_event_type"] == "NewHouseHoldMember"]
    assert groups == [here.pk.urn]
    assert joined.pk.urn in people
    assert len(people) == 4  # the three of the new household, and the one who joined
    sent.clear()
    message = {"transaction_id": "t-3", "timestamp": now(), "subscription_codes": codes}
    ended = client.post("/api/v1/registry/unsubscribe", {"header": header("unsubscribe", 2), "message": message})
    assert ended.status_code == 202
    registry_tasks.send_registry_messages()
    answered = sent_back("/registry/on-unsubscribe", json.loads(sent.pop()[1]))
    assert answered["message"]["status"] == "succ"
    world.household(date(2022, 4, 5))
    registry_tasks.notify_registry_subscribers()
    assert registry_tasks.send_registry_messages() == 0


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (subscribing("LiveBirth"), "rjct.notify_types.invalid"),
        (subscribing(notify_record_type="Member"), "rjct.notify_types.invalid"),
        (subscribing(filter=[{"expression1": is_("colour", "red")}]), "rjct.notify_details.invalid"),
        (subscribing(filter_type="graphql"), "rjct.notify_details.invalid"),
        (subscribing(frequency={"frequency": "0 0 0 * * ? *"}), "rjct.notify_details.invalid"),
        ({**subscribing(), "reference_id": ""}, "rjct.reference_id.invalid"),
    ],
)
def test_a_subscription_that_cannot_be_is_rejected_with_its_code(client: APIClient, request_: Any, code: str):
    request_ = copy.deepcopy(request_)
    request_["timestamp"] = now()
    assert subscribe(client, request_).status_code == 202
    (told,) = answer_of(RegistryMessage.objects.get())["subscribe_response"]
    assert (told["status"], told["status_reason_code"]) == ("rjct", code)
    assert not RegistrySubscription.objects.exists()


def answer_of(row: RegistryMessage) -> Any:
    return registry_tasks.registry.answer_of(row)


def test_one_subscribes_once_and_ends_only_what_is_ones_own(client: APIClient, world: World):
    request = subscribing()
    subscribe(client, request)
    subscribe(client, {**request, "reference_id": "other"})
    rows = [answer_of(row) for row in RegistryMessage.objects.order_by("received_at")]
    assert rows[1]["subscribe_response"][0]["status_reason_code"] == "rjct.event.already_subscribed"
    held = RegistrySubscription.objects.get()

    def ended(code: str) -> Any:
        message = {"transaction_id": "t-3", "timestamp": now(), "subscription_codes": [code]}
        client.post("/api/v1/registry/unsubscribe", {"header": header("unsubscribe"), "message": message})
        return answer_of(RegistryMessage.objects.filter(action="unsubscribe").latest("received_at"))

    assert ended("0" * 32)["status_reason_code"] == "rjct.subscription_code.invalid"
    assert ended("nothing")["status_reason_code"] == "rjct.subscription_code.invalid"
    RegistrySubscription.objects.update(subscriber=world[LI])
    assert ended(held.pk.hex)["status_reason_code"] == "rjct.subscription_code.invalid"
    RegistrySubscription.objects.update(subscriber=world[BUREAU])
    assert ended(held.pk.hex)["status"] == "succ"
    assert ended(held.pk.hex)["status_reason_code"] == "rjct.event.already_unsubscribed"


def signed(message: dict[str, Any], **head: Any) -> dict[str, Any]:
    told = header("search", **head)
    return {
        "signature": sign(told, message, sender=BUREAU, seed=SEED, now=timezone.now()),
        "header": told,
        "message": message,
    }


def test_a_sender_with_a_key_signs_every_message_and_only_his_own(client: APIClient, case: Case):
    ClientSystem.objects.update(public_key=PUBLIC)
    message = {"transaction_id": "t-1", "search_request": [searching(MONITORED)]}
    path = "/api/v1/registry/sync/search"
    assert client.post(path, signed(message)).status_code == 200
    for body, code in (
        ({**signed(message), "signature": ""}, "err.signature.missing"),
        ({**signed(message), "signature": "Signature: nothing"}, "err.signature.invalid"),
        ({**signed(message), "message": {**message, "transaction_id": "t-2"}}, "err.signature.invalid"),
    ):
        answer = client.post(path, body)
        assert (answer.status_code, holds("/registry/sync/search", answer)["errors"][0]["code"]) == (403, code)


def test_where_the_deployment_asks_for_signatures_a_sender_without_a_key_is_refused(client: APIClient, settings):
    settings.SPDCI_SIGNATURES = True
    answer = search(client, searching(MONITORED))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "err.signature.missing")


def test_our_answers_are_signed_where_there_is_a_key(client: APIClient, case: Case, settings):
    settings.SPDCI_SIGNING_KEY = SEED
    told = holds("/registry/sync/search", search(client, searching(MONITORED)))
    verify(told["signature"], told["header"], told["message"], sender="shouwang", key=PUBLIC, now=timezone.now())


def test_what_was_asked_is_kept_encrypted_and_forgotten_after_days(client: APIClient, case: Case):
    one(client, searching({"type": "UIN", "value": number_of(case)}, "idtype-value"))
    row = RegistryMessage.objects.get()
    assert number_of(case).encode() not in bytes(row.question) + bytes(row.answer)
    assert registry_tasks.forget_registry_messages() == 0
    old = timezone.now() - timedelta(days=django_settings.SPDCI_KEPT_DAYS, seconds=1)
    RegistryMessage.objects.update(received_at=old)
    assert registry_tasks.forget_registry_messages() == 1


@pytest.mark.django_db(transaction=True)
def test_a_callback_goes_over_the_wire_and_never_to_an_address_inside_unless_it_is_allowed(settings):
    world, receiver = World.begin(), Receiver()
    try:
        clients.register(user=world[BUREAU], scopes=[ApiScope.RECORDS_READ], by=world[ZHOU], at=timezone.now())
        ClientSystem.objects.update(callbacks=[f"http://127.0.0.1:{receiver.port}"])
        world.monitored(APRIL)
        client = by_secret(world)
        settings.WEBHOOK_NETWORKS = []
        search(client, searching(MONITORED), path="search")
        assert (registry_tasks.send_registry_messages(), receiver.taken) == (0, [])
        settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        RegistryMessage.objects.update(next_at=timezone.now())
        assert registry_tasks.send_registry_messages() == 1
        ((_headers, body),) = receiver.taken
        assert sent_back("/registry/on-search", json.loads(body))["message"]["transaction_id"] == "t-1"
    finally:
        receiver.close()


def test_a_message_that_is_being_sent_is_not_sent_by_another_worker_and_comes_free_again(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch
):
    search(client, searching(MONITORED), path="search")
    taken = registry.take_due(at=timezone.now())
    assert taken is not None
    assert registry.take_due(at=timezone.now()) is None
    again = registry.take_due(at=timezone.now() + registry.TAKEN_FOR + timedelta(seconds=1))
    assert again is not None
    assert again.pk == taken.pk


def test_a_message_that_cannot_be_answered_keeps_no_other_waiting(
    client: APIClient, case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    sent: list[Any] = []
    monkeypatch.setattr(registry_tasks, "post", lambda *told: (sent.append(told), Outcome(True, ""))[1])
    for _each in range(2):
        search(client, searching(MONITORED), path="search")
    first, second = RegistryMessage.objects.order_by("next_at")
    answered = registry_tasks._answered
    monkeypatch.setattr(
        registry_tasks, "_answered", lambda row, at: answered(row, at) if row.pk == second.pk else 1 // 0
    )
    assert (registry_tasks.send_registry_messages(), len(sent)) == (1, 1)
    states = dict(RegistryMessage.objects.values_list("pk", "state"))
    assert states == {first.pk: WAITING, second.pk: SENT}
    assert f"{first.pk} cannot be answered" in caplog.text
