"""Accounts of the people of one's divisions: opened with a posting, closed, given another password, let in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import lockouts, second_factors, users
from accounts.permissions import Permission, Role
from common.moments import day_of
from common.refusals import NotAllowed
from households.access import Desk
from households.models import Division, Posting
from households.operations import people


@dataclass(frozen=True, slots=True)
class FirstPosting:
    """What a new account is opened for: its role, where, and from when until when."""

    role: Role
    division: Division
    starts_on: date
    ends_on: date | None = None


def known_to(*, by: User, on: date) -> QuerySet[User]:
    """The accounts whose people `by` manages on that day: those that hold or held a posting in his divisions."""
    codes = Posting.objects.codes(by, Permission.MANAGE_PEOPLE, on)
    held = Posting.objects.under(codes).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(held), is_system=False)


@transaction.atomic
def open_with_posting(
    *, username: str, full_name: str, hashed_password: str, posting: FirstPosting, by: User, at: datetime
) -> User:
    """A new account with its first posting, without which nobody would know of it; both audited.

    Conflict where the name is taken; NotAllowed where `by` does not manage the people of the division.
    """
    user = users.open_account(username=username, full_name=full_name, hashed_password=hashed_password, by=by, at=at)
    people.post(
        user=user,
        role=posting.role,
        division=posting.division,
        starts_on=posting.starts_on,
        ends_on=posting.ends_on,
        by=by,
        at=at,
    )
    return user


@transaction.atomic
def set_open(*, user: User, is_open: bool, by: User, at: datetime) -> User:
    """Close the account, or open it again. NotAllowed where `by` does not manage it alone."""
    check_manages(user=user, by=by, at=at)
    return users.set_open(user=user, is_open=is_open, by=by, at=at)


@transaction.atomic
def reset_password(*, user: User, hashed_password: str, by: User, at: datetime) -> User:
    """Another password, for who has forgotten it; the sessions of the account end, and a lock is lifted with it."""
    check_manages(user=user, by=by, at=at)
    lockouts.lift(user=user, by=by, at=at)
    return users.change_password(user=user, hashed_password=hashed_password, by=by, at=at)


@transaction.atomic
def lift_lock(*, user: User, by: User, at: datetime) -> None:
    """Who failed too often to sign in may try again at once."""
    check_manages(user=user, by=by, at=at)
    lockouts.lift(user=user, by=by, at=at)


@transaction.atomic
def reset_second_factor(*, user: User, by: User, at: datetime) -> None:
    """Who has lost phone and recovery codes signs in by the password alone, and sets up another second factor."""
    check_manages(user=user, by=by, at=at)
    second_factors.reset(user=user, by=by, at=at)


def check_manages(*, user: User, by: User, at: datetime) -> None:
    """Refuse with NotAllowed where the account reaches further than `by` manages people.

    Whoever sets a password could act with it: so every posting that the account holds must lie in the divisions of
    `by`, and neither an account of the technical site nor one's own is managed like this.
    """
    if user.pk == by.pk:
        raise NotAllowed(
            _("This is your own account: change its password under Profile; for the rest ask another administrator.")
        )
    if user.is_system or user.is_staff or user.is_superuser:
        raise NotAllowed(_("This account is admitted to the technical site, and managed there."))
    today, desk = day_of(at), Desk()
    held = list(Posting.objects.filter(user=user))
    holds = [each for each in held if each.ends_on is None or each.ends_on >= today] or held
    if not holds or not all(desk.can(by, Permission.MANAGE_PEOPLE, each.division_id, today) for each in holds):
        raise NotAllowed(
            _("%(user)s is also posted outside the divisions whose people you manage. Ask an administrator above.")
            % {"user": user}
        )
