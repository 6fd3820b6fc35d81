"""Tokens: issued to who proves to be somebody, good for a time, seen only by their holder."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import AuditEvent, TokenTerms
from accounts.operations import tokens
from accounts.operations.tokens import MOST_TOKENS
from common.refusals import Conflict
from tests.cast import BUREAU, SUN, World

PASSWORD = "a long enough one"


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast; the bureau has a password."""
    world = World.begin()
    world[BUREAU].set_password(PASSWORD)
    world[BUREAU].save()
    return world


def by_password() -> APIClient:
    """Signs in with every call."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"{BUREAU}:{PASSWORD}".encode()).decode())
    return client


def by_token(secret: str) -> APIClient:
    """Signs in by token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def test_a_token_is_issued_for_a_password_and_signs_in(world: World):
    issued = by_password().post("/api/v1/tokens", {"days": 7})
    assert issued.status_code == 201
    assert issued.headers["Cache-Control"] == "no-store"
    rows = by_token(issued.json()["token"]).get("/api/v1/postings").json()["results"]
    assert [row["role"] for row in rows] == ["client"]


def test_only_the_hash_of_a_token_is_kept(world: World):
    secret = by_password().post("/api/v1/tokens", {}).json()["token"]
    held = AuthToken.objects.get()
    assert secret not in {held.digest, held.token_key}
    assert len(held.digest) == 128


def test_a_token_cannot_issue_another_one(world: World):
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    assert by_token(secret).post("/api/v1/tokens", {}).status_code == 401


def test_a_revoked_token_signs_in_no_more(world: World):
    token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    client = by_token(secret)
    assert client.delete(f"/api/v1/tokens/{token.token_key}").status_code == 204
    assert client.get("/api/v1/divisions").status_code == 401
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["token.issued", "token.revoked"]


def test_a_token_that_has_ended_signs_in_no_more(world: World):
    token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert by_token(secret).get("/api/v1/divisions").status_code == 401
    assert by_password().get("/api/v1/tokens").json()["results"] == []
    assert token.token_key == secret[:15]


def test_an_account_that_was_closed_signs_in_no_more(world: World):
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    world[BUREAU].is_active = False
    world[BUREAU].save()
    assert by_token(secret).get("/api/v1/divisions").status_code == 401


def test_a_posting_that_has_ended_shows_nothing_to_its_token(world: World):
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    client = by_token(secret)
    assert client.get("/api/v1/divisions").json()["results"] != []
    world[BUREAU].postings.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get("/api/v1/divisions").json()["results"] == []
    assert client.get("/api/v1/households").status_code == 404


def test_nobody_sees_or_revokes_the_token_of_another(world: World):
    token, _secret = tokens.issue(by=world[SUN], at=timezone.now(), days=1)
    client = by_password()
    assert client.get("/api/v1/tokens").json()["results"] == []
    assert client.delete(f"/api/v1/tokens/{token.token_key}").status_code == 404


def test_nobody_holds_more_tokens_than_allowed(world: World):
    for _number in range(MOST_TOKENS):
        tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    with pytest.raises(Conflict):
        tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    assert by_password().post("/api/v1/tokens", {}).status_code == 409


@pytest.mark.parametrize("days", [0, 366, "many", 10**30])
def test_a_token_is_good_for_a_day_to_a_year(world: World, days: object):
    answer = by_password().post("/api/v1/tokens", {"days": days})
    assert (answer.status_code, answer.json()["field"]) == (400, "days")


def test_signing_in_and_a_page_take_two_queries(world: World, settings, django_assert_num_queries):
    settings.DEMONSTRATIONS_KEPT_FOR = 60
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    client = by_token(secret)
    client.get("/api/v1/households")
    with django_assert_num_queries(2):
        assert client.get("/api/v1/households").status_code == 200


def test_a_token_for_reading_alone_reads_and_writes_nothing(world: World):
    issued = by_password().post("/api/v1/tokens", {"days": 7, "is_read_only": True})
    assert issued.json()["is_read_only"] is True
    client = by_token(issued.json()["token"])
    assert client.get("/api/v1/households").status_code == client.get("/api/v1/indicators").status_code == 200
    refused = client.post("/api/v1/measures", {})
    assert (refused.status_code, refused.json()["scope"]) == (403, "records:write")
    assert [row["is_read_only"] for row in client.get("/api/v1/tokens").json()["results"]] == [True]


def test_when_a_token_was_used_last_is_known_to_the_hour(world: World):
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    rows = by_password().get("/api/v1/tokens").json()["results"]
    assert [row["last_used_at"] for row in rows] == [None]
    by_token(secret).get("/api/v1/households")
    used = TokenTerms.objects.get().last_used_at
    assert timezone.now() - used < timedelta(minutes=1)
    by_token(secret).get("/api/v1/households")
    assert TokenTerms.objects.get().last_used_at == used
    TokenTerms.objects.update(last_used_at=used - timedelta(hours=1))
    by_token(secret).get("/api/v1/households")
    assert TokenTerms.objects.get().last_used_at > used
