"""Tokens: a secret by which a system signs in for a time, kept only as its hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts.models import User
from accounts.operations import audit
from common.refusals import Conflict, NotFound

MOST_TOKENS = 10


@transaction.atomic
def issue(*, by: User, at: datetime, days: int) -> tuple[AuthToken, str]:
    """
    A token of `by` that ends after so many days, and its secret, which nobody can read again; audited.

    Conflict where `by` holds as many as anyone may hold; those that have ended are cleared away.
    """
    User.objects.select_for_update().get(pk=by.pk)
    AuthToken.objects.filter(user=by, expiry__lte=at).delete()
    if AuthToken.objects.filter(user=by).count() >= MOST_TOKENS:
        raise Conflict(
            _("You hold %(most)d tokens, and nobody may hold more. Revoke one of them first.") % {"most": MOST_TOKENS},
            code="too_many_tokens",
        )
    token, secret = AuthToken.objects.create(by, expiry=timedelta(days=days))
    audit.write([audit.entry(action="token.issued", subject=by, by=by, at=at, changes=_told(token))])
    return token, secret


@transaction.atomic
def revoke(*, token_key: str, by: User, at: datetime) -> None:
    """End a token of `by` now; audited. NotFound where `by` holds no such token."""
    held = AuthToken.objects.select_for_update().filter(user=by, token_key=token_key)
    told = [audit.entry(action="token.revoked", subject=by, by=by, at=at, changes=_told(token)) for token in held]
    if not told:
        raise NotFound(_("You hold no such token."))
    held.delete()
    audit.write(told)


def _told(token: AuthToken) -> dict[str, str | None]:
    return {"token": token.token_key, "expires_at": token.expiry.isoformat() if token.expiry else None}
