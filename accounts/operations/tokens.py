"""Tokens: a secret by which a system signs in for a time, kept only as its hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts.models import TokenTerms, User
from accounts.operations import audit
from common.refusals import Conflict, NotFound

MOST_TOKENS = 10
HOUR = timedelta(hours=1)


@transaction.atomic
def issue(*, by: User, at: datetime, days: int, is_read_only: bool = False) -> tuple[AuthToken, str]:
    """
    A token of `by` that ends after so many days, and its secret, which nobody can read again; audited.

    With `is_read_only` it reads records and figures and does nothing else.

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
    TokenTerms.objects.create(token=token, is_read_only=is_read_only)
    changes = {**_told(token), "is_read_only": is_read_only}
    audit.write([audit.entry(action="token.issued", subject=by, by=by, at=at, changes=changes)])
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


def note_use(*, digest: str, at: datetime) -> None:
    """Remember that the token of that hash was used; called once an hour at most."""
    TokenTerms.objects.bulk_create(
        [TokenTerms(token_id=digest, last_used_at=at)],
        update_conflicts=True,
        unique_fields=["token"],
        update_fields=["last_used_at"],
    )


def _told(token: AuthToken) -> dict[str, str | None]:
    return {"token": token.token_key, "expires_at": token.expiry.isoformat() if token.expiry else None}
