"""Client systems on pages: registered, given another secret, narrowed and closed by who administers their division."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, ClientSystem
from accounts.permissions import Role
from common.moments import day_of
from tests.cast import CITY, COUNTY, OTHER_COUNTY, ZHOU, World
from tests.pages import posted_to, read, signed_in, signs_in

NEW = {
    "client_id": "medical.bureau",
    "name": "医保局数据平台",
    "division": COUNTY,
    "scopes": ["records:read", "figures:read"],
    "starts_on": day_of(timezone.now()).isoformat(),
    "ends_on": "",
}
KEY = "A" * 43 + "="


@pytest.fixture
def client(world: World) -> Client:
    """The city's administrator."""
    return signed_in(world[ZHOU])


def secret_in(answer) -> str:
    """The secret that a page shows."""
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    return re.findall(r"<code>([\w-]{40,})</code>", answer.content.decode())[0]


def token(secret: str, **told: str):
    """The answer to a wish for a token."""
    wish = {"grant_type": "client_credentials", "client_id": NEW["client_id"], "client_secret": secret, **told}
    return Client().post("/oauth2/token", wish)


def test_a_system_is_registered_its_secret_shown_once_and_signs_in_as_a_client(client: Client):
    secret = secret_in(client.post("/clients/register/", NEW))
    found = ClientSystem.objects.get()
    page = client.get(f"/clients/{found.pk}/").content.decode()
    assert ("医保局数据平台" in page, secret in page) == (True, False)
    assert [row[1] for row in read(client, "/clients/").rows[1:]] == ["medical.bureau"]
    posting = found.user.postings.get()
    assert (posting.role, posting.division_id) == (Role.CLIENT.value, COUNTY)
    assert token(secret).json()["scope"].split() == ["records:read", "figures:read"]
    assert not signs_in(Client(), "medical.bureau", secret)
    event = AuditEvent.objects.get(action="client.registered")
    assert (event.actor.username, event.changes) == (ZHOU, {"scopes": ["records:read", "figures:read"]})


def test_another_secret_takes_the_place_of_the_one_before(client: Client):
    first = secret_in(client.post("/clients/register/", NEW))
    second = secret_in(client.post(f"/clients/{ClientSystem.objects.get().pk}/secret/"))
    assert (token(first).status_code, token(second).status_code) == (401, 200)
    assert AuditEvent.objects.filter(action="client.secret_changed").count() == 1


def test_a_closed_system_signs_in_no_more_until_it_is_opened_again(client: Client):
    secret = secret_in(client.post("/clients/register/", NEW))
    address = f"/clients/{ClientSystem.objects.get().pk}/state/"
    held = token(secret).json()["access_token"]
    client.post(address, {"open": "0"})
    assert token(secret).status_code == 401
    client.post(address, {"open": "1"})
    assert token(secret).status_code == 200
    call = Client().get("/api/v1/postings", headers={"Authorization": f"Bearer {held}"})
    assert call.status_code == 401  # the tokens of before the closing do not come back


def test_scopes_addresses_and_key_are_changed_and_a_scope_less_ends_the_tokens(client: Client):
    secret = secret_in(client.post("/clients/register/", NEW))
    found, held = ClientSystem.objects.get(), token(secret).json()["access_token"]
    terms = {"scopes": ["figures:read"], "callbacks": "https://a.example/back\n", "public_key": KEY, "version": 1}
    assert client.post(f"/clients/{found.pk}/", terms).status_code == 302
    found.refresh_from_db()
    assert (found.scopes, found.callbacks, found.version) == (["figures:read"], ["https://a.example/back"], 2)
    assert Client().get("/api/v1/postings", headers={"Authorization": f"Bearer {held}"}).status_code == 401
    assert client.post(f"/clients/{found.pk}/", terms).status_code == 400  # somebody changed it meanwhile
    assert AuditEvent.objects.get(action="client.changed").changes["scopes"] == [
        ["records:read", "figures:read"],
        ["figures:read"],
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("callbacks", "http://a.example/back"),
        ("callbacks", "https://me:secret@a.example/"),
        ("callbacks", "ftp://a.example"),
        ("callbacks", "https:///back"),
        ("callbacks", "https://a.example:99999/"),
        ("public_key", "short"),
        ("scopes", []),
        ("scopes", ["everything"]),
    ],
)
def test_what_cannot_be_told_of_a_system_is_refused(client: Client, field: str, value: object):
    client.post("/clients/register/", NEW)
    found = ClientSystem.objects.get()
    terms = {"scopes": ["figures:read"], "callbacks": "", "public_key": "", "version": 1, field: value}
    assert client.post(f"/clients/{found.pk}/", terms).status_code == 400
    found.refresh_from_db()
    assert found.version == 1


def test_an_administrator_of_another_county_neither_sees_nor_registers_it(client: Client):
    client.post("/clients/register/", NEW)
    other = signed_in(posted_to(OTHER_COUNTY, Role.ADMINISTRATOR))
    assert len(read(other, "/clients/").rows) == 0
    assert other.get(f"/clients/{ClientSystem.objects.get().pk}/").status_code == 404
    assert other.post("/clients/register/", {**NEW, "client_id": "x", "division": CITY}).status_code == 400
    assert ClientSystem.objects.count() == 1


def test_a_client_id_that_is_taken_is_told_with_its_field(client: Client):
    client.post("/clients/register/", NEW)
    answer = client.post("/clients/register/", NEW)
    assert answer.status_code == 400
    assert "medical.bureau" in answer.content.decode()


def test_the_list_goes_on_on_another_page(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("households.list_views.ROWS_A_PAGE", 2)
    names = ["bureau.a", "bureau.b", "bureau.c"]
    for name in names:
        assert client.post("/clients/register/", NEW | {"client_id": name}).status_code == 200
    first = read(client, "/clients/")
    onward = next(address for address in first.links if "after=" in address)
    second = read(client, f"/clients/{onward}")
    assert [row[1] for page in (first, second) for row in page.rows[1:]] == names
    assert not any("after=" in address for address in second.links)
    assert client.get("/clients/", {"colour": "red"}).status_code == 400
