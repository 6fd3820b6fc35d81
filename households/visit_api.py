"""Visits for API clients: the list, one visit, and logging one; photos come by the form of the site."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from common.api import one_row
from common.json_api import MomentField, Sent
from common.moments import day_of
from common.names import choices
from households.access import household_for
from households.api import DIVISION, Orders, PlacedRows
from households.filters import VisitFilter
from households.models import Household, Visit
from households.operations import visits
from households.operations.visits import Submission
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example
from households.rules.visits import ANSWERS, LONGEST_FINDINGS, PURPOSES, Position, Purpose

VISIT_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    "case": None,
    **VILLAGE,
    "purpose": "routine",
    "visited_by": "li.mei",
    "happened_at": "2022-04-01T02:30:00+00:00",
    "received_at": "2022-04-01T10:00:00+00:00",
    "answers": {"must_see": {"drinking_water": "problem"}},
    "findings": "饮水有问题",
    "next_visit_on": "2022-05-01",
    "latitude": "36.736354",
    "longitude": "103.260900",
    "accuracy": 15,
    "signed_name": "张三",
    "device": "phone 7",
    "supersedes": None,
    "reason": "",
}


@extend_schema_serializer(examples=[example(**VISIT_EXAMPLE)])
class VisitRow(OfHousehold, serializers.ModelSerializer[Visit]):
    """A visit as it was sent; a later one may take its place and names it in `supersedes`."""

    case = serializers.UUIDField(source="case_id", allow_null=True)
    visited_by = serializers.CharField(source="visited_by.username")
    answers = serializers.DictField(help_text="By checklist and item: fine or problem.")
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)

    class Meta:
        model = Visit
        fields = tuple(VISIT_EXAMPLE)


class VisitSent(Sent):
    """A visit to log; `id` is chosen by the client, and the same visit sent again is kept once."""

    id = serializers.UUIDField()
    household = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices(PURPOSES))
    happened_at = MomentField(help_text="By the clock of the device, with its offset from UTC.")
    answers = serializers.DictField(
        child=serializers.DictField(child=serializers.ChoiceField(choices(ANSWERS))),
        default=dict,
    )
    findings = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_FINDINGS)
    next_visit_on = serializers.DateField(default=None, allow_null=True)
    latitude = serializers.DecimalField(
        9, 6, default=None, allow_null=True, min_value=Decimal(-90), max_value=Decimal(90)
    )
    longitude = serializers.DecimalField(
        9, 6, default=None, allow_null=True, min_value=Decimal(-180), max_value=Decimal(180)
    )
    accuracy = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=1_000_000)
    signed_name = serializers.CharField(default="", allow_blank=True, max_length=100)
    device = serializers.CharField(default="", allow_blank=True, max_length=80)


@extend_schema_view(
    list=extend_schema(summary="Visits to households", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One visit"),
)
class VisitViewSet(PlacedRows):
    """Visits: what was found at a household; rows are added, never changed."""

    queryset = Visit.objects.filter(household__removed_at__isnull=True)
    serializer_class = VisitRow
    filterset_class = VisitFilter
    orders: Orders = {"happened_at": ("happened_at", "id"), "id": ("id",)}

    @extend_schema(summary="Log a visit", request=VisitSent, responses={200: VisitRow})
    def create(self, request: Request) -> HttpResponse:
        """Keeps the visit and answers with it; sent again, it answers the same and keeps nothing twice."""
        now = timezone.now()
        told = VisitSent.read(request)
        household = household_for(request.user, told["household"], day_of(now), "household")
        kept = visits.log(visit=_submission(told, household), by=request.user, at=now)
        return one_row(kept, VisitRow)


def _submission(told: dict[str, Any], household: Household) -> Submission:
    has_place = told["latitude"] is not None and told["longitude"] is not None
    names = ("happened_at", "answers", "findings", "next_visit_on", "signed_name", "device")
    return Submission(
        key=told["id"],
        household=household,
        purpose=Purpose(told["purpose"]),
        position=Position(told["latitude"], told["longitude"], told["accuracy"]) if has_place else None,
        **{name: told[name] for name in names},
    )
