"""One's own tokens on a page: the secret is shown once, and a revoked one opens nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import SecondFactor
from accounts.operations import second_factors
from accounts.rules.codes import code_at, step_of
from tests.cast import LI, SUN, World
from tests.pages import signed_in


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast."""
    return World.begin()


def calls(secret: str) -> int:
    """What a program gets that signs in by it."""
    return Client().get("/api/v1/postings", headers={"Authorization": f"Token {secret}"}).status_code


def test_a_token_is_issued_shown_once_used_and_revoked(world: World):
    client = signed_in(world[LI])
    page = client.post("/profile/tokens/", {"days": "7", "is_read_only": "on"}).content.decode()
    secret = re.search(r"<code>([0-9a-f]{64})</code>", page).group(1)
    assert calls(secret) == 200
    later = client.get("/profile/tokens/").content.decode()
    assert (secret in later, secret[:15] in later, "read only" in later) == (False, True, True)
    assert signed_in(world[SUN]).post(f"/profile/tokens/{secret[:15]}/revoke/").status_code == 404
    assert client.post(f"/profile/tokens/{secret[:15]}/revoke/").status_code == 302
    assert calls(secret) == 401


@pytest.mark.parametrize("days", ["0", "366", "many", ""])
def test_a_token_is_good_for_a_day_to_a_year(world: World, days: str):
    assert signed_in(world[LI]).post("/profile/tokens/", {"days": days}).status_code == 400
    assert not AuthToken.objects.exists()


def test_where_there_is_a_second_factor_the_page_asks_for_a_code_of_it(world: World):
    now, user = timezone.now(), world[LI]
    second_factors.begin(by=user, at=now)
    key = second_factors.key_of(SecondFactor.objects.get(user=user))
    second_factors.confirm(code=code_at(key, step_of(now) - 1), by=user, at=now)
    client = signed_in(user)
    assert client.post("/profile/tokens/", {"days": "7"}).status_code == 400
    assert client.post("/profile/tokens/", {"days": "7", "code": "000000x"}).status_code == 400
    assert not AuthToken.objects.exists()
    assert (
        client.post("/profile/tokens/", {"days": "7", "code": code_at(key, step_of(timezone.now()))}).status_code == 200
    )
    assert AuthToken.objects.count() == 1
