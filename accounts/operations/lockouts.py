"""Locks after too many failures to sign in: written down where an account meets one, and lifted."""

from __future__ import annotations

from datetime import datetime

from axes.models import AccessAttempt
from django.db import transaction

from accounts.models import User
from accounts.operations import audit, users


@transaction.atomic
def note(*, username: str, address: str, until: datetime | None, at: datetime) -> None:
    """Write down that the account of that name has to wait; a name of nobody, a mistyped password perhaps, is not."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return
    told = {"address": address, "until": until.isoformat() if until else None}
    by = users.system_account()
    audit.write([audit.entry(action="account.locked", subject=user, by=by, at=at, changes=told)])


@transaction.atomic
def lift(*, user: User, by: User, at: datetime) -> int:
    """Forget the failures of `user`'s name, who may try again at once; audited. Gives how many were forgotten."""
    failures = AccessAttempt.objects.select_for_update().filter(username=user.username)
    number = int(sum(failures.values_list("failures_since_start", flat=True)))
    failures.delete()
    told = {"failures": number}
    audit.write([audit.entry(action="account.unlocked", subject=user, by=by, at=at, changes=told)])
    return number


def failures_since(*, user: User, since: datetime) -> int:
    """How many failures of `user`'s name after that moment are remembered."""
    failures = AccessAttempt.objects.filter(username=user.username, attempt_time__gt=since)
    return int(sum(failures.values_list("failures_since_start", flat=True)))
