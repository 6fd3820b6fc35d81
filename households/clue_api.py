"""Reporting a clue by the API: it opens a case."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from common.json_api import Sent
from common.moments import day_of
from common.names import choices
from households.access import household_for
from households.models import Case
from households.operations import cases
from households.rows_api import KEY, example
from households.rules.admission import RiskFound
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, RISKS, Disaster, HouseholdType, Risk
from households.rules.procedure import CLUE_SOURCES, LONGEST_TEXT, ClueSource
from households.workflow import STATUSES

STATUS_CHOICES = choices(STATUSES)
RISK_CHOICES = choices(RISKS)


class RiskSent(Sent):
    """A risk; a natural disaster names its kind, another risk says in the remark what it is."""

    risk = serializers.ChoiceField(RISK_CHOICES)
    disaster = serializers.ChoiceField(choices(DISASTERS), allow_null=True, default=None)
    remark = serializers.CharField(max_length=200, allow_blank=True, default="")


class ClueSent(Sent):
    """A clue that a household is at risk; with an `id` that the client chose, it opens one case however often sent."""

    id = serializers.UUIDField(default=None, allow_null=True)
    household = serializers.UUIDField()
    household_type = serializers.ChoiceField(choices(HOUSEHOLD_TYPES))
    risks = RiskSent(many=True)
    on = serializers.DateField(help_text="The day on which it was seen.")
    source = serializers.ChoiceField(choices(CLUE_SOURCES))
    told = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="", help_text="What the clue says.")
    has_no_labour = serializers.BooleanField(default=False)
    is_green_channel = serializers.BooleanField(default=False)


@extend_schema_serializer(examples=[example(id=KEY, status="reported", version=1)])
class CaseMoved(serializers.Serializer[Any]):
    """Where a case stands; the next change is based on `version`."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(STATUS_CHOICES)
    version = serializers.IntegerField()


class Clues:
    """The part of the cases' view that opens one."""

    @extend_schema(
        summary="Report a clue; it opens a case",
        request=ClueSent,
        responses={
            200: OpenApiResponse(CaseMoved, description="The clue was sent before under this key."),
            201: CaseMoved,
            409: OpenApiResponse(description="The household has an open case already."),
        },
        filters=False,
    )
    def create(self, request: Request) -> Response:
        """Registers the clue and answers with the case that it opens."""
        now = timezone.now()
        told = ClueSent.read(request)
        household = household_for(request.user, told.pop("household"), day_of(now), "household")
        key = told.pop("id")
        is_repeated = key is not None and Case.objects.filter(pk=key).exists()
        case = cases.report(
            household=household,
            key=key,
            household_type=HouseholdType(told.pop("household_type")),
            source=ClueSource(told.pop("source")),
            risks=[_risk(each) for each in told.pop("risks")],
            **told,
            by=request.user,
            at=now,
        )
        return Response(moved(case), status=status.HTTP_200_OK if is_repeated else status.HTTP_201_CREATED)


def moved(case: Case) -> dict[str, Any]:
    """Where the case stands now."""
    return {"id": case.pk, "status": case.status, "version": case.version}


def _risk(told: dict[str, Any]) -> RiskFound:
    disaster = Disaster(told["disaster"]) if told["disaster"] else None
    return RiskFound(Risk(told["risk"]), disaster, told["remark"])
