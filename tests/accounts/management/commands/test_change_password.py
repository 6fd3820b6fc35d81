"""Another password from the console, with its trace in the audit trail."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent, User
from accounts.operations import users
from common.commands import CouldNotRun
from tests.cast import LI, World

NEW = "a-long-enough-password"


def change(monkeypatch: pytest.MonkeyPatch, username: str, typed: str = NEW) -> str:
    """Calls the command with the password on stdin; gives what it prints."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    told = io.StringIO()
    call_command("change_password", username=username, password_stdin=True, stdout=told)
    return told.getvalue()


def test_the_new_password_holds_and_the_trail_names_account_and_system_but_not_the_password(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    assert change(monkeypatch, LI) == "li.mei has another password.\n"
    assert User.objects.get(username=LI).check_password(NEW)
    event = AuditEvent.objects.get(action="account.password_changed")
    assert (event.subject_id, event.actor) == (str(world[LI].pk), users.system_account())
    assert NEW not in str(event.changes)


@pytest.mark.parametrize(
    ("username", "typed", "sentence"),
    [
        ("nobody", NEW, "There is no account nobody"),
        ("system", NEW, "nobody signs in with it"),
        (LI, "short", "too short"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, username: str, typed: str, sentence: str
):
    users.system_account()
    with pytest.raises(CouldNotRun, match=sentence):
        change(monkeypatch, username, typed)
    assert not AuditEvent.objects.filter(action="account.password_changed").exists()
