"""Measures for API clients: the list, one measure, planning one, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import F
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from assistance.access import case_of, measure_of
from assistance.filters import MeasureFilter
from assistance.models import Measure
from assistance.models.measure import STATE
from assistance.models.span import TOLD
from assistance.operations import measures
from assistance.operations.planning import Help
from assistance.rules.categories import CATEGORIES, Category
from assistance.rules.states import STATES
from common.api import one_row
from common.json_api import Sent, VersionField
from common.moments import day_of
from common.names import choices
from common.refusals import Invalid
from households.api import DIVISION, DatedRows, Orders
from households.clue_api import RISK_CHOICES
from households.models import Member
from households.rows_api import KEY, OTHER_KEY, THIRD_KEY, VILLAGE, Placed, example
from households.rules.codes import Risk

STATE_CHOICES = choices(STATES)
CATEGORY_CHOICES = choices(CATEGORIES)
MEASURE_EXAMPLE = {
    "id": KEY,
    "plan": OTHER_KEY,
    "case": THIRD_KEY,
    **VILLAGE,
    "member": None,
    "risk": "illness",
    "category": "health",
    "item": "门诊慢特病办理",
    "responsible_unit": "县医保局",
    "responsible": "li.mei",
    "planned_on": "2022-04-01",
    "due_on": "2022-04-30",
    "started_on": "2022-04-05",
    "landed_on": "2022-04-20",
    "ended_on": None,
    "state": "landed",
    "amount": "1200.00",
    "evidence": "慢特病证",
    "withdrawn_at": None,
    "withdrawal_reason": "",
    "version": 2,
}


@extend_schema_serializer(examples=[example(**MEASURE_EXAMPLE)])
class MeasureRow(Placed, serializers.ModelSerializer[Measure]):
    """One item of help, for a household or for one member of it; the amount is in yuan, an empty risk is none."""

    plan = serializers.UUIDField(source="plan_id")
    case = serializers.UUIDField(source="case_id")
    member = serializers.UUIDField(source="member_id", allow_null=True)
    responsible = serializers.CharField(allow_null=True, help_text="The account of who is responsible.")
    state = serializers.ChoiceField(choices(STATES), help_text="How far it is.")

    class Meta:
        model = Measure
        fields = tuple(MEASURE_EXAMPLE)
        computed = {"state": STATE, "responsible": F("responsible__username")}


class MeasureWish(Sent):
    """A measure to plan, or with `landed_on` one that has landed already.

    `id` may be chosen by the client; the same measure sent again is recorded once.
    """

    id = serializers.UUIDField(default=None, allow_null=True)
    case = serializers.UUIDField()
    category = serializers.ChoiceField(CATEGORY_CHOICES)
    item = serializers.CharField(max_length=200)
    on = serializers.DateField()
    risk = serializers.ChoiceField(RISK_CHOICES, default="", allow_blank=True)
    member = serializers.UUIDField(default=None, allow_null=True)
    responsible_unit = serializers.CharField(default="", allow_blank=True, max_length=200)
    responsible = serializers.CharField(default="", allow_blank=True, max_length=150)
    due_on = serializers.DateField(default=None, allow_null=True)
    landed_on = serializers.DateField(default=None, allow_null=True)
    amount = serializers.DecimalField(14, 2, default=None, allow_null=True, min_value=0)
    evidence = serializers.CharField(default="", allow_blank=True, max_length=500)


class MeasureAmendment(Sent):
    """What is planned otherwise, and the version of the measure that was read; what is left out stays as it is."""

    category = serializers.ChoiceField(CATEGORY_CHOICES, required=False)
    item = serializers.CharField(max_length=200, required=False)
    on = serializers.DateField(required=False, help_text="The day on which it was planned.")
    risk = serializers.ChoiceField(RISK_CHOICES, allow_blank=True, required=False)
    member = serializers.UUIDField(allow_null=True, required=False)
    responsible_unit = serializers.CharField(allow_blank=True, max_length=200, required=False)
    responsible = serializers.CharField(allow_blank=True, max_length=150, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)
    amount = serializers.DecimalField(14, 2, allow_null=True, min_value=0, required=False)
    expected_version = VersionField(required=False, allow_null=True)


class MeasureStep(Sent):
    """On which day it was, and the version of the measure that was read."""

    on = serializers.DateField()
    expected_version = VersionField(allow_null=True, default=None)


class MeasureLanding(MeasureStep):
    """On which day the measure landed, and what shows it."""

    evidence = serializers.CharField(default="", allow_blank=True, max_length=500)


class MeasureWithdrawal(Sent):
    """Why the measure is withdrawn, and the version that was read."""

    reason = serializers.CharField(max_length=500)
    expected_version = VersionField(allow_null=True, default=None)


ANSWERS: dict[int, Any] = {
    200: MeasureRow,
    409: OpenApiResponse(description="The measure or its case is not in a state that permits this."),
    412: OpenApiResponse(description="The measure was changed since the version that you name."),
    428: OpenApiResponse(description="Name the version of the measure."),
}


@extend_schema_view(
    list=extend_schema(summary="Measures for households", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One measure"),
)
class MeasureViewSet(DatedRows):
    """Measures: each piece of help, from its planning to the day on which it landed."""

    protected: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("partial_update", "start", "land", "end", "withdraw"), "expected_version"
    )
    version_path = "version"
    queryset = Measure.objects.filter(case__household__removed_at__isnull=True)
    serializer_class = MeasureRow
    told_then: ClassVar[Mapping[str, str]] = TOLD
    filterset_class = MeasureFilter
    orders: Orders = {"village": ("village_id", "id"), "landed_on": ("landed_on", "id"), "id": ("id",)}

    @extend_schema(summary="Plan a measure", request=MeasureWish, responses=ANSWERS)
    def create(self, request: Request) -> HttpResponse:
        """The measure joins the current plan of the case, which is drawn up with the first."""
        now = timezone.now()
        return one_row(measures.plan(measure=_help(MeasureWish.read(request), request.user, now)), MeasureRow)

    @extend_schema(
        summary="Plan a measure otherwise",
        request=MeasureAmendment,
        responses=ANSWERS,
    )
    def partial_update(self, request: Request, **kwargs: str) -> HttpResponse:
        """As long as it has not landed."""
        now = timezone.now()
        measure = measure_of(request.user, UUID(kwargs["id"]), day_of(now))
        told = _as_planned(measure) | MeasureAmendment.read(request)
        version = told.pop("expected_version", None)
        planned = _help(told, request.user, now)
        return one_row(measures.amend(measure=measure, planned=planned, expected_version=version), MeasureRow)

    @extend_schema(summary="Begin a measure", request=MeasureStep, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def start(self, request: Request, **kwargs: str) -> HttpResponse:
        """Work on it began on that day."""
        return self._step(measures.start, MeasureStep, request, kwargs)

    @extend_schema(summary="Land a measure", request=MeasureLanding, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def land(self, request: Request, **kwargs: str) -> HttpResponse:
        """It reached the household on that day."""
        return self._step(measures.land, MeasureLanding, request, kwargs)

    @extend_schema(summary="End a measure", request=MeasureStep, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def end(self, request: Request, **kwargs: str) -> HttpResponse:
        """What had landed ended on that day."""
        return self._step(measures.end, MeasureStep, request, kwargs)

    @extend_schema(summary="Withdraw a measure", request=MeasureWithdrawal, responses=ANSWERS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def withdraw(self, request: Request, **kwargs: str) -> HttpResponse:
        """It was recorded in error, or is never given: it leaves every figure, and stays in the record."""
        return self._step(measures.withdraw, MeasureWithdrawal, request, kwargs)

    def _step(self, act: Any, wish: type[Sent], request: Request, kwargs: dict[str, str]) -> HttpResponse:
        now = timezone.now()
        measure = measure_of(request.user, UUID(kwargs["id"]), day_of(now))
        return one_row(act(measure=measure, **wish.read(request), by=request.user, at=now), MeasureRow)


def _as_planned(measure: Measure) -> dict[str, Any]:
    """A measure as a wish would say it."""
    names = ("category", "item", "risk", "responsible_unit", "due_on", "amount")
    return {
        **{name: getattr(measure, name) for name in names},
        "case": measure.case_id,
        "on": measure.planned_on,
        "member": measure.member_id,
        "responsible": measure.responsible.username if measure.responsible else "",
    }


def _help(told: dict[str, Any], by: User, at: datetime) -> Help:
    case = case_of(by, told.pop("case"), day_of(at))
    key, name = told.pop("member"), told.pop("responsible")
    member = Member.objects.filter(pk=key).first() if key else None
    who = User.objects.filter(username=name).first() if name else None
    if key and member is None:
        raise Invalid(_("This person is no member of the household."), field="member")
    if name and who is None:
        raise Invalid(_("There is no such account."), field="responsible")
    risk, category = told.pop("risk"), Category(told.pop("category"))
    return Help(
        case, by=by, at=at, category=category, risk=Risk(risk) if risk else None, member=member, responsible=who, **told
    )
