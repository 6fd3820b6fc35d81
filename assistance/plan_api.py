"""Plans for API clients: the list, one version, and drawing up a new one."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from assistance.access import case_of
from assistance.filters import PlanFilter
from assistance.models import Plan
from assistance.operations import plans
from common.api import one_row
from common.json_api import Sent, VersionField
from common.moments import day_of
from households.api import DIVISION, Orders, PlacedRows
from households.rows_api import KEY, OTHER_KEY, VILLAGE, Placed, example


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            case=OTHER_KEY,
            **VILLAGE,
            number=2,
            drawn_up_on="2022-04-01",
            is_current=True,
            note="新增因学风险",
            recorded_at="2022-04-01T10:00:00+00:00",
        )
    ]
)
class PlanRow(Placed, serializers.ModelSerializer[Plan]):
    """A version of the plan of a case (one household, one policy); one of them holds now."""

    case = serializers.UUIDField(source="case_id")

    class Meta:
        model = Plan
        fields = (
            "id",
            "case",
            "village",
            "village_name",
            "number",
            "drawn_up_on",
            "is_current",
            "note",
            "recorded_at",
        )


class PlanWish(Sent):
    """A version to draw up; `expected_version` is the number of the one that it follows, null where there is none."""

    case = serializers.UUIDField()
    on = serializers.DateField()
    note = serializers.CharField(default="", allow_blank=True, max_length=500)
    expected_version = VersionField(allow_null=True, default=None)


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

    @extend_schema(
        summary="Draw up a version of a plan",
        request=PlanWish,
        responses={
            200: PlanRow,
            409: OpenApiResponse(description="The case is closed."),
            412: OpenApiResponse(description="Another version holds than the one that you name."),
            428: OpenApiResponse(description="The case has a plan; name its number."),
        },
    )
    def create(self, request: Request) -> HttpResponse:
        """The version becomes the current one; what stands of the version before is part of it."""
        told, now = PlanWish.read(request), timezone.now()
        case = case_of(request.user, told.pop("case"), day_of(now))
        drawn_up = plans.draw_up(case=case, **told, by=request.user, at=now)
        return one_row(drawn_up, PlanRow)
