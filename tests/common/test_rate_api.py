"""Calls are counted by client and kind, whoever goes beyond is told when to come back, and no cache stops the site."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from redis import ConnectionError as NoCache
from rest_framework.test import APIClient

from common import rate_api
from common.rate_api import Allowance, Leases, TooMany, kind_of, silence
from tests.cast import BUREAU, SUN, World

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def world(db: None, settings) -> World:
    """Places and a cast; three calls of each kind a minute."""
    settings.API_RATES = dict.fromkeys(("read", "write", "sign_in", "export"), 3)
    return World.begin()


def by_token(world: World, name: str = BUREAU) -> APIClient:
    client = APIClient(headers=ENGLISH)
    secret = AuthToken.objects.create(world[name], expiry=timedelta(days=1))[1]
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test goes over from one minute to the next, or lives on what another has counted ahead."""
    monkeypatch.setattr(rate_api, "leases", Leases())
    now = timezone.now().replace(second=20, microsecond=0)
    monkeypatch.setattr(rate_api.timezone, "now", lambda: now)


@pytest.mark.parametrize("path", ["divisions", "postings", "households", "work", "indicators/elimination.rate"])
def test_the_fourth_call_of_three_is_refused_and_told_when_to_come_back(world: World, path: str):
    client = by_token(world)
    left = [client.get(f"/api/v1/{path}").headers["RateLimit-Remaining"] for _call in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get(f"/api/v1/{path}")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_calls")
    assert (refused.headers["Retry-After"], refused.headers["RateLimit-Reset"]) == ("40", "40")
    assert (refused.headers["RateLimit-Limit"], refused.headers["RateLimit-Remaining"]) == ("3", "0")
    assert "Come back in 40 seconds" in refused.json()["detail"]


def test_a_call_that_is_refused_for_another_reason_counts_once(world: World):
    client = by_token(world)
    assert client.get("/api/v1/households?colour=red").headers["RateLimit-Remaining"] == "2"


def test_kinds_and_clients_are_counted_apart(world: World):
    client, other = by_token(world), by_token(world, SUN)
    for _call in range(4):
        client.get("/api/v1/divisions")
    assert client.post("/api/v1/households/search", {"document_number": "x"}).headers["RateLimit-Remaining"] == "2"
    assert other.get("/api/v1/divisions").status_code == 200
    again = by_token(world)  # another token of the same account is the same client
    assert again.get("/api/v1/divisions").status_code == 429


def test_asking_for_tokens_is_counted_by_client_id_and_address(world: World):
    def ask(name: str, address: str = "203.0.113.7"):
        wish = {"grant_type": "client_credentials", "client_id": name, "client_secret": "x"}
        return Client(REMOTE_ADDR=address, headers=ENGLISH).post("/oauth2/token", wish)

    assert [ask("a").status_code for _call in range(4)] == [401, 401, 401, 429]
    assert (ask("a", "203.0.113.8").status_code, ask("b").status_code) == (401, 401)
    assert "Retry-After" in ask("a").headers


def test_while_the_cache_is_away_calls_are_let_through_and_it_is_written_down_once(
    world: World, settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    class Away:
        def get_client(self, *told: object, **more: object):
            raise NoCache("nobody there")

    client = by_token(world)
    settings.API_RATES = {"read": 100, "write": 100}
    monkeypatch.setattr(silence, "until", 0.0)
    monkeypatch.setattr(rate_api.cache, "_cache", Away(), raising=False)
    with caplog.at_level(logging.WARNING, "common.rate_api"):
        answers = [client.get("/api/v1/divisions") for _call in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any("RateLimit-Limit" in answer.headers for answer in answers)
    assert len([record for record in caplog.records if "does not answer" in record.message]) == 1
    monkeypatch.setattr(silence, "until", 0.0)


def test_without_a_limit_nothing_is_counted(world: World, settings):
    settings.API_RATES = dict.fromkeys(("read", "write"), 0)
    assert "RateLimit-Limit" not in by_token(world).get("/api/v1/divisions").headers


def test_a_large_limit_is_counted_ahead_by_the_process_and_never_exceeded(world: World, settings, monkeypatch):
    settings.API_RATES = {"read": 300, "write": 3}
    asked = []
    counted = rate_api.cache._cache.get_client

    def counting(*told: object, **more: object) -> object:
        asked.append(told)
        return counted(*told, **more)

    monkeypatch.setattr(rate_api.cache._cache, "get_client", counting)
    client = by_token(world)
    answers = [client.get("/api/v1/divisions") for _call in range(301)]
    assert [int(answer.headers["RateLimit-Remaining"]) for answer in answers[:300]] == list(range(299, -1, -1))
    assert [answer.status_code for answer in answers[299:]] == [200, 429]
    assert len(asked) == 101


def test_the_last_allowed_call_is_allowed_and_the_next_is_not():
    Allowance("read", 3, 3, 10).check()
    with pytest.raises(TooMany):
        Allowance("read", 3, 4, 10).check()
    assert Allowance("read", 3, 9, 10).headers()["RateLimit-Remaining"] == "0"


def test_a_view_may_be_counted_as_a_kind_of_its_own():
    class Exporting:
        rate_kind = "export"

    assert [kind_of(Exporting(), "GET"), kind_of(object(), "GET"), kind_of(object(), "POST")] == [
        "export",
        "read",
        "write",
    ]
