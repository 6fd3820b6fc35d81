"""Cases, figures and reconciliations for API clients, read only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from common.api import COUNT, KeysetPages, KnownParameters
from common.refusals import NotFound
from households.models import CaseSpan
from reports import case_list, documents
from reports.figures import figures
from reports.filters import CaseFilter
from reports.forms import scope_from
from reports.indicators import INDICATORS, Indicator
from reports.query import Scope, spans, with_landed
from reports.reconciliation import reconcile
from reports.sources import by_id, shipped

SCOPE_PARAMETERS = [
    OpenApiParameter("division", str, description="Code of a division within your postings (default: your posting)."),
    OpenApiParameter("as_of", date, description="Day, for example 2022-09-05 (default: today)."),
    OpenApiParameter("period_start", date, description="First day of the period (default: 1 January)."),
    OpenApiParameter("known_at", datetime, description="As known at that moment (default: now)."),
]
SCOPE_NAMES = frozenset(parameter.name for parameter in SCOPE_PARAMETERS)


class CaseSerializer(serializers.ModelSerializer):
    """A case as it stood on the day asked for."""

    id = serializers.UUIDField(source="case_id")
    household = serializers.UUIDField(source="household_id")
    village = serializers.CharField(source="village_id")
    village_name = serializers.CharField(source="village.name")
    measures = serializers.ListField(source="landed", child=serializers.CharField())

    class Meta:
        model = CaseSpan
        fields = (
            "id",
            "household",
            "village",
            "village_name",
            "status",
            "household_type",
            "persons",
            "has_no_labour",
            "risks",
            "identified_on",
            "eliminated_on",
            "elimination_way",
            "measures",
        )


class IndicatorSerializer(serializers.Serializer):
    """An indicator's declaration."""

    id = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    kind = serializers.CharField()
    bases = serializers.ListField(child=serializers.CharField())
    is_computable = serializers.BooleanField()
    needs = serializers.CharField(allow_null=True)


class ValueSerializer(serializers.Serializer):
    """One reading of a figure."""

    basis = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)


class FigureSerializer(IndicatorSerializer):
    """An indicator with its values in the scope asked for; none where its records are not kept."""

    values = ValueSerializer(many=True)


class ScopeSerializer(serializers.Serializer):
    """Where and when figures were read."""

    division = serializers.CharField()
    as_of = serializers.DateField()
    period_start = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)


class FiguresSerializer(ScopeSerializer):
    """All figures of a scope."""

    results = FigureSerializer(many=True)


class SourceSerializer(serializers.Serializer):
    """A published source that figures can be held against."""

    id = serializers.CharField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    published_on = serializers.DateField()
    division = serializers.CharField()
    as_of = serializers.DateField()
    period_start = serializers.DateField()


class FigureResultSerializer(serializers.Serializer):
    """A published figure; `computed` and `verdict` are objects by basis where the source leaves the basis open."""

    id = serializers.CharField()
    published = serializers.FloatField()
    step = serializers.FloatField()
    unit = serializers.CharField()
    basis = serializers.CharField(allow_null=True)
    at_least = serializers.BooleanField()
    computed = serializers.JSONField(allow_null=True)
    verdict = serializers.JSONField()
    explanation = serializers.CharField()
    doubt = serializers.CharField(allow_blank=True)


class IntervalSerializer(serializers.Serializer):
    """The values that one side of a relation can have."""

    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    low_open = serializers.BooleanField()
    high_open = serializers.BooleanField()


class RepairSerializer(serializers.Serializer):
    """What one figure would have to be for the relation to hold."""

    figure = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    integers = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    printed = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class RelationSerializer(serializers.Serializer):
    """A relation among published figures."""

    id = serializers.CharField()
    says = serializers.CharField()
    verdict = serializers.CharField()
    left = IntervalSerializer()
    right = IntervalSerializer()
    repairs = RepairSerializer(many=True)
    explanation = serializers.CharField()


