"""Figures and published sources for API clients: of a scope, by place, month by month, held against what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import ApiScope, Permission
from common.api import ToldViewSet, tagged
from common.moments import day_of
from common.refusals import Invalid, NotFound
from households.models import Division, Posting
from households.rules.levels import CODE_LENGTHS, LEVELS, Level, level_of
from reports import documents
from reports.api import SCOPE_NAMES, SCOPE_PARAMETERS, asked_scope
from reports.figures import figures, figures_by_place
from reports.forms import place_of_source, scope_of_source
from reports.indicators import INDICATORS, Indicator
from reports.query import Scope
from reports.reconciliation import reconcile
from reports.sources import by_id, known
from reports.trends import month_ends, over
from reports.values_api import (
    FigureSerializer,
    FiguresSerializer,
    ReconciliationSerializer,
    SourceSerializer,
    TrendSerializer,
)

MOST_PLACES, MOST_MONTHS, USUAL_MONTHS = 2000, 60, 12
BY = OpenApiParameter(
    "by", str, enum=[level.value for level in LEVELS], description="Also for each division of a level."
)
CODES = OpenApiParameter("indicators", str, description="Only these indicators, by comma.")
MONTHS = OpenApiParameter("months", int, description=f"Months before that of `as_of`: 1 to {MOST_MONTHS}.", default=12)


class IndicatorViewSet(ToldViewSet):
    """Every indicator with its values: of a scope, of each division in it, of each month before."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ApiScope.FIGURES_READ.value}
    serializer_class = FigureSerializer
    lookup_value_regex = r"[a-z_.]+"

    def known_parameters(self) -> frozenset[str]:
        more = {"list": ("by", "indicators"), "trend": ("months",)}
        return SCOPE_NAMES.union(more.get(self.action, ()))

    @extend_schema(
        operation_id="v1_indicators_list",
        summary="Figures of a scope",
        parameters=[*SCOPE_PARAMETERS, BY, CODES],
        responses=forced_singular_serializer(FiguresSerializer),
    )
    def list(self, request: Request) -> HttpResponse:
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        wanted = indicators_asked(request.query_params.get("indicators"))
        values = figures(scope, wanted)
        told = {**documents.scope(scope), "results": [documents.figure(each) for each in values.values()]}
        if request.query_params.get("by"):
            told["places"] = places(scope, wanted, level_asked(request.query_params["by"], scope))
        return tagged(request, told)

    @extend_schema(summary="One figure", parameters=SCOPE_PARAMETERS, responses=FigureSerializer)
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        indicator = indicator_of(id)
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        return tagged(request, documents.figure(figures(scope, [indicator])[id]))

    @extend_schema(
        summary="One figure, month by month",
        parameters=[*SCOPE_PARAMETERS, MONTHS],
        responses=forced_singular_serializer(TrendSerializer),
    )
    @action(detail=True)
    def trend(self, request: Request, id: str) -> HttpResponse:
        """As of the end of each month, in one query; figures of a period are those of the month."""
        indicator = indicator_of(id)
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        days = month_ends(scope.as_of, months_asked(request.query_params.get("months")))
        points = over([replace(scope, as_of=day, period_start=day.replace(day=1)) for day in days], [indicator])
        told = [
            {
                "as_of": point.scope.as_of.isoformat(),
                "period_start": point.scope.period_start.isoformat(),
                "values": documents.figure(point.figures[id])["values"],
            }
            for point in points
        ]
        return tagged(request, {**documents.scope(scope), "indicator": id, "points": told})


class ReconciliationViewSet(ToldViewSet):
    """Published sources that speak of your divisions or of one around them, each held against your records."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ApiScope.FIGURES_READ.value}
    serializer_class = SourceSerializer
    lookup_value_regex = r"[A-Za-z0-9._-]+"

    def known_parameters(self) -> frozenset[str]:
        return SCOPE_NAMES if self.action == "retrieve" else frozenset()

    @extend_schema(
        operation_id="v1_reconciliations_list", summary="Published sources", responses=SourceSerializer(many=True)
    )
    def list(self, request: Request) -> HttpResponse:
        codes = Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(timezone.now()))
        held = [source for source in known().sources if place_of_source(source, codes)]
        return tagged(request, SourceSerializer(held, many=True).data)

    @extend_schema(summary="One source, reconciled", parameters=SCOPE_PARAMETERS, responses=ReconciliationSerializer)
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        source = by_id(id)
        asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
        scope = scope_of_source(asked, source=source, user=request.user, now=timezone.now())
        return tagged(request, documents.reconciliation(reconcile(source, scope)))


def places(scope: Scope, wanted: Iterable[Indicator], level: Level) -> list[dict[str, Any]]:
    """The figures of each division of `level` within the scope, in the order of their codes."""
    wanted = list(wanted)
    inside = Division.objects.under(scope.division).at_level(level).in_force(scope.as_of)
    names = dict(inside.order_by("code").values_list("code", "name")[: MOST_PLACES + 1])
    if len(names) > MOST_PLACES:
        told = {"most": MOST_PLACES}
        raise Invalid(_("More than %(most)d divisions: ask for a smaller area.") % told, code="too_many", field="by")
    found = figures_by_place(scope, wanted, CODE_LENGTHS[level])
    nothing = figures(replace(scope, division=":"), wanted)  # of no division at all
    return [
        {
            "division": code,
            "name": names.get(code, code),
            "figures": {
                each.indicator.code: documents.figure(each)["values"] for each in found.get(code, nothing).values()
            },
        }
        for code in sorted({*names, *found})
    ]


def indicators_asked(text: str | None) -> list[Indicator]:
    """The indicators that are named, all where none is; Invalid for one that there is not."""
    if not text:
        return list(INDICATORS.values())
    for code in (codes := list(dict.fromkeys(text.split(",")))):
        if code not in INDICATORS:
            told = {"id": code}
            raise Invalid(_("There is no indicator “%(id)s”.") % told, code="unknown_indicator", field="indicators")
    return [INDICATORS[code] for code in codes]


def level_asked(text: str, scope: Scope) -> Level:
    """A level below the scope's division."""
    below = [level.value for level, length in CODE_LENGTHS.items() if length > len(scope.division)]
    if text not in below:
        told = {"known": ", ".join(below) or "–", "level": str(LEVELS[level_of(scope.division)])}
        raise Invalid(_("Below a %(level)s there are: %(known)s.") % told, code="invalid_parameter", field="by")
    return Level(text)


def months_asked(text: str | None) -> int:
    """How many months; Invalid outside 1 to 60."""
    if not text:
        return USUAL_MONTHS
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= MOST_MONTHS):
        told = {"most": MOST_MONTHS}
        raise Invalid(_("Ask for 1 to %(most)d months.") % told, code="invalid_parameter", field="months")
    return int(text)


def indicator_of(code: str) -> Indicator:
    """The indicator of that code; NotFound where there is none."""
    if code not in INDICATORS:
        raise NotFound(_("There is no indicator “%(id)s”.") % {"id": code}, code="unknown_indicator")
    return INDICATORS[code]
