"""Client systems: their secret, their scopes, the tokens that they hold."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken, Application

from accounts.models import ClientSystem, User
from accounts.operations import audit
from accounts.permissions import ApiScope
from accounts.rules.clients import check_callback, check_public_key
from common.refusals import Invalid
from common.versions import check_version

SECRET_BYTES = 32
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a system may do: its scopes, the addresses that it is called back at, and the key of its signatures."""

    scopes: Collection[ApiScope]
    callbacks: Collection[str]
    public_key: str


@transaction.atomic
def register(*, user: User, scopes: Collection[ApiScope], by: User, at: datetime) -> tuple[ClientSystem, str]:
    """`user` becomes the account of a system, with its secret, which nobody can read again; audited.

    Invalid without a scope: a token would open nothing.
    """
    _check_scopes(scopes)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    application = Application.objects.create(
        client_id=user.username,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name=user.full_name,
        user=user,
    )
    client = ClientSystem.objects.create(
        user=user, application=application, scopes=_told(scopes), registered_at=at, secret_made_at=at
    )
    changes = {"scopes": client.scopes}
    audit.write([audit.entry(action="client.registered", subject=user, by=by, at=at, changes=changes)])
    return client, secret


@transaction.atomic
def rotate(*, client: ClientSystem, by: User, at: datetime) -> str:
    """Another secret; the one before and every token got by it open nothing from now on. Audited."""
    client = ClientSystem.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client.application.client_secret = secret
    client.application.save(update_fields=("client_secret",))
    client.secret_made_at = at
    client.save(update_fields=("secret_made_at",))
    ended = _end_tokens(client)
    changes = {"tokens_ended": ended}
    audit.write([audit.entry(action="client.secret_changed", subject=client.user, by=by, at=at, changes=changes)])
    return secret


@transaction.atomic
def change(*, client: ClientSystem, terms: Terms, by: User, at: datetime, expected_version: int | None) -> ClientSystem:
    """Other scopes, addresses to be called back at, or key of its signatures; audited with what was before.

    With a scope taken away every token ends, since the tokens that are out may hold it.
    """
    client = ClientSystem.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk)
    check_version(client, expected_version)
    _check_scopes(terms.scopes)
    for address in terms.callbacks:
        check_callback(address)
    if terms.public_key:
        check_public_key(terms.public_key)
    wanted = {
        "scopes": _told(terms.scopes),
        "callbacks": sorted(set(terms.callbacks)),
        "public_key": terms.public_key,
    }
    changed = {name: [getattr(client, name), value] for name, value in wanted.items() if getattr(client, name) != value}
    if not changed:
        return client
    if set(client.scopes) - set(wanted["scopes"]):
        _end_tokens(client)
    for name in changed:
        setattr(client, name, wanted[name])
    client.version += 1
    client.save(update_fields=(*changed, "version"))
    audit.write([audit.entry(action="client.changed", subject=client.user, by=by, at=at, changes=changed)])
    return client


@transaction.atomic
def end_tokens(*, client: ClientSystem, by: User, at: datetime) -> int:
    """Every token that the system holds ends now; audited. Gives how many."""
    ended = _end_tokens(client)
    changes = {"tokens_ended": ended}
    audit.write([audit.entry(action="client.tokens_ended", subject=client.user, by=by, at=at, changes=changes)])
    return ended


def note_sign_in(*, client_id: str, at: datetime) -> None:
    """Remember, to the hour, when the system of that id got a token last."""
    rows = ClientSystem.objects.filter(user__username=client_id).exclude(last_signed_in_at__gt=at - HOUR)
    rows.update(last_signed_in_at=at)


def clear_ended(*, at: datetime) -> int:
    """Forget tokens of systems that have ended; gives how many."""
    forgotten, _each = AccessToken.objects.filter(expires__lte=at).delete()
    return int(forgotten)


def _end_tokens(client: ClientSystem) -> int:
    ended, _each = AccessToken.objects.filter(application=client.application).delete()
    return int(ended)


def _told(scopes: Collection[ApiScope]) -> list[str]:
    return [scope.value for scope in ApiScope if scope in scopes]


def _check_scopes(scopes: Collection[ApiScope]) -> None:
    if not scopes:
        raise Invalid(_("Choose at least one scope: without one a token opens nothing."), field="scopes")
