"""Changes are delivered to a real receiver: signed, in order, again after failures, and never where none may go."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
import urllib3
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed
from exchange import tasks, webhook_tasks
from exchange.models import Delivery, Subscription
from exchange.operations import deliveries, subscriptions
from households.models import Division, Household, Posting
from tests.cast import BUREAU, CITY, COUNTY, FAR_VILLAGE, LI, World

pytestmark = pytest.mark.django_db(transaction=True)
APRIL = date(2022, 4, 1)


class Receiver:
    """A server that keeps what it is sent and answers what it is told to answer."""

    def __init__(self, port: int = 0) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.answers: list[tuple[int, dict[str, str], float]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((dict(self.headers), body))
                receiver.paths.append(self.path)
                status, headers, pause = receiver.answers.pop(0) if receiver.answers else (204, {}, 0.0)
                time.sleep(pause)
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_told: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(body)["entry"] for _headers, body in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def world(settings) -> World:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    return World.begin()


def subscribed(world: World, receiver: Receiver, kinds=("households",), host: str = "127.0.0.1"):
    return subscriptions.subscribe(
        division=Division.objects.get(pk=CITY),
        kinds=kinds,
        address=f"http://{host}:{receiver.port}/changes",
        by=world[BUREAU],
        at=timezone.now(),
    )


def run(held: Subscription) -> int:
    return tasks.send_webhooks_of(str(held.pk))


def due_again() -> None:
    Delivery.objects.filter(state="failed").update(next_at=timezone.now())


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("position").values_list("state", "attempts"))


def test_a_change_is_delivered_once_and_signed(world: World, receiver: Receiver):
    held, key = subscribed(world, receiver)
    household = world.household(APRIL)
    assert (run(held), run(held)) == (1, 0)
    ((headers, body),) = receiver.taken
    name, _sign, signature = headers["Shouwang-Signature"].partition("=")
    told = f"{headers['Shouwang-Timestamp']}.".encode() + body
    assert (name, signature) == (held.key_name, hmac.new(key.encode(), told, hashlib.sha256).hexdigest())
    assert abs(int(headers["Shouwang-Timestamp"]) - time.time()) < 60
    entry = json.loads(body)["entry"]
    assert (entry["id"], entry["change"], entry["record"]["id"]) == (str(household.pk), "created", str(household.pk))
    assert states() == [("delivered", 1)]
    assert headers["Shouwang-Delivery"] == str(Delivery.objects.get().pk)


def test_what_was_before_and_what_is_elsewhere_is_not_told(world: World, receiver: Receiver):
    world.household(APRIL)
    held, _key = subscriptions.subscribe(
        division=Division.objects.get(pk=COUNTY),
        kinds=["households"],
        address=f"http://127.0.0.1:{receiver.port}/",
        by=world[BUREAU],
        at=timezone.now(),
    )
    world.household(APRIL, village=FAR_VILLAGE)
    assert run(held) == 0


def test_a_later_change_of_a_record_waits_for_the_earlier_one_and_others_do_not(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    first = world.household(APRIL)
    receiver.answers = [(500, {}, 0.0)]
    run(held)
    Household.objects.filter(pk=first.pk).update(address="一社")
    other = world.household(APRIL)
    assert run(held) == 1
    assert [entry["id"] for entry in receiver.entries()] == [str(first.pk), str(other.pk)]
    assert states() == [("failed", 1), ("waiting", 0), ("delivered", 1)]
    due_again()
    assert run(held) == 2
    assert [entry["change"] for entry in receiver.entries()[2:]] == ["created", "changed"]
    assert {state for state, _attempts in states()} == {"delivered"}


def test_failures_are_tried_again_later_and_given_up_after_days(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    receiver.answers = [(503, {}, 0.0)] * 2
    run(held)
    delivery = Delivery.objects.get()
    assert timedelta(seconds=20) < delivery.next_at - timezone.now() < timedelta(seconds=31)
    assert (run(held), delivery.answer) == (0, "HTTP 503")
    Delivery.objects.update(first_tried_at=timezone.now() - timedelta(days=5))
    due_again()
    run(held)
    assert states() == [("given_up", 2)]
    deliveries.replay(delivery=delivery, by=world[BUREAU], at=timezone.now())
    run(held)
    assert states() == [("delivered", 1)]


def test_a_redirection_is_a_failure_and_not_followed(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    receiver.answers = [(307, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}, 0.0)]
    run(held)
    assert (len(receiver.taken), Delivery.objects.get().answer) == (1, "HTTP 307")


def test_a_slow_receiver_is_a_failure(world: World, receiver: Receiver, monkeypatch):
    monkeypatch.setattr(webhook_tasks, "PATIENCE", urllib3.Timeout(connect=1, read=0.2))
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    receiver.answers = [(204, {}, 0.6)]
    run(held)
    assert states() == [("failed", 1)]
    assert "ReadTimeout" in Delivery.objects.get().answer


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_a_name_that_leads_to_a_private_address_gets_nothing(world: World, receiver, settings, monkeypatch, answers):
    settings.WEBHOOK_NETWORKS = []
    told = [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, receiver.port)) for each in answers]
    monkeypatch.setattr(webhook_tasks.socket, "getaddrinfo", lambda *_asked, **_more: told)
    held, _key = subscribed(world, receiver, host="receiver.example")
    world.household(APRIL)
    run(held)
    assert (receiver.taken, states()) == ([], [("failed", 1)])
    assert "no delivery may go" in Delivery.objects.get().answer


def test_a_name_that_leads_elsewhere_after_it_was_checked_changes_nothing(
    world: World, receiver: Receiver, monkeypatch
):
    real, asked = socket.getaddrinfo, []

    def rebinding(host: str, *more: Any, **named: Any) -> Any:
        if host != "receiver.example":
            return real(host, *more, **named)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    held, _key = subscribed(world, receiver, host="receiver.example")
    world.household(APRIL)
    run(held)
    assert (asked, states()) == (["receiver.example"], [("delivered", 1)])
    assert receiver.taken[0][0]["Host"] == f"receiver.example:{receiver.port}"


def test_a_public_address_needs_https(monkeypatch, settings):
    settings.WEBHOOK_NETWORKS = []
    told = [(socket.AF_INET, 1, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(webhook_tasks.socket, "getaddrinfo", lambda *_asked, **_more: told)
    assert "https" in webhook_tasks.post("http://example.org/", b"{}", {}).answer


def test_while_keys_change_over_both_sign(world: World, receiver: Receiver):
    held, old = subscribed(world, receiver)
    held, new = subscriptions.rotate(
        subscription=held, by=world[BUREAU], at=timezone.now(), expected_version=held.version
    )
    world.household(APRIL)
    run(held)
    headers, body = receiver.taken[0]
    told = f"{headers['Shouwang-Timestamp']}.".encode() + body
    signed = dict(each.split("=") for each in headers["Shouwang-Signature"].split(", "))
    assert signed == {
        held.key_name: hmac.new(new.encode(), told, hashlib.sha256).hexdigest(),
        held.earlier_name: hmac.new(old.encode(), told, hashlib.sha256).hexdigest(),
    }
    later = timezone.now() + timedelta(days=3)
    assert list(subscriptions.keys_of(held, later)) == [held.key_name]


def test_what_a_killed_worker_had_taken_is_sent_by_the_next_one_after_a_while(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    now = timezone.now()
    deliveries.queue(subscription=held, at=now)
    (taken,) = deliveries.take(subscription=held, at=timezone.now())
    assert run(held) == 0
    later = timezone.now() + timedelta(minutes=6)
    assert deliveries.take(subscription=held, at=later) == [taken]


def test_what_was_delivered_stays_so_whatever_a_slower_worker_tells(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    run(held)
    delivery = Delivery.objects.get()
    deliveries.record(delivery=delivery, outcome=deliveries.Outcome(False, "HTTP 503"), at=timezone.now())
    assert states() == [("delivered", 1)]


def test_a_paused_subscription_misses_nothing_and_an_ended_one_is_told_nothing(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    by = world[BUREAU]
    held = subscriptions.pause(subscription=held, by=by, at=timezone.now(), expected_version=1)
    world.household(APRIL)
    assert run(held) == 0
    with pytest.raises(Conflict):
        subscriptions.pause(subscription=held, by=by, at=timezone.now(), expected_version=2)
    held = subscriptions.resume(subscription=held, by=by, at=timezone.now(), expected_version=2)
    assert run(held) == 1
    held = subscriptions.end(subscription=held, by=by, at=timezone.now(), expected_version=3)
    world.household(APRIL)
    assert run(held) == 0
    assert list(
        AuditEvent.objects.filter(action__startswith="webhook.").order_by("pk").values_list("action", flat=True)
    ) == [
        "webhook.subscribed",
        "webhook.paused",
        "webhook.resumed",
        "webhook.ended",
    ]


def test_whose_posting_has_ended_is_told_nothing_more(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    Posting.objects.filter(user=world[BUREAU]).delete()
    assert run(held) == 0
    held.refresh_from_db()
    assert held.paused_at is not None


def test_nobody_else_changes_a_subscription_and_its_address_must_be_one(world: World, receiver: Receiver):
    held, _key = subscribed(world, receiver)
    with pytest.raises(NotAllowed):
        subscriptions.end(subscription=held, by=world[LI], at=timezone.now(), expected_version=1)
    with pytest.raises(Invalid):
        subscriptions.change(
            subscription=held, kinds=[], address="ftp://x", by=world[BUREAU], at=timezone.now(), expected_version=1
        )


def test_where_nobody_answers_at_all_one_try_is_enough_and_the_rest_waits(world, receiver):
    held, _key = subscribed(world, receiver)
    for _each in range(5):
        world.household(APRIL)
    receiver.close()
    assert run(held) == 1
    assert sorted(states()) == [("failed", 1)] + [("waiting", 0)] * 4
    assert not Delivery.objects.due(timezone.now()).exists()
    assert Delivery.objects.filter(taken_until__isnull=False).count() == 0
    assert Delivery.objects.due(timezone.now() + deliveries.REST + timedelta(seconds=1)).count() == 5


def test_two_workers_do_not_send_to_one_subscriber_at_a_time(world, receiver):
    held, _key = subscribed(world, receiver)
    world.household(APRIL)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [held.pk.int % 2**63])
        assert (run(held), receiver.taken) == (0, [])
    assert run(held) == 1
