"""Users: accounts of people and of the product itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.operations import audit

SYSTEM = "system"


def system_account(username: str = SYSTEM, full_name: str = "守望 Shouwang") -> User:
    """An account that acts for the product itself, made on first use; nobody can sign in with it."""
    user, created = User.objects.get_or_create(username=username, defaults={"full_name": full_name, "is_system": True})
    if created:
        user.set_unusable_password()
        user.save(update_fields=("password",))
    return user


@transaction.atomic
def open_account(*, username: str, full_name: str, hashed_password: str, by: User, at: datetime) -> User:
    """An account for a person, or the one of that name with a new password, hashed by `make_password`; audited."""
    user, created = User.objects.update_or_create(
        username=username, defaults={"full_name": full_name, "password": hashed_password, "is_active": True}
    )
    action = "account.opened" if created else "account.reset"
    audit.write([audit.entry(action=action, subject=user, by=by, at=at)])
    return user


@transaction.atomic
def change_password(*, user: User, hashed_password: str, by: User, at: datetime) -> User:
    """Another password for `user`, hashed by `make_password`; audited, without the password."""
    user.password = hashed_password
    user.save(update_fields=("password",))
    audit.write([audit.entry(action="account.password_changed", subject=user, by=by, at=at)])
    return user
