"""Systems sign in by client id and secret, and their tokens open what scopes and postings allow together."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from rest_framework.test import APIClient

from accounts.models import AuditEvent, ClientSystem
from accounts.operations import clients
from accounts.permissions import ApiScope
from common.scopes import Scope
from households.token_api import Held
from tests.cast import BUREAU, ZHOU, World

ALL = tuple(ApiScope)


@pytest.fixture
def world(db: None) -> World:
    """Places, a cast, one monitored household."""
    world = World.begin()
    world.monitored(date(2022, 4, 1))
    return world


def registered(world: World, *scopes: ApiScope) -> tuple[ClientSystem, str]:
    """The bureau's system."""
    return clients.register(user=world[BUREAU], scopes=scopes or ALL, by=world[ZHOU], at=timezone.now())


def ask(secret: str, name: str = BUREAU, by: str = "basic", **told: str):
    """The answer to a wish for a token."""
    body = {"grant_type": "client_credentials", **told}
    if by == "form":
        return Client().post("/oauth2/token", {**body, "client_id": name, "client_secret": secret})
    header = "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()
    return Client().post("/oauth2/token", body, headers={"Authorization": header})


def bearer(token: str) -> APIClient:
    """Signs in by that token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize("by", ["basic", "form"])
def test_a_secret_gives_a_token_and_the_token_signs_in(world: World, by: str):
    _client, secret = registered(world)
    answer = ask(secret, by=by)
    told = answer.json()
    assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 3600)
    assert set(told["scope"].split()) == {scope.value for scope in ALL}
    assert "no-store" in answer.headers["Cache-Control"]
    client = bearer(told["access_token"])
    assert len(client.get("/api/v1/households").json()["results"]) == 1
    assert [row["role"] for row in client.get("/api/v1/postings").json()["results"]] == ["client"]


def test_only_hashes_of_secret_and_token_are_kept(world: World):
    client, secret = registered(world)
    token = ask(secret).json()["access_token"]
    held = AccessToken.objects.get()
    assert (held.token, held.user) == ("", world[BUREAU])
    assert token not in held.token_checksum
    assert secret not in Application.objects.get(pk=client.application_id).client_secret


def test_signing_in_by_bearer_token_and_a_page_take_two_queries(world: World, settings, django_assert_num_queries):
    settings.DEMONSTRATIONS_KEPT_FOR = 60
    _client, secret = registered(world)
    client = bearer(ask(secret).json()["access_token"])
    client.get("/api/v1/households")
    with django_assert_num_queries(2):
        assert client.get("/api/v1/households").status_code == 200


def test_a_wish_for_fewer_scopes_is_granted_and_for_more_is_not(world: World):
    _client, secret = registered(world, ApiScope.RECORDS_READ, ApiScope.FIGURES_READ)
    assert ask(secret, scope="figures:read").json()["scope"] == "figures:read"
    refused = ask(secret, scope="figures:read numbers:read")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "households", "records:read"),
        ("get", "households/00000000-0000-0000-0000-000000000000", "records:read"),
        ("post", "households/search", "records:read"),
        ("get", "cases", "records:read"),
        ("get", "work", "records:read"),
        ("post", "measures", "records:write"),
        ("post", "household-changes", "records:write"),
        ("post", "members/00000000-0000-0000-0000-000000000000/number", "numbers:read"),
        ("get", "indicators", "figures:read"),
        ("get", "reconciliations", "figures:read"),
        ("get", "standards", "figures:read"),
        ("post", "standards", "standards:write"),
    ],
)
def test_a_token_without_the_scope_is_refused_and_told_which_one_is_missing(
    world: World, method: str, path: str, scope: str
):
    _client, secret = registered(world, *(each for each in ALL if each.value != scope))
    answer = getattr(bearer(ask(secret).json()["access_token"]), method)(f"/api/v1/{path}")
    told = answer.json()
    assert (answer.status_code, told["code"], told["scope"]) == (403, "insufficient_scope", scope)
    assert answer.headers["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'


def test_a_scope_never_widens_what_the_posting_permits(world: World):
    _client, secret = registered(world)
    client = bearer(ask(secret).json()["access_token"])
    membership = client.get("/api/v1/members").json()["results"][0]["id"]
    # The role of a client grants no whole numbers and sets no standards, whatever its scopes.
    assert client.post(f"/api/v1/members/{membership}/number", {"reason": "核对"}).status_code == 403
    world[BUREAU].postings.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get("/api/v1/households").status_code == 404


def test_a_token_for_figures_counts_records_and_shows_none_even_where_a_view_forgets_to_ask(world: World):
    _client, secret = registered(world, ApiScope.FIGURES_READ)
    answer = bearer(ask(secret).json()["access_token"]).get("/api/v1/indicators", {"as_of": "2022-05-01"}).json()
    values = {row["id"]: row["values"][0]["value"] for row in answer["results"] if row["values"]}
    assert values["monitoring.total.households"] in {1, "1"}
    key = uuid4()
    held = Held("", frozenset({"figures:read"}))
    assert held.narrowed(Scope(("6201",), ("62",), (key,))) == Scope((), ("62",), ())
    assert Held("", frozenset({"records:write"})).narrowed(Scope(("6201",))) == Scope(("6201",))


def test_a_closed_account_and_a_rotated_secret_open_nothing(world: World):
    client, secret = registered(world)
    token = ask(secret).json()["access_token"]
    new = clients.rotate(client=client, by=world[ZHOU], at=timezone.now())
    assert bearer(token).get("/api/v1/households").status_code == 401
    assert ask(secret).status_code == 401
    token = ask(new).json()["access_token"]
    world[BUREAU].is_active = False
    world[BUREAU].save()
    assert bearer(token).get("/api/v1/households").status_code == 401
    assert ask(new).json()["error"] == "invalid_client"


def test_a_token_ends(world: World):
    _client, secret = registered(world)
    token = ask(secret).json()["access_token"]
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert bearer(token).get("/api/v1/households").status_code == 401
    assert clients.clear_ended(at=timezone.now()) == 1


def test_wrong_secrets_lock_the_client_as_wrong_passwords_lock_a_person(world: World):
    _client, secret = registered(world)
    for number in range(settings.AXES_FAILURE_LIMIT):
        assert ask("wrong", by="form" if number % 2 else "basic").status_code == 401
    locked = ask(secret)
    assert (locked.status_code, locked.json()["error"]) == (401, "invalid_client")
    assert AuditEvent.objects.get(action="account.locked").subject_id == str(world[BUREAU].pk)


def test_the_right_secret_forgets_the_failures_before(world: World):
    _client, secret = registered(world)
    for _round in range(2):
        for _number in range(settings.AXES_FAILURE_LIMIT - 1):
            ask("wrong")
        assert ask(secret).status_code == 200


@pytest.mark.parametrize(
    "grant",
    ["password", "authorization_code", "refresh_token", "x", "urn:ietf:params:oauth:grant-type:device_code"],
)
def test_there_is_no_other_way_to_a_token(world: World, grant: str):
    _client, secret = registered(world)
    answer = ask(secret, grant_type=grant)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_what_cannot_be_read_is_refused(world: World):
    for header in ("Basic !!!", "Basic /w==", "Basic AGE6YQ=="):
        assert Client().post("/oauth2/token", headers={"Authorization": header}).status_code == 400
    assert Client().get("/oauth2/token").status_code == 405
    assert Client().get("/oauth2/authorize").status_code == 404


def test_when_a_system_signed_in_last_is_known(world: World):
    client, secret = registered(world)
    ask(secret)
    client.refresh_from_db()
    assert timezone.now() - client.last_signed_in_at < timedelta(minutes=1)
