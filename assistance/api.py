"""Plans and measures for API clients, read only."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from assistance.filters import MeasureFilter, PlanFilter
from assistance.models import Measure, Plan
from households.api import DIVISION, Orders, PlacedRows
from households.rows_api import KEY, OTHER_KEY, THIRD_KEY, VILLAGE, example


@extend_schema_serializer(
    examples=[example(id=KEY, case=OTHER_KEY, **VILLAGE, number=1, drawn_up_on="2022-04-01", is_current=True)]
)
class PlanRow(serializers.ModelSerializer[Plan]):
    """A plan of a case (one household, one policy); one of them holds now."""

    case = serializers.UUIDField(source="case_id")
    village = serializers.CharField(source="village_id")
    village_name = serializers.CharField(source="village.name")

    class Meta:
        model = Plan
        fields = ("id", "case", "village", "village_name", "number", "drawn_up_on", "is_current")


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            plan=OTHER_KEY,
            case=THIRD_KEY,
            **VILLAGE,
            member=None,
            category="health",
            item="门诊慢特病办理",
            planned_on="2022-04-01",
            landed_on="2022-04-20",
            ended_on=None,
            amount="1200.00",
            withdrawn_at=None,
            withdrawal_reason="",
            version=2,
        )
    ]
)
class MeasureRow(serializers.ModelSerializer[Measure]):
    """One item of help, for a household or for one member of it; the amount is in yuan."""

    plan = serializers.UUIDField(source="plan_id")
    case = serializers.UUIDField(source="case_id")
    village = serializers.CharField(source="village_id")
    village_name = serializers.CharField(source="village.name")
    member = serializers.UUIDField(source="member_id", allow_null=True)

    class Meta:
        model = Measure
        fields = (
            "id",
            "plan",
            "case",
            "village",
            "village_name",
            "member",
            "category",
            "item",
            "planned_on",
            "landed_on",
            "ended_on",
            "amount",
            "withdrawn_at",
            "withdrawal_reason",
            "version",
        )


@extend_schema_view(
    list=extend_schema(summary="Plans of cases", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One plan"),
)
class PlanViewSet(PlacedRows):
    """Plans: what is to be done for a household."""

    queryset = Plan.objects.filter(case__household__removed_at__isnull=True)
    serializer_class = PlanRow
    filterset_class = PlanFilter
    orders: Orders = {"village": ("village_id", "id"), "drawn_up_on": ("drawn_up_on", "id"), "id": ("id",)}
    lookup_field = "id"


@extend_schema_view(
    list=extend_schema(summary="Measures for households", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One measure"),
)
class MeasureViewSet(PlacedRows):
    """Measures: each piece of help, from its planning to the day on which it landed."""

    queryset = Measure.objects.filter(case__household__removed_at__isnull=True)
    serializer_class = MeasureRow
    filterset_class = MeasureFilter
    orders: Orders = {"village": ("village_id", "id"), "landed_on": ("landed_on", "id"), "id": ("id",)}
    lookup_field = "id"
