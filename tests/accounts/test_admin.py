"""Accounts on the technical site: whatever is changed there is in the audit trail."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEvent, User

PASSWORD, OTHER = "eleven geese", "twelve swans"


@pytest.fixture
def chief(db: None) -> User:
    """Who manages the technical site."""
    return User.objects.create_superuser(username="chief", password=PASSWORD)


@pytest.fixture
def mei(db: None) -> User:
    """An account that can sign in."""
    return User.objects.create_user(username="mei", password=PASSWORD)


@pytest.fixture
def site(chief: User) -> Client:
    """Signed in as the chief."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(chief)
    return client


def trail() -> list[tuple[str, str, str, object]]:
    """What was written: action, who, which account, changes."""
    names = {str(user.pk): user.username for user in User.objects.all()}
    rows = AuditEvent.objects.order_by("id").values_list("action", "actor__username", "subject_id", "changes")
    return [(action, actor, names[subject], changes) for action, actor, subject, changes in rows]


def change(site: Client, user: User, **entered: str):
    """The answer to the account's form; a box that is not named is empty."""
    form = {"username": user.username, "full_name": user.full_name, "email": user.email, **entered}
    return site.post(f"/admin/accounts/user/{user.pk}/change/", form)


def test_an_account_opened_there_is_audited(site: Client):
    entered = {
        "username": "yun",
        "full_name": "马云",
        "password1": OTHER,
        "password2": OTHER,
        "usable_password": "true",
    }
    assert site.post("/admin/accounts/user/add/", entered).status_code == 302
    assert User.objects.get(username="yun").check_password(OTHER)
    assert trail() == [("account.opened", "chief", "yun", {})]


def test_rights_given_and_an_account_closed_are_audited(site: Client, mei: User):
    assert change(site, mei, is_active="on", is_staff="on", is_superuser="on").status_code == 302
    assert change(site, mei, is_staff="on", is_superuser="on").status_code == 302
    mei.refresh_from_db()
    assert (mei.is_active, mei.is_superuser) == (False, True)
    assert trail() == [
        ("account.changed", "chief", "mei", {"is_staff": [False, True], "is_superuser": [False, True]}),
        ("account.changed", "chief", "mei", {"is_active": [True, False]}),
    ]


def test_a_mark_of_the_product_cannot_be_set_there(site: Client, mei: User):
    assert change(site, mei, is_active="on", is_system="on", is_demonstration="on").status_code == 302
    mei.refresh_from_db()
    assert (mei.is_system, mei.is_demonstration) == (False, False)
    assert trail() == []


def test_a_refusal_is_told_above_the_form(site: Client, mei: User):
    User.objects.filter(pk=mei.pk).update(is_demonstration=True)
    answer = site.post(
        f"/admin/accounts/user/{mei.pk}/change/", {"username": "mei", "is_active": "on", "is_staff": "on"}, follow=True
    )
    assert "technical site" in " ".join(str(message) for message in answer.context["messages"])
    assert not User.objects.get(pk=mei.pk).is_staff


def test_a_new_password_for_another_is_audited_without_it(site: Client, mei: User):
    entered = {"password1": OTHER, "password2": OTHER, "usable_password": "true", "set-password": "1"}
    assert site.post(f"/admin/accounts/user/{mei.pk}/password/", entered).status_code == 302
    mei.refresh_from_db()
    assert mei.check_password(OTHER)
    assert trail() == [("account.password_changed", "chief", "mei", {})]


def test_a_password_taken_away_is_audited(site: Client, mei: User):
    entered = {"usable_password": "false", "unset-password": "1"}
    assert site.post(f"/admin/accounts/user/{mei.pk}/password/", entered).status_code == 302
    mei.refresh_from_db()
    assert not mei.has_usable_password()
    assert trail() == [("account.password_changed", "chief", "mei", {})]


def test_ones_own_password_is_changed_on_the_page_that_audits_it(site: Client):
    assert site.get("/admin/password_change/").headers["Location"] == "/profile/password/"
    entered = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    assert site.post("/admin/password_change/", entered).status_code == 302
    assert User.objects.get(username="chief").check_password(PASSWORD)
