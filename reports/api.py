"""Households, cases, figures and reconciliations for API clients; what changes a case is the lower apps' part."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Permission
from assistance.step_api import CaseSteps
from common import rows as row_texts
from common.api import KnownParameters, RowViewSet, as_json, chosen, tagged
from common.moments import day_of
from common.refusals import Invalid, NotFound
from households.access import division_for
from households.api import Orders, PlacedRows
from households.clue_api import Clues
from households.filters import CODE
from households.models import CaseSpan, Division, Household, Membership
from households.rows_api import HouseholdRow, MemberRow, masked
from households.rules.levels import CODE_LENGTHS, LEVELS, Level, level_of
from reports import case_list, documents, household_list
from reports.figures import figures, figures_by_place
from reports.filters import CaseFilter, HouseholdListFilter
from reports.forms import scope_from
from reports.indicators import INDICATORS, Indicator
from reports.query import Scope, spans, with_landed
from reports.reconciliation import reconcile
from reports.rows_api import (
    CaseRow,
    DocumentSearch,
    FigureSerializer,
    FiguresSerializer,
    HouseholdsFound,
    HouseholdWithMembers,
    ReconciliationSerializer,
    SourceSerializer,
    TrendSerializer,
)
from reports.sources import by_id, known
from reports.trends import month_ends, over

SCOPE_PARAMETERS = [
    OpenApiParameter(
        "division", str, pattern=CODE, description="A division within your postings (default: your posting)."
    ),
    OpenApiParameter("as_of", date, description="Day, for example 2022-09-05 (default: today)."),
    OpenApiParameter("period_start", date, description="First day of the period (default: 1 January)."),
    OpenApiParameter("known_at", datetime, description="As known at that moment (default: now)."),
]
SCOPE_NAMES = frozenset(parameter.name for parameter in SCOPE_PARAMETERS)
MOST_PLACES, MOST_MONTHS, USUAL_MONTHS = 2000, 60, 12
INDICATOR = OpenApiParameter(
    "indicator",
    str,
    enum=[code for code, each in INDICATORS.items() if each.is_computable],
    description="Only the cases that this indicator counts.",
)
BY = OpenApiParameter(
    "by", str, enum=[level.value for level in LEVELS], description="Also for each division of a level."
)
CODES = OpenApiParameter("indicators", str, description="Only these indicators, by comma.")
MONTHS = OpenApiParameter("months", int, description=f"Months before that of `as_of`: 1 to {MOST_MONTHS}.", default=12)


def asked_scope(request: Request, permission: Permission, *, usual_start: date | None = None, **usual: Any) -> Scope:
    """The scope that a request asks for; a client with several postings must name the division."""
    asked = usual | {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    if not asked:  # the usual case, and reading a form costs as much as reading its page
        today = day_of(timezone.now())
        place = division_for(request.user, "", permission, today, must_choose=True)
        return Scope(place, today, today.replace(month=1, day=1))
    return scope_from(
        asked,
        user=request.user,
        permission=permission,
        now=timezone.now(),
        usual_start=usual_start,
        must_choose=True,
    )


def everywhere(request: Request) -> Scope:
    """The days that the request for one record asks for, wherever the postings reach."""
    asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    scope = scope_from(asked, user=request.user, permission=Permission.VIEW_RECORDS, now=timezone.now())
    return scope if asked.get("division") else replace(scope, division="")


@extend_schema_view(
    list=extend_schema(summary="Households as of a day", parameters=SCOPE_PARAMETERS),
    retrieve=extend_schema(summary="One household with its members", responses=HouseholdWithMembers),
)
class HouseholdViewSet(PlacedRows):
    """Households: the same rows, found by the same filters, as the list of the pages."""

    queryset = Household.objects.kept().order_by()
    serializer_class = HouseholdRow
    filterset_class = HouseholdListFilter
    parameters = SCOPE_NAMES
    orders: Orders = {"village": ("village_id", "id"), "registered_on": ("registered_on", "id"), "id": ("id",)}
    lookup_field = "id"

    def known_parameters(self) -> frozenset[str]:
        return SCOPE_NAMES if self.action == "search" else super().known_parameters()

    def prepare(self, request: Request) -> None:
        if self.action == "list":
            self.scope = asked_scope(request, Permission.VIEW_RECORDS)

    def key(self) -> Hashable:
        return None if self.is_narrowed() else (type(self), self.scope)

    def get_queryset(self) -> QuerySet[Household]:
        return household_list.households(self.scope).order_by() if self.action == "list" else super().get_queryset()

    def filter_options(self) -> dict[str, Any]:
        if household_list.is_document_number(self.request.query_params.get("q", "")):
            raise Invalid(
                _("A document number must not stand in an address. Send it to households/search."),
                code="document_number_in_address",
                field="q",
            )
        return {"scope": self.scope}

    def retrieve(self, request: Request, id: str) -> HttpResponse:  # noqa: A002 (the name in the address)
        columns = row_texts.columns_of(HouseholdRow)
        wanted = chosen({**columns, "members": None}, request.query_params.get("fields"))
        own = {name: column for name, column in wanted.items() if name in columns} or {"id": "id"}
        found = row_texts.every(self.get_queryset().filter(pk=id), own)
        if not found:
            raise NotFound(_("There is no such record, or none of your postings reaches it."))
        told = orjson.loads(found[0]) if own.keys() <= wanted.keys() else {}
        if "members" in wanted:
            members = Membership.objects.filter(household=id).order_by("joined_on", "id")
            rows = row_texts.every(members, row_texts.columns_of(MemberRow))
            told["members"] = [orjson.Fragment(masked(row)) for row in rows]
        return tagged(request, told)

    @extend_schema(
        summary="The household of a person, by the exact number of a document",
        parameters=SCOPE_PARAMETERS,
        request=DocumentSearch,
        responses=forced_singular_serializer(HouseholdsFound),
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def search(self, request: Request) -> HttpResponse:
        """Found by a keyed hash: who does not know the number finds nothing."""
        scope = asked_scope(request, Permission.VIEW_RECORDS)
        asked = DocumentSearch(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = household_list.households(scope)
        found = household_list.with_document(rows, scope, asked.validated_data["document_number"])
        texts = row_texts.every(found.order_by("pk"), row_texts.columns_of(HouseholdRow))
        return as_json(b'{"results":[%s]}' % ",".join(texts).encode())


@extend_schema_view(
    list=extend_schema(summary="Cases as of a day", parameters=[*SCOPE_PARAMETERS, INDICATOR]),
    retrieve=extend_schema(summary="One case as of a day", parameters=SCOPE_PARAMETERS),
)
class CaseViewSet(Clues, CaseSteps, RowViewSet):
    """Cases as they stood on a day, as known at a moment: the same rows that the figures count."""

    queryset = CaseSpan.objects.order_by()
    serializer_class = CaseRow
    filterset_class = CaseFilter
    scope_parameters = SCOPE_NAMES
    parameters = ("indicator",)
    orders: Orders = {
        "village": ("village_id", "case_id"),
        "identified_on": ("identified_on", "case_id"),
        "eliminated_on": ("eliminated_on", "case_id"),
        "id": ("case_id",),
    }
    lookup_field = "case_id"
    lookup_url_kwarg = "id"

    def prepare(self, request: Request) -> None:
        is_list = self.action == "list"
        self.scope = asked_scope(request, Permission.VIEW_RECORDS) if is_list else everywhere(request)
        self.code = request.query_params.get("indicator", "")

    def key(self) -> Hashable:
        return None if self.is_narrowed() else (type(self), self.scope, self.code)

    def get_queryset(self) -> QuerySet[CaseSpan]:
        if self.action != "list":
            return case_list.cases(self.scope).visible_to(self.request.user, day_of(timezone.now()))
        held = spans(self.scope, _computable(self.code).numerator) if self.code else with_landed(self.scope)
        return case_list.told(held, self.scope).order_by()

    def filter_options(self) -> dict[str, Any]:
        return {"scope": self.scope}


class IndicatorViewSet(KnownParameters, viewsets.GenericViewSet[Any]):
    """Every indicator with its values: of a scope, of each division in it, of each month before."""

    serializer_class = FigureSerializer
    pagination_class = None
    filter_backends = ()
    lookup_url_kwarg = "id"
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
    def retrieve(self, request: Request, id: str) -> HttpResponse:  # noqa: A002 (the name in the address)
        indicator = indicator_of(id)
        scope = asked_scope(request, Permission.VIEW_FIGURES)
        return tagged(request, documents.figure(figures(scope, [indicator])[id]))

    @extend_schema(
        summary="One figure, month by month",
        parameters=[*SCOPE_PARAMETERS, MONTHS],
        responses=forced_singular_serializer(TrendSerializer),
    )
    @action(detail=True)
    def trend(self, request: Request, id: str) -> HttpResponse:  # noqa: A002 (the name in the address)
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


class ReconciliationViewSet(KnownParameters, viewsets.GenericViewSet[Any]):
    """Published sources, each held against the records."""

    serializer_class = SourceSerializer
    pagination_class = None
    filter_backends = ()
    lookup_url_kwarg = "id"
    lookup_value_regex = r"[A-Za-z0-9._-]+"

    def known_parameters(self) -> frozenset[str]:
        return SCOPE_NAMES if self.action == "retrieve" else frozenset()

    @extend_schema(
        operation_id="v1_reconciliations_list", summary="Published sources", responses=SourceSerializer(many=True)
    )
    def list(self, request: Request) -> HttpResponse:
        return tagged(request, SourceSerializer(list(known().sources), many=True).data)

    @extend_schema(summary="One source, reconciled", parameters=SCOPE_PARAMETERS, responses=ReconciliationSerializer)
    def retrieve(self, request: Request, id: str) -> HttpResponse:  # noqa: A002 (the name in the address)
        source = by_id(id)
        usual = {"division": source.division, "as_of": source.as_of}
        scope = asked_scope(request, Permission.VIEW_FIGURES, usual_start=source.period_start, **usual)
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


def _computable(code: str) -> Indicator:
    indicator = INDICATORS.get(code)
    if indicator is None or not indicator.is_computable:
        told = {"id": code}
        sentence = _("There is no indicator “%(id)s” with a list of households.") % told
        raise Invalid(sentence, code="unknown_indicator", field="indicator")
    return indicator