class ReconciliationSerializer(ScopeSerializer):
    """A source's figures held against the records of a scope."""

    source = serializers.CharField()
    figures = FigureResultSerializer(many=True)
    relations = RelationSerializer(many=True)


class CasePages(KeysetPages):
    """Cases in the order of their keys."""

    ordering = "case_id"


def asked_scope(request: Request, permission: Permission) -> Scope:
    """The scope that a request asks for; a client with several postings must name the division."""
    asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    return scope_from(asked, user=request.user, permission=permission, now=timezone.now(), must_choose=True)


@extend_schema_view(
    list=extend_schema(
        summary="Cases as of a day",
        parameters=[
            *SCOPE_PARAMETERS,
            OpenApiParameter("indicator", str, description="Only the households that this indicator counts."),
            COUNT,
        ],
    ),
    retrieve=extend_schema(summary="One case as of a day", parameters=SCOPE_PARAMETERS),
)
class CaseViewSet(KnownParameters, viewsets.ReadOnlyModelViewSet):
    """Cases as they stood on a day, as known at a moment: the same rows that the figures count."""

    queryset = CaseSpan.objects.none()
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    pagination_class = CasePages
    parameters = SCOPE_NAMES | {"indicator"}
    lookup_field = "case_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[CaseSpan]:
        scope = asked_scope(self.request, Permission.VIEW_RECORDS)
        code = self.request.query_params.get("indicator")
        rows = spans(scope, _computable(code).numerator) if code else with_landed(scope)
        return rows.alias(since=case_list.since(scope)).select_related("village")


class IndicatorViewSet(KnownParameters, viewsets.GenericViewSet):
    """Every indicator with its values."""

    serializer_class = FigureSerializer
    pagination_class = None
    filter_backends = ()
    parameters = SCOPE_NAMES
    lookup_url_kwarg = "id"
    lookup_value_regex = r"[a-z_.]+"

    @extend_schema(
        operation_id="v1_indicators_list",
        summary="Figures of a scope",
        parameters=SCOPE_PARAMETERS,
        responses=forced_singular_serializer(FiguresSerializer),
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        values = figures(scope, INDICATORS.values())
        return Response({**documents.scope(scope), "results": [documents.figure(each) for each in values.values()]})

    @extend_schema(summary="One figure", parameters=SCOPE_PARAMETERS, responses=FigureSerializer)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 (the name in the address)
        indicator = INDICATORS.get(id)
        if indicator is None:
            raise NotFound(_("There is no indicator “%(id)s”.") % {"id": id})
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        return Response(documents.figure(figures(scope, [indicator])[id]))


class ReconciliationViewSet(KnownParameters, viewsets.GenericViewSet):
    """Published sources, each held against the records."""

    serializer_class = SourceSerializer
    pagination_class = None
    filter_backends = ()
    lookup_url_kwarg = "id"
    lookup_value_regex = r"[A-Za-z0-9._-]+"

    @property
    def parameters(self) -> frozenset[str]:  # type: ignore[override]
        return SCOPE_NAMES if self.action == "retrieve" else frozenset()

    @extend_schema(
        operation_id="v1_reconciliations_list", summary="Published sources", responses=SourceSerializer(many=True)
    )
    def list(self, request: Request) -> Response:
        return Response(SourceSerializer(list(shipped()), many=True).data)

    @extend_schema(summary="One source, reconciled", parameters=SCOPE_PARAMETERS, responses=ReconciliationSerializer)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 (the name in the address)
        source = by_id(id)
        asked = {"division": source.division, "as_of": source.as_of, "period_start": source.period_start}
        given = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
        scope = scope_from(
            {**asked, **given},
            user=request.user,
            permission=Permission.VIEW_FIGURES,
            now=timezone.now(),
            must_choose=True,
        )
        return Response(documents.reconciliation(reconcile(source, scope)))


def _computable(code: str) -> Indicator:
    indicator = INDICATORS.get(code)
    if indicator is None or not indicator.is_computable:
        raise NotFound(_("There is no indicator “%(id)s” with a list of households.") % {"id": code}, field="indicator")
    return indicator
