"""Deliveries of changes to subscribers: queued from the feed, taken to be sent, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.moments import day_of
from common.refusals import Conflict, NotAllowed
from exchange.models import Delivery, Subscription
from exchange.operations import feed
from exchange.rules.changes import Reach, kinds_read
from exchange.rules.webhooks import UNDELIVERED, DeliveryState, next_try
from households import access

CHANGES_AT_ONCE, DELIVERIES_AT_ONCE = 1000, 10
# Longer than the slowest delivery takes: after it a killed sender's deliveries are free for the next one.
TAKEN_FOR = timedelta(minutes=5)
LONGEST_ANSWER = 200
# How long nothing is tried where nobody answered at all.
REST = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver answered: whether that was fine, in words, and whether there was nobody to answer at all."""

    is_fine: bool
    answer: str
    is_away: bool = False


@transaction.atomic
def queue(*, subscription: Subscription, at: datetime) -> bool:
    """Queue what has changed since the subscription's position, each change once; gives whether more is there.

    A subscription whose owner may no longer read there is paused.
    """
    held = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if held.paused_at is not None or held.ended_at is not None:
        return False
    if not access.can(held.owner, Permission.VIEW_RECORDS, held.division_id, day_of(at)):
        held.paused_at = at
        held.save(update_fields=("paused_at",))
        return False
    reach, kinds = Reach((held.division_id,)), kinds_read(held.kinds)
    page = feed.read(after=held.position, last=feed.settle(), reach=reach, kinds=kinds, size=CHANGES_AT_ONCE)
    Delivery.objects.bulk_create(
        Delivery(
            subscription=held,
            position=entry.position,
            kind=entry.kind,
            record=entry.record,
            queued_at=at,
            next_at=at,
        )
        for entry in page.entries
    )
    held.position = page.upto
    held.save(update_fields=("position",))
    return page.has_more


@transaction.atomic
def take(*, subscription: Subscription, at: datetime) -> list[Delivery]:
    """Deliveries to be sent now, taken for a while: nobody else sends them meanwhile."""
    due = Delivery.objects.filter(subscription=subscription).due(at).order_by("position")
    keys = list(due.values_list("pk", flat=True)[:DELIVERIES_AT_ONCE])
    rows = list(Delivery.objects.select_for_update(skip_locked=True).filter(pk__in=keys).due(at).order_by("position"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(taken_until=at + TAKEN_FOR)
    return rows


@transaction.atomic
def rest(*, subscription: Subscription, at: datetime) -> None:
    """Nobody answers there: what is taken is free again, and what is due waits a while before it is tried."""
    held = Delivery.objects.filter(subscription=subscription, state__in=UNDELIVERED)
    held.filter(taken_until__isnull=False).update(taken_until=None)
    held.filter(next_at__lt=at + REST).update(next_at=at + REST)


@transaction.atomic
def record(*, delivery: Delivery, outcome: Outcome, at: datetime) -> Delivery:
    """What became of a delivery that was sent; a failed one is tried again later, for days."""
    held: Delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if held.state == DeliveryState.DELIVERED:
        return held
    held.attempts += 1
    held.first_tried_at = held.first_tried_at or at
    held.taken_until, held.answer = None, outcome.answer[:LONGEST_ANSWER]
    again = None if outcome.is_fine else next_try(held.attempts, held.first_tried_at, at)
    if outcome.is_fine:
        held.state, held.ended_at = DeliveryState.DELIVERED.value, at
    elif again is None:
        held.state, held.ended_at = DeliveryState.GIVEN_UP.value, at
    else:
        held.state, held.next_at = DeliveryState.FAILED.value, again
    held.save()
    return held


@transaction.atomic
def replay(*, delivery: Delivery, by: User, at: datetime) -> Delivery:
    """The delivery is made once more, now: also one that was delivered or given up."""
    rows = Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related("subscription")
    held: Delivery = rows.get(pk=delivery.pk)
    if held.subscription.owner_id != by.pk:
        raise NotAllowed(_("Only who subscribed may do this."))
    if held.subscription.ended_at is not None:
        raise Conflict(_("The subscription has ended."))
    held.state, held.next_at, held.taken_until = DeliveryState.WAITING.value, at, None
    held.first_tried_at = held.ended_at = None
    held.attempts = 0
    held.save()
    code = held.subscription.division_id
    audit.write([audit.entry(action="webhook.replayed", subject=held, by=by, at=at, division_code=code)])
    return held
