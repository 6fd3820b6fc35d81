"""The profile: one's own name, postings and password."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from tests.cast import CITY, COUNTY, STRANGER, SUN, World

OLD, NEW = "the old password of hers", "another password of hers"


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in and reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_profile_shows_ones_own_postings_with_their_days_those_in_force_first(world: World):
    world[SUN].postings.create(
        role="caseworker", division_id=COUNTY, starts_on=date(2020, 6, 1), ends_on=date(2021, 5, 31)
    )
    postings = signed_in(world[SUN]).get("/profile/").context["postings"]
    assert [(each["division"].code, str(each["starts_on"]), each["is_in_force"]) for each in postings] == [
        (CITY, "2020-01-01", True),
        (COUNTY, "2020-06-01", False),
    ]


def test_who_has_no_posting_is_told_whom_to_ask(world: World):
    assert "Ask an administrator" in signed_in(world[STRANGER]).get("/profile/").content.decode()


@pytest.fixture
def mei(db: None) -> User:
    """Someone with a password."""
    return User.objects.create_user(username="mei", password=OLD)


def changing(client: Client, **changes: str):
    """The answer to the form of another password."""
    sent = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW, **changes}
    return client.post("/profile/password/", sent)


def test_who_knows_the_old_password_sets_another_and_stays_signed_in_here_only(mei: User):
    here, elsewhere = signed_in(mei), signed_in(mei)
    assert changing(here).headers["Location"] == "/profile/"
    assert "The password has been changed." in here.get("/profile/").content.decode()
    assert elsewhere.get("/profile/").status_code == 302
    mei.refresh_from_db()
    assert mei.check_password(NEW)
    event = AuditEvent.objects.get(action="account.password_changed")
    assert (event.actor, event.subject_id, event.changes) == (mei, str(mei.pk), {})


@pytest.mark.parametrize(
    "changes", [{"old_password": "wrong"}, {"new_password2": "different"}, {"new_password1": "1", "new_password2": "1"}]
)
def test_a_password_that_is_wrong_mistyped_or_weak_changes_nothing(mei: User, changes: dict[str, str]):
    answer = changing(signed_in(mei), **changes)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    mei.refresh_from_db()
    assert mei.check_password(OLD)
