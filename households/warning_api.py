"""Warnings for API clients: the clues that the records propose, and deciding on one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from common.api import one_row
from common.json_api import Sent, VersionField
from common.names import choices
from households.api import DIVISION, Orders, PlacedRows
from households.filters import ClueFilter
from households.models import Clue
from households.operations import warnings
from households.operations.warnings import LONGEST_REASON
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example
from households.rules.admission import RiskFound
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, RISKS, Disaster, HouseholdType, Risk

RISK_CHOICES = choices(RISKS)
WARNING_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    **VILLAGE,
    "source": "record_check",
    "cause": "income_below_line",
    "facts": {"on": "2022-08-20", "net": "5120.00", "line": "6500.00"},
    "state": "open",
    "proposed_at": "2022-09-05T03:10:00+08:00",
    "decided_at": None,
    "decided_by": None,
    "reason": "",
    "case": None,
    "version": 1,
}


@extend_schema_serializer(examples=[example(**WARNING_EXAMPLE)])
class WarningRow(OfHousehold, serializers.ModelSerializer[Clue]):
    """A clue that the records propose; `facts` are its evidence, `case` what an accepted one led to."""

    facts = serializers.DictField(child=serializers.JSONField())
    decided_by = serializers.CharField(source="decided_by.username", allow_null=True)
    case = serializers.UUIDField(source="case_id", allow_null=True)

    class Meta:
        model = Clue
        fields = tuple(WARNING_EXAMPLE)


class Acceptance(Sent):
    """As what a clue is accepted; a natural disaster names its kind, another risk says what it is."""

    household_type = serializers.ChoiceField(choices(HOUSEHOLD_TYPES))
    risk = serializers.ChoiceField(RISK_CHOICES)
    disaster = serializers.ChoiceField(choices(DISASTERS), allow_null=True, default=None)
    remark = serializers.CharField(max_length=200, allow_blank=True, default="")
    told = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
    version = VersionField(allow_null=True, default=None)


class Dismissal(Sent):
    """Why a clue is dismissed, and which version of it was seen."""

    reason = serializers.CharField(max_length=LONGEST_REASON)
    version = VersionField(allow_null=True, default=None)


ANSWERS = {
    200: WarningRow,
    412: OpenApiResponse(description="Somebody decided since the version that you name."),
    428: OpenApiResponse(description="Name the version of the clue."),
}


@extend_schema_view(
    list=extend_schema(summary="Clues that the records propose", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One clue"),
)
class WarningViewSet(PlacedRows):
    """Clues that the records propose; with `state=open` those that wait for a decision."""

    protected: ClassVar[Mapping[str, str]] = {"accept": "version", "dismiss": "version"}
    version_path = "version"
    queryset = Clue.objects.filter(household__removed_at__isnull=True)
    serializer_class = WarningRow
    filterset_class = ClueFilter
    orders: Orders = {"proposed_at": ("proposed_at", "id"), "village": ("village_id", "id"), "id": ("id",)}

    @extend_schema(summary="Accept a clue: it becomes a case", request=Acceptance, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def accept(self, request: Request, id: str) -> HttpResponse:
        clue, told = self.record(id), Acceptance.read(request)
        disaster = Disaster(told["disaster"]) if told["disaster"] else None
        warnings.accept(
            clue=clue,
            household_type=HouseholdType(told["household_type"]),
            risk=RiskFound(Risk(told["risk"]), disaster, told["remark"]),
            told=told["told"],
            by=request.user,
            at=timezone.now(),
            expected_version=told["version"],
        )
        return one_row(clue, WarningRow)

    @extend_schema(summary="Dismiss a clue", request=Dismissal, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def dismiss(self, request: Request, id: str) -> HttpResponse:
        clue, told = self.record(id), Dismissal.read(request)
        warnings.dismiss(
            clue=clue, reason=told["reason"], by=request.user, at=timezone.now(), expected_version=told["version"]
        )
        return one_row(clue, WarningRow)
