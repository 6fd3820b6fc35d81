"""Accounts: whose they are, and that every change of one is in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import AuditEvent, User
from accounts.operations import users
from common.refusals import Conflict, Invalid, NotAllowed

NOON = datetime(2022, 4, 1, 4, tzinfo=UTC)


@pytest.fixture
def chief(db: None) -> User:
    """Who manages the technical site."""
    return User.objects.create(username="chief", is_staff=True, is_superuser=True)


def opened(chief: User, **changed: object) -> User:
    given = {"username": "mei", "full_name": "李梅", "hashed_password": make_password("eleven geese")}
    return users.open_account(**{**given, **changed}, by=chief, at=NOON)


def test_an_account_is_opened_once(chief: User):
    mei = opened(chief)
    with pytest.raises(Conflict) as refusal:
        opened(chief, hashed_password=make_password("twelve geese"))
    assert (refusal.value.stable_code, refusal.value.field) == ("username_taken", "username")
    mei.refresh_from_db()
    assert mei.check_password("eleven geese")
    assert list(AuditEvent.objects.values_list("action", "actor__username")) == [("account.opened", "chief")]


@pytest.mark.parametrize("changed", [{"username": "m" * 151}, {"full_name": "梅" * 101}, {"full_name": "李\x00"}])
def test_names_that_cannot_be_kept_are_refused(chief: User, changed: dict[str, str]):
    with pytest.raises(Invalid) as refusal:
        opened(chief, **changed)
    assert refusal.value.field == next(iter(changed))


def test_a_change_is_audited_with_what_was_before(chief: User):
    mei = opened(chief)
    users.change_account(user=mei, changes={"is_active": False, "full_name": "李梅"}, by=chief, at=NOON)
    mei.refresh_from_db()
    assert not mei.is_active
    row = AuditEvent.objects.get(action="account.changed")
    assert (row.actor, row.subject_id, row.changes) == (chief, str(mei.pk), {"is_active": [True, False]})
    users.change_account(user=mei, changes={"is_active": False}, by=chief, at=NOON)
    assert AuditEvent.objects.filter(action="account.changed").count() == 1


def test_only_who_manages_the_technical_site_changes_accounts(chief: User):
    mei, other = opened(chief), opened(chief, username="other")
    with pytest.raises(NotAllowed):
        users.change_account(user=other, changes={"is_superuser": True}, by=mei, at=NOON)
    User.objects.filter(pk=chief.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        users.change_account(user=other, changes={"is_superuser": True}, by=User.objects.get(pk=chief.pk), at=NOON)


def test_another_name_must_be_free(chief: User):
    opened(chief)
    with pytest.raises(Conflict):
        users.change_account(user=opened(chief, username="other"), changes={"username": "mei"}, by=chief, at=NOON)


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_an_account_with_a_printed_password_is_not_let_into_the_technical_site(chief: User, right: str):
    with pytest.raises(Invalid):
        users.change_account(user=opened(chief, is_demonstration=True), changes={right: True}, by=chief, at=NOON)


def test_the_products_own_account_is_not_that_of_a_person(chief: User):
    opened(chief, username="system")
    with pytest.raises(Conflict) as refusal:
        users.system_account()
    assert "system" in str(refusal.value)
