"""Subscribing to changes: who is told at which address, with which key, until it is paused or ended."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.crypto import decrypt, encrypt
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotAllowed
from common.versions import check_version
from exchange.models import Subscription
from exchange.operations import feed
from exchange.rules.changes import KINDS
from exchange.rules.webhooks import CHANGING_OVER, LONGEST_ADDRESS, address_within, is_open, is_well_formed
from households import access
from households.models import Division

MOST_SUBSCRIPTIONS = 20


@transaction.atomic
def subscribe(
    *, division: Division, kinds: Iterable[str], address: str, by: User, at: datetime
) -> tuple[Subscription, str]:
    """From now on `by` is told at the address of changes in the division; gives the key, which is shown this once."""
    access.check(by, Permission.VIEW_RECORDS, division.pk, day_of(at))
    _check(kinds, address)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Subscription.objects.filter(owner=by, ended_at__isnull=True).count() >= MOST_SUBSCRIPTIONS:
        raise Conflict(_("You have %(most)d subscriptions. End one first.") % {"most": MOST_SUBSCRIPTIONS})
    position = feed.settle()
    name, key = _new_key()
    made = Subscription.objects.create(
        owner=by,
        division=division,
        kinds=_sorted(kinds),
        address=address,
        position=position,
        key_name=name,
        key_token=encrypt(key),
        began_at=at,
    )
    _note("webhook.subscribed", made, by, at, address=address, kinds=made.kinds)
    return made, key


@transaction.atomic
def change(
    *,
    subscription: Subscription,
    kinds: Iterable[str],
    address: str,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Subscription:
    """From the next change on other kinds are told, or at another address."""
    held = _held(subscription, by, expected_version)
    _check(kinds, address)
    told = {"address": [held.address, address], "kinds": [held.kinds, _sorted(kinds)]}
    held.address, held.kinds = address, _sorted(kinds)
    _keep(held, "address", "kinds")
    _note("webhook.changed", held, by, at, **told)
    return held


@transaction.atomic
def rotate(
    *, subscription: Subscription, by: User, at: datetime, expected_version: int | None
) -> tuple[Subscription, str]:
    """Another key signs from now on; the one before goes on signing beside it for two days. Gives the new key."""
    held = _held(subscription, by, expected_version)
    name, key = _new_key()
    held.earlier_name, held.earlier_token = held.key_name, held.key_token
    held.earlier_until = at + CHANGING_OVER
    held.key_name, held.key_token = name, encrypt(key)
    _keep(held, "earlier_name", "earlier_token", "earlier_until", "key_name", "key_token")
    _note("webhook.rotated", held, by, at, key=name)
    return held, key


@transaction.atomic
def pause(*, subscription: Subscription, by: User, at: datetime, expected_version: int | None) -> Subscription:
    """Nothing is delivered until it goes on; nothing is missed."""
    held = _held(subscription, by, expected_version)
    if held.paused_at is not None:
        raise Conflict(_("The subscription is paused already."))
    held.paused_at = at
    _keep(held, "paused_at")
    _note("webhook.paused", held, by, at)
    return held


@transaction.atomic
def resume(*, subscription: Subscription, by: User, at: datetime, expected_version: int | None) -> Subscription:
    """It goes on where it stood when it was paused."""
    held = _held(subscription, by, expected_version)
    if held.paused_at is None:
        raise Conflict(_("The subscription is not paused."))
    access.check(by, Permission.VIEW_RECORDS, held.division_id, day_of(at))
    held.paused_at = None
    _keep(held, "paused_at")
    _note("webhook.resumed", held, by, at)
    return held


@transaction.atomic
def end(*, subscription: Subscription, by: User, at: datetime, expected_version: int | None) -> Subscription:
    """Nothing is told any more, for ever; what was delivered stays readable."""
    held = _held(subscription, by, expected_version)
    held.ended_at = at
    _keep(held, "ended_at")
    _note("webhook.ended", held, by, at)
    return held


def keys_of(subscription: Subscription, at: datetime) -> dict[str, str]:
    """The keys that sign at that moment, by their names."""
    keys = {subscription.key_name: decrypt(subscription.key_token)}
    if subscription.earlier_token is not None and subscription.earlier_until and at < subscription.earlier_until:
        keys[subscription.earlier_name] = decrypt(subscription.earlier_token)
    return keys


def _held(subscription: Subscription, by: User, expected_version: int | None) -> Subscription:
    held: Subscription = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if held.owner_id != by.pk:
        raise NotAllowed(_("Only who subscribed may do this."))
    check_version(held, expected_version)
    if held.ended_at is not None:
        raise Conflict(_("The subscription has ended."))
    return held


def _keep(held: Subscription, *names: str) -> None:
    held.version += 1
    held.save(update_fields=[*names, "version"])


def _check(kinds: Iterable[str], address: str) -> None:
    for kind in kinds:
        if kind not in KINDS:
            told = {"name": kind, "known": ", ".join(KINDS)}
            raise Invalid(
                _("There is no kind “%(name)s”. Known here: %(known)s.") % told, code="unknown_kind", field="kinds"
            )
    if len(address) > LONGEST_ADDRESS or not is_well_formed(address):
        raise Invalid(_("Give an address such as https://example.org/changes, without a password."), field="address")
    place = address_within(address)
    if place is not None and not is_open(place, settings.WEBHOOK_NETWORKS):
        sentence = _("No delivery may go to %(place)s: it is not on the public Internet.") % {"place": place}
        raise Invalid(sentence, code="closed_address", field="address")


def _sorted(kinds: Iterable[str]) -> list[str]:
    return [kind for kind in KINDS if kind in set(kinds)]


def _new_key() -> tuple[str, str]:
    return secrets.token_hex(4), secrets.token_urlsafe(32)


def _note(action: str, held: Subscription, by: User, at: datetime, **told: object) -> None:
    audit.write([audit.entry(action=action, subject=held, by=by, at=at, division_code=held.division_id, changes=told)])
