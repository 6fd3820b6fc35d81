"""The lock of every door that takes a password or a code: whom it refuses, until when, and the sentence that says so.

django-axes counts the failures and asks before any password is looked at; the limits are in the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import lockouts, second_factors, users
from accounts.rules.lockouts import locked_until
from common import scopes
from common.refusals import NotAllowed

MINUTE = timedelta(minutes=1)


class Lockouts(AxesDatabaseHandler):
    """Refuses a name at an address, a name everywhere, or an address, each after its own number of failures."""

    def until(self, request: HttpRequest, credentials: Mapping[str, Any] | None) -> datetime | None:
        """Until when this name at this address is refused; None where it may try."""
        ends = (
            locked_until(rows.values_list("attempt_time", "failures_since_start"), limit, settings.AXES_COOLOFF_TIME)
            for rows, limit in zip(self.get_user_attempts(request, credentials), settings.SIGN_IN_LIMITS, strict=True)
        )
        return max((each for each in ends if each is not None), default=None)

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        """As django-axes asks it: the whole limit where one is reached, else none."""
        return settings.AXES_FAILURE_LIMIT if self.until(request, credentials) else 0

    def reset_user_attempts(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        """Who signs in is forgiven his own failures at this address: nobody wipes out those of another name by it."""
        rows, *_others = self.filter_user_attempts(request, credentials)
        forgiven, _each = rows.delete()
        return int(forgiven)

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **told: Any) -> None:
        """Counts the failure by name and address alone, and writes down that it was the last one allowed."""
        was_locked = request.axes_locked_out
        request.axes_user_agent = request.axes_path_info = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **told)
        if request.axes_locked_out and not was_locked:
            # Nobody is signed in here: the act of the product itself is written down, and no record can be read.
            with scopes.acting_in(scopes.NOWHERE):
                lockouts.note(
                    username=credentials["username"],
                    address=request.axes_ip_address or "",
                    until=self.until(request, credentials),
                    at=request.axes_attempt_time,
                )


def sentence(request: HttpRequest, username: str) -> str:
    """Why `username` may not try from here now and when it may again; "" where it may."""
    if not getattr(request, "axes_locked_out", False):
        return ""
    until = AxesProxyHandler.get_implementation().until(request, {"username": username})
    moment = timezone.localtime((until or request.axes_attempt_time) + MINUTE)
    return _(
        "There were too many failed attempts to sign in. Come back at %(time)s, "
        "or ask an administrator to lift the lock."
    ) % {"time": f"{moment:%Y-%m-%d %H:%M}"}


def take_code(request: HttpRequest, user: User, code: str, at: datetime) -> None:
    """Take a code of the second factor of `user`, or a recovery code; a wrong one counts as a wrong password does.

    NotAllowed, before the code is looked at, where `user` has to wait; Invalid where the code is none.
    """
    refuse_locked(request, user.username)
    # Nobody is signed in here yet, and no record is read.
    with scopes.acting_in(scopes.NOWHERE):
        if second_factors.take(user=user, code=code, at=at):
            return
        count_failure(request, user, at)
    raise second_factors.wrong_code()


def refuse_locked(request: HttpRequest, username: str) -> None:
    """NotAllowed, with the moment when to come back, where `username` failed too often."""
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        request.axes_locked_out = True
        raise NotAllowed(sentence(request, username), code="locked", field="code")


def count_failure(request: HttpRequest, user: User, at: datetime) -> None:
    """Write down that a wrong code was shown, which brings the lock nearer."""
    second_factors.note_failure(user=user, address=client_address(request) or "", by=users.system_account(), at=at)
    AxesProxyHandler.user_login_failed(__name__, {"username": user.username}, request)
    refuse_locked(request, user.username)


def client_address(request: HttpRequest) -> str | None:
    """The address that a request comes from: behind a proxy the one that the proxy names, else that of the caller."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] or told
    try:
        return str(ip_address(told.strip()))
    except ValueError:
        return None
