"""Users: accounts of people, of the product itself and of demonstrations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from common.constraints import refused_by
from common.fitting import check_rows
from common.refusals import Conflict, Invalid, NotAllowed

SYSTEM = "system"
CHANGEABLE = frozenset({"username", "full_name", "email", "is_active", "is_staff", "is_superuser"})


def system_account(username: str = SYSTEM, full_name: str = "守望 Shouwang", *, is_demonstration: bool = False) -> User:
    """An account that acts for the product itself, made on first use; nobody can sign in with it.

    Conflict where a person has the name.
    """
    user, created = User.objects.get_or_create(
        username=username,
        defaults={"full_name": full_name, "is_system": True, "is_demonstration": is_demonstration},
    )
    if not user.is_system or user.is_demonstration != is_demonstration:
        raise name_taken(username)
    if created:
        user.set_unusable_password()
        user.save(update_fields=("password",))
    return user


@transaction.atomic
def open_account(
    *, username: str, full_name: str, hashed_password: str, by: User, at: datetime, is_demonstration: bool = False
) -> User:
    """A new account, its password hashed by `make_password`; audited. Conflict where the name is taken.

    `is_demonstration`: anyone may know the password, and what the account registers is synthetic.
    """
    user = User(username=username, full_name=full_name, password=hashed_password, is_demonstration=is_demonstration)
    check_rows([user])
    if User.objects.filter(username=username).exists():
        raise name_taken(username)
    with refused_by("username", name_taken(username)):
        user.save(force_insert=True)
    audit.write([audit.entry(action="account.opened", subject=user, by=by, at=at)])
    return user


@transaction.atomic
def change_account(*, user: User, changes: Mapping[str, str | bool], by: User, at: datetime) -> User:
    """Another name or address; closed or open again; let into the technical site or not. Audited with what was before.

    NotAllowed for who is not admitted to the technical site with all rights; Invalid where an account with a printed
    password would be admitted there.
    """
    if not (by.is_system or (by.is_active and by.is_superuser)):
        raise NotAllowed(_("Accounts are changed by who manages the technical site. Ask an administrator."))
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    was = {name: getattr(user, name) for name in sorted(changes.keys() & CHANGEABLE)}
    changed = {name: changes[name] for name in was if changes[name] != was[name]}
    if user.is_demonstration and (changed.get("is_staff") or changed.get("is_superuser")):
        raise Invalid(_("Everyone may know the password of this account; it is not let into the technical site."))
    if not changed:
        return user
    for name, value in changed.items():
        setattr(user, name, value)
    check_rows([user])
    with refused_by("username", name_taken(user.username)):
        user.save(update_fields=tuple(changed))
    told = {name: [was[name], value] for name, value in changed.items()}
    audit.write([audit.entry(action="account.changed", subject=user, by=by, at=at, changes=told)])
    return user


@transaction.atomic
def set_open(*, user: User, is_open: bool, by: User, at: datetime) -> User:
    """Close the account, whose sessions and tokens then open nothing any more, or open it again; audited."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_active == is_open:
        return user
    user.is_active = is_open
    user.save(update_fields=("is_active",))
    told = {"is_active": [not is_open, is_open]}
    audit.write([audit.entry(action="account.changed", subject=user, by=by, at=at, changes=told)])
    return user


@transaction.atomic
def change_password(*, user: User, hashed_password: str, by: User, at: datetime) -> User:
    """Another password for `user`, hashed by `make_password`; audited, without the password."""
    user.password = hashed_password
    user.save(update_fields=("password",))
    audit.write([audit.entry(action="account.password_changed", subject=user, by=by, at=at)])
    return user


def name_taken(username: str) -> Conflict:
    """The refusal of a user name that belongs to somebody else."""
    return Conflict(
        _("The user name %(username)s belongs to another account. Choose another name, or rename that account.")
        % {"username": username},
        code="username_taken",
        field="username",
    )
