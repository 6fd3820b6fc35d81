"""The first administrator, opened from the console."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from common.commands import CouldNotRun
from common.moments import day_of
from households.access import can
from tests.cast import CITY, LI, VILLAGE, World
from tests.pages import signs_in

PASSWORD = "seven quiet mules"


def create(monkeypatch: pytest.MonkeyPatch, *, typed: str = PASSWORD, **options: object) -> str:
    """Calls the command with the password on stdin; gives what it prints."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    printed = io.StringIO()
    named = {"username": "he.ping", "full_name": "何平", "division": CITY, "password_stdin": True}
    call_command("create_administrator", stdout=printed, **(named | options))
    return printed.getvalue()


def test_the_administrator_signs_in_and_manages_people_there_and_below(world: World, monkeypatch, client: Client):
    assert "he.ping is administrator of 兰州市 (6201)." in create(monkeypatch)
    user = User.objects.get(username="he.ping")
    posting = user.postings.get()
    assert signs_in(client, "he.ping", PASSWORD)
    assert can(user, Permission.MANAGE_PEOPLE, VILLAGE, posting.starts_on)
    assert not can(user, Permission.MANAGE_PEOPLE, "62", posting.starts_on)
    audited = AuditEvent.objects.get(action="posting.given", subject_id=str(posting.pk))
    assert day_of(audited.at) == posting.starts_on


def test_the_technical_site_is_closed_unless_asked_for(world: World, monkeypatch, client: Client):
    create(monkeypatch)
    create(monkeypatch, username="an.ning", technical_site=True)
    signs_in(client, "he.ping", PASSWORD)
    assert client.get("/admin/").status_code == 302
    signs_in(client, "an.ning", PASSWORD)
    assert client.get("/admin/").status_code == 200
    assert AuditEvent.objects.filter(action="technical_site.admitted").count() == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"division": "6299"}, "import_divisions"),
        ({"username": LI}, "change_password --username li.mei"),
        ({"username": "system"}, "There is an account system already"),
        ({"username": "two words"}, "valid username"),
        ({"typed": "short"}, "too short"),
        ({"typed": "1234567890123"}, "entirely numeric"),
        ({"typed": "he.ping.1"}, "too similar"),
        ({"typed": ""}, "too short"),
        ({"password_stdin": False}, "--password-stdin"),
    ],
)
def test_what_cannot_be_is_refused_with_status_2_and_opens_nothing(world: World, monkeypatch, changed, told):
    before = set(User.objects.exclude(username="system").values_list("username", flat=True))
    with pytest.raises(CouldNotRun, match=told) as refusal:
        create(monkeypatch, **changed)
    assert refusal.value.returncode == 2
    assert set(User.objects.exclude(username="system").values_list("username", flat=True)) == before


def test_at_a_terminal_the_password_is_asked_for_twice(world: World, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another one"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    named = {"full_name": "何平", "division": CITY}
    call_command("create_administrator", username="he.ping", stdout=io.StringIO(), **named)
    assert User.objects.get(username="he.ping").check_password(PASSWORD)
    with pytest.raises(CouldNotRun, match="differ"):
        call_command("create_administrator", username="an.ning", stdout=io.StringIO(), **named)
