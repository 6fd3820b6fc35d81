"""Users: accounts of people and of the product itself."""

from __future__ import annotations

from accounts.models import User

SYSTEM = "system"


def system_account(username: str = SYSTEM, full_name: str = "守望 Shouwang") -> User:
    """An account that acts for the product itself, made on first use; nobody can sign in with it."""
    user, created = User.objects.get_or_create(username=username, defaults={"full_name": full_name, "is_system": True})
    if created:
        user.set_unusable_password()
        user.save(update_fields=("password",))
    return user


def open_account(*, username: str, full_name: str, hashed_password: str) -> User:
    """An account for a person, or the one of that name with a new password, hashed by `make_password`."""
    user, _created = User.objects.update_or_create(
        username=username, defaults={"full_name": full_name, "password": hashed_password, "is_active": True}
    )
    return user
