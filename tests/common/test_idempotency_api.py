"""A call that is repeated under its key does nothing twice and is answered as the first time."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from time import sleep
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from knox.models import AuthToken
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from accounts.models import KeptAnswer
from accounts.operations import answers
from assistance import measure_api
from assistance.models import Measure
from common.database import as_owner
from tests.cast import CHEN, LI, WANG, World

MARCH = date(2022, 3, 1)
SENDERS = 6


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast, one monitored household."""
    return World.begin()


def secret_of(world: World, name: str = LI) -> str:
    return AuthToken.objects.create(world[name], expiry=timedelta(days=1))[1]


def by_token(world: World, name: str = LI) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret_of(world, name)}")
    return client


def wish(case: object, **changed: object) -> dict[str, object]:
    return {"case": str(case.pk), "category": "health", "item": "大病救治", "on": "2022-04-01"} | changed


def send(client: APIClient, body: object, key: str = "k-1", path: str = "measures"):
    return client.post(f"/api/v1/{path}", body, headers={"Idempotency-Key": key})


def test_a_repeated_call_gets_the_first_answer_and_does_nothing(world: World):
    client, case = by_token(world), world.monitored(MARCH)
    first, second = send(client, wish(case)), send(client, wish(case))
    assert (first.status_code, Measure.objects.count()) == (200, 1)
    assert (second.status_code, second.content, second.headers["Content-Type"]) == (
        200,
        first.content,
        first.headers["Content-Type"],
    )
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")
    assert send(client, wish(case), "k-2").json()["id"] != first.json()["id"]


def test_another_call_under_the_same_key_is_refused(world: World):
    client, case = by_token(world), world.monitored(MARCH)
    measure = send(client, wish(case)).json()["id"]
    refused = send(client, wish(case, item="另一项"))
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    step = send(client, wish(case), path=f"measures/{measure}/start")
    assert step.status_code == 422
    assert Measure.objects.count() == 1


def test_a_refusal_is_not_kept_and_the_call_may_come_again(world: World):
    client, case = by_token(world), world.monitored(MARCH)
    assert send(client, wish(case, on="2099-01-01")).status_code == 400
    assert not KeptAnswer.objects.exists()
    assert send(client, wish(case)).status_code == 200  # the same key, mended


def test_a_fault_keeps_neither_effects_nor_answer(world: World, monkeypatch: pytest.MonkeyPatch):
    client, case = by_token(world), world.monitored(MARCH)
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(measure_api, "one_row", lambda *told: 1 / 0)
        assert send(client, wish(case)).status_code == 500
    assert (Measure.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert send(client, wish(case)).status_code == 200


def test_keys_of_two_accounts_are_two_keys(world: World):
    case = world.monitored(MARCH)
    answered = [send(by_token(world, name), wish(case)) for name in (LI, WANG)]
    assert answered[0].json()["id"] != answered[1].json()["id"]


def test_without_the_right_to_it_there_is_no_answer_to_repeat(world: World):
    case = world.monitored(MARCH)
    client = by_token(world)
    send(client, wish(case))
    AuthToken.objects.all().delete()
    assert send(client, wish(case)).status_code == 401
    assert send(by_token(world, CHEN), wish(case)).status_code == 403


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\u00e9"])
def test_a_key_that_cannot_be_one_is_refused(world: World, key: str):
    answer = send(by_token(world), wish(world.monitored(MARCH)), key)
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")


def test_what_was_answered_is_kept_encrypted_and_for_a_limited_time(world: World, settings):
    client, case = by_token(world), world.monitored(MARCH)
    first = send(client, wish(case))
    kept = KeptAnswer.objects.get()
    assert first.json()["id"].encode() not in bytes(kept.body)
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=1))
    assert "Idempotency-Replayed" not in send(client, wish(case)).headers  # too old to be repeated: done anew
    assert Measure.objects.count() == 2
    assert answers.clear(before=timezone.now() - timedelta(hours=1)) == 0
    assert answers.clear(before=timezone.now() + timedelta(hours=1)) == 1


def test_a_secret_is_told_again_to_who_repeats_the_wish_for_it(world: World):
    client = APIClient()
    client.force_login(world[LI])
    first, second = (send(client, {"days": 3}, path="tokens") for _call in range(2))
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert AuthToken.objects.count() == 1
    assert "no-store" in second.headers["Cache-Control"]


@pytest.fixture
def site(django_db_setup: None, django_db_blocker) -> Iterator[tuple[str, World]]:
    """A server with real transactions; everything is gone again afterwards."""
    with django_db_blocker.unblock():
        world = World.begin()
        server = LiveServer("127.0.0.1")
        try:
            yield server.url, world
        finally:
            server.stop()
            with as_owner():
                call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def sent(url: str, secret: str, body: dict[str, object], together: Barrier) -> tuple[int, bytes, bool]:
    """What one of several senders was answered: status, body, and whether it was answered before."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Authorization": f"Token {secret}", "Content-Type": "application/json", "Idempotency-Key": "one"}
    together.wait(10)
    connection.request("POST", "/api/v1/measures", json.dumps(body), headers)
    answer = connection.getresponse()
    told = (answer.status, answer.read(), answer.headers.get("Idempotency-Replayed") == "true")
    connection.close()
    return told


def all_at_once(url: str, secret: str, body: dict[str, object]) -> list[tuple[int, bytes, bool]]:
    """The answers to the same call sent several times at the same moment."""
    together = Barrier(SENDERS)
    with ThreadPoolExecutor(SENDERS) as threads:
        return list(threads.map(lambda _number: sent(url, secret, body, together), range(SENDERS)))


def test_calls_that_arrive_together_do_it_once(site: tuple[str, World], monkeypatch: pytest.MonkeyPatch):
    url, world = site
    case = world.monitored(MARCH)
    plan = measure_api.measures.plan
    monkeypatch.setattr(measure_api.measures, "plan", lambda **told: (sleep(0.3), plan(**told))[1])
    answered = all_at_once(url, secret_of(world), wish(case))
    assert {status for status, _body, _again in answered} == {200}
    assert len({body for _status, body, _again in answered}) == 1
    assert sorted(again for _status, _body, again in answered) == [False, *[True] * (SENDERS - 1)]
    assert Measure.objects.count() == 1


def test_where_the_first_of_them_fails_the_next_one_does_it(site: tuple[str, World], monkeypatch: pytest.MonkeyPatch):
    url, world = site
    case, tried = world.monitored(MARCH), []
    plan = measure_api.measures.plan

    def fail_first(**told: object):
        tried.append(1)
        if len(tried) == 1:
            sleep(0.3)
            raise measure_api.Invalid("误")
        return plan(**told)

    monkeypatch.setattr(measure_api.measures, "plan", fail_first)
    answered = all_at_once(url, secret_of(world), wish(case))
    assert sorted(status for status, _body, _again in answered) == [200] * (SENDERS - 1) + [400]
    assert (len(tried), Measure.objects.count()) == (2, 1)
