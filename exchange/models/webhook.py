"""Webhooks: who is told of which changes, at which address, and what became of each telling."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from common.ids import new_id
from common.names import choices
from exchange.rules.webhooks import DELIVERY_STATES, LONGEST_ADDRESS, UNDELIVERED, DeliveryState


class SubscriptionQuerySet(models.QuerySet):
    """Selections of subscriptions."""

    def live(self) -> Self:
        """Subscriptions that are told of changes."""
        return self.filter(paused_at__isnull=True, ended_at__isnull=True)


class Subscription(models.Model):
    """`owner` is told at `address` of changes of `kinds` (none named: all) in `division` beyond `position`.

    Keys are encrypted; the one before goes on signing until `earlier_until`. A paused one misses nothing: it goes on
    where it stood. An ended one stays readable.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions")
    division = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    position = models.BigIntegerField()
    key_name = models.CharField(max_length=20)
    key_token = models.BinaryField()
    earlier_name = models.CharField(max_length=20, blank=True)
    earlier_token = models.BinaryField(null=True)
    earlier_until = models.DateTimeField(null=True)
    began_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(address=""), name="subscription_has_an_address"),
            models.CheckConstraint(
                condition=Q(earlier_name="", earlier_token__isnull=True, earlier_until__isnull=True)
                | (Q(earlier_token__isnull=False, earlier_until__isnull=False) & ~Q(earlier_name="")),
                name="subscription_earlier_key_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.address


class DeliveryQuerySet(models.QuerySet):
    """Selections of deliveries."""

    def due(self, at: datetime) -> Self:
        """Deliveries to be tried at that moment: none of a record of which an earlier one is still to be delivered."""
        same = {name: OuterRef(name) for name in ("subscription", "kind", "record")}
        earlier = Delivery.objects.filter(state__in=UNDELIVERED, position__lt=OuterRef("position"), **same)
        free = Q(taken_until__isnull=True) | Q(taken_until__lte=at)
        live = Q(subscription__paused_at__isnull=True, subscription__ended_at__isnull=True)
        return self.filter(free, live, ~Exists(earlier), state__in=UNDELIVERED, next_at__lte=at)


class Delivery(models.Model):
    """The change at `position` on its way to one subscriber; the record is read when it is sent.

    Somebody who sends it has taken it until `taken_until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    record = models.CharField(max_length=36)
    state = models.CharField(
        max_length=10,
        default=DeliveryState.WAITING.value,
        choices=choices(DELIVERY_STATES),
    )
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    first_tried_at = models.DateTimeField(null=True)
    taken_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("subscription", "kind", "record", "position"),
                condition=Q(state__in=UNDELIVERED),
                name="delivery_to_be_made",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("subscription", "position"), name="delivery_is_queued_once"),
            models.CheckConstraint(
                condition=Q(state__in=UNDELIVERED, ended_at__isnull=True)
                | (~Q(state__in=UNDELIVERED) & Q(ended_at__isnull=False)),
                name="delivery_ended_says_when",
            ),
        )
        ordering = ("subscription", "position")

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"
