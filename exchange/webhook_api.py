"""Webhooks for API clients: subscribing to changes, changing and ending it, and what became of each message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import django_filters
import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from common import rows as row_texts
from common.api import RowViewSet, as_json, one_row
from common.json_api import Sent, VersionField
from common.names import choices
from common.refusals import seen
from exchange.models import Delivery, Subscription
from exchange.operations import deliveries, subscriptions
from exchange.rules.changes import KINDS
from exchange.rules.webhooks import DELIVERY_STATES, LONGEST_ADDRESS
from households.models import Division
from households.rows_api import KEY, OTHER_KEY, example

STATE_CHOICES = choices(DELIVERY_STATES)
KIND_CHOICES = [(kind, name.en) for kind, name in KINDS.items()]
SUBSCRIPTION_EXAMPLE = {
    "id": KEY,
    "division": "620121",
    "kinds": ["households", "cases"],
    "address": "https://bureau.example.org/changes",
    "key_name": "5f1c9a02",
    "earlier_name": "",
    "earlier_until": None,
    "began_at": "2022-04-01T10:00:00+08:00",
    "paused_at": None,
    "ended_at": None,
    "version": 1,
}
MESSAGE_EXAMPLE = {
    "id": KEY,
    "subscription": OTHER_KEY,
    "position": 42,
    "kind": "households",
    "record": OTHER_KEY,
    "state": "failed",
    "attempts": 2,
    "queued_at": "2022-04-01T10:00:00+08:00",
    "next_at": "2022-04-01T10:02:30+08:00",
    "ended_at": None,
    "answer": "HTTP 503",
}


@extend_schema_serializer(examples=[example(**SUBSCRIPTION_EXAMPLE)])
class SubscriptionRow(serializers.ModelSerializer[Subscription]):
    """A subscription to changes; no kind named: all of them."""

    division = serializers.CharField(source="division_id")
    kinds = serializers.ListField(child=serializers.ChoiceField(KIND_CHOICES))

    class Meta:
        model = Subscription
        fields = tuple(SUBSCRIPTION_EXAMPLE)


@extend_schema_serializer(examples=[example(**SUBSCRIPTION_EXAMPLE, key="hT2…")])
class SubscriptionWithKey(SubscriptionRow):
    """A subscription with the key that signs, which is told this once."""

    key = serializers.CharField()

    class Meta(SubscriptionRow.Meta):
        fields = (*SUBSCRIPTION_EXAMPLE, "key")


@extend_schema_serializer(examples=[example(**MESSAGE_EXAMPLE)])
class MessageRow(serializers.ModelSerializer[Delivery]):
    """One change on its way to a subscriber."""

    subscription = serializers.UUIDField(source="subscription_id")
    state = serializers.ChoiceField(STATE_CHOICES)

    class Meta:
        model = Delivery
        fields = tuple(MESSAGE_EXAMPLE)


class SubscriptionTerms(Sent):
    """What is told, and where."""

    kinds = serializers.ListField(child=serializers.ChoiceField(KIND_CHOICES), default=list)
    address = serializers.CharField(max_length=LONGEST_ADDRESS)


class SubscriptionWish(SubscriptionTerms):
    """Changes of which division are told, and where."""

    division = serializers.CharField(max_length=12)


class SubscriptionSeen(Sent):
    """The version of the subscription that was read."""

    expected_version = VersionField()


class SubscriptionChange(SubscriptionTerms, SubscriptionSeen):
    """What shall be told from now on, and where."""


CHANGED: dict[int, Any] = {
    200: SubscriptionRow,
    409: OpenApiResponse(description="The subscription is not in a state that permits this."),
    412: OpenApiResponse(description="It was changed since the version that you name."),
}
WITH_KEY: dict[int, Any] = {**CHANGED, 200: SubscriptionWithKey}
Act = Callable[..., Subscription]


@extend_schema_view(
    list=extend_schema(summary="Your subscriptions to changes"), retrieve=extend_schema(summary="One subscription")
)
class WebhookViewSet(RowViewSet):
    """Your own subscriptions: changes are sent to an address of yours, signed, in order, again after failures."""

    queryset = Subscription.objects.order_by()
    serializer_class = SubscriptionRow
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"id": ("id",), "began_at": ("began_at", "id")}

    def get_queryset(self) -> QuerySet[Subscription]:
        return super().get_queryset().filter(owner=self.request.user.pk)

    @extend_schema(
        summary="Subscribe to changes; the key is told this once",
        request=SubscriptionWish,
        responses=WITH_KEY,
        filters=False,
    )
    def create(self, request: Request) -> HttpResponse:
        """Tells what happens from now on; what was before stands in the feed."""
        told = SubscriptionWish.read(request)
        division = seen(Division.objects.filter(pk=told.pop("division")).first(), "division")
        made, key = subscriptions.subscribe(division=division, **told, by=request.user, at=timezone.now())
        return _answer(made, key)

    @extend_schema(summary="Change what is told, or where", request=SubscriptionChange, responses=CHANGED)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def change(self, request: Request, id: str) -> HttpResponse:
        """From the next change on."""
        return self._act(subscriptions.change, SubscriptionChange, request, id)

    @extend_schema(
        summary="Sign by another key; the one before signs beside it for two days",
        request=SubscriptionSeen,
        responses=WITH_KEY,
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def rotate(self, request: Request, id: str) -> HttpResponse:
        """The new key is told this once."""
        held = self.record(id)
        told = SubscriptionSeen.read(request)
        return _answer(*subscriptions.rotate(subscription=held, **told, by=request.user, at=timezone.now()))

    @extend_schema(summary="Pause a subscription; nothing is missed", request=SubscriptionSeen, responses=CHANGED)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def pause(self, request: Request, id: str) -> HttpResponse:
        """Nothing is sent until it goes on."""
        return self._act(subscriptions.pause, SubscriptionSeen, request, id)

    @extend_schema(summary="Go on with a paused subscription", request=SubscriptionSeen, responses=CHANGED)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def resume(self, request: Request, id: str) -> HttpResponse:
        """It goes on where it stood."""
        return self._act(subscriptions.resume, SubscriptionSeen, request, id)

    @extend_schema(summary="End a subscription", request=SubscriptionSeen, responses=CHANGED)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def end(self, request: Request, id: str) -> HttpResponse:
        """Nothing is told any more, for ever."""
        return self._act(subscriptions.end, SubscriptionSeen, request, id)

    def _act(self, act: Act, wish: type[Sent], request: Request, key: str) -> HttpResponse:
        held = self.record(key)
        return _answer(act(subscription=held, **wish.read(request), by=request.user, at=timezone.now()))


class MessageFilter(django_filters.FilterSet):
    """Filters of messages."""

    subscription = django_filters.UUIDFilter(field_name="subscription_id", help_text="Of this subscription.")
    state = django_filters.ChoiceFilter(choices=STATE_CHOICES)
    record = django_filters.CharFilter(help_text="Of this record.", max_length=36)

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()


@extend_schema_view(
    list=extend_schema(summary="What became of each message"), retrieve=extend_schema(summary="One message")
)
class WebhookMessageViewSet(RowViewSet):
    """Every message of your subscriptions: waiting, delivered, failed and to be tried again, or given up."""

    queryset = Delivery.objects.order_by()
    serializer_class = MessageRow
    filterset_class = MessageFilter
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"position": ("position", "id"), "id": ("id",)}

    def get_queryset(self) -> QuerySet[Delivery]:
        return super().get_queryset().filter(subscription__owner=self.request.user.pk)

    @extend_schema(summary="Send a message once more", request=None, responses={200: MessageRow, 409: CHANGED[409]})
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def replay(self, request: Request, id: str) -> HttpResponse:
        """Also one that was delivered, or given up."""
        found = self.record(id)
        deliveries.replay(delivery=found, by=request.user, at=timezone.now())
        return one_row(found, MessageRow)


def _answer(held: Subscription, key: str | None = None) -> HttpResponse:
    rows = Subscription.objects.filter(pk=held.pk).order_by()
    (text,) = row_texts.every(rows, row_texts.columns_of(SubscriptionRow))
    told = orjson.loads(text) | ({"key": key} if key else {})
    answer = as_json(orjson.dumps(told))
    if key:
        answer.headers["Cache-Control"] = "no-store"
    return answer
