"""Households and cases for API clients; what changes a case is the lower apps' part."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar

import orjson
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import ApiScope, Permission
from assistance.step_api import CaseSteps
from common import rows as row_texts
from common.api import KeysetPages, RowsWithMore, as_json
from common.filters import refusal_of
from common.moments import day_of
from common.refusals import Invalid
from households.access import division_for
from households.api import Orders
from households.clue_api import Clues
from households.filters import CODE
from households.models import CaseSpan, Household, Membership
from households.models.reach import entrusted
from households.rows_api import HouseholdRow, MemberRow, masked
from reports import case_list, documents, facts, household_list, list_rows
from reports.filters import CaseFilter, HouseholdListFilter
from reports.forms import days_from, scope_from
from reports.indicators import INDICATORS, Kind
from reports.query import Scope
from reports.rows_api import (
    CaseRow,
    DocumentSearch,
    HouseholdListed,
    HouseholdsFound,
    HouseholdWithMembers,
)
from reports.rules.periods import days_read
from reports.values_api import SCOPE_EXAMPLE

SCOPE_PARAMETERS = [
    OpenApiParameter(
        "division", str, pattern=CODE, description="A division within your postings (default: your posting)."
    ),
    OpenApiParameter(
        "as_of",
        date,
        description="Day, for example 2022-09-05 (default: as on the pages, today; in a demonstration its last day).",
    ),
    OpenApiParameter(
        "period_start",
        date,
        description="First day of the period (default: 1 January of that year; in a demonstration its first day).",
    ),
    OpenApiParameter("known_at", datetime, description="As known at that moment (default: now)."),
]
SCOPE_NAMES = frozenset(parameter.name for parameter in SCOPE_PARAMETERS)
OF_LISTS = frozenset({"since", "identified_day", "measures_landed"})  # keys that are no columns of a case
SCOPE_TOLD: dict[str, dict[str, Any]] = {
    "division": {"type": "string", "description": "The division whose rows are told."},
    "as_of": {"type": "string", "format": "date", "description": "The day as of which they are told."},
    "period_start": {"type": "string", "format": "date", "description": "First day of the period."},
    "known_at": {
        "type": "string",
        "format": "date-time",
        "nullable": True,
        "description": "As known at that moment; null for now.",
    },
}
INDICATOR = OpenApiParameter(
    "indicator",
    str,
    enum=[code for code, each in INDICATORS.items() if each.is_computable],
    description="Only the cases that this indicator counts.",
)


def asked_scope(request: Request, permission: Permission) -> Scope:
    """The scope that a request asks for; a client with several postings must name the division."""
    asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    opening, now = request.opening_period(), timezone.now()
    if asked:
        return scope_from(asked, user=request.user, permission=permission, now=now, opening=opening, must_choose=True)
    # The usual case, and reading a form costs as much as reading its page.
    today = day_of(now)
    place = division_for(request.user, "", permission, today, must_choose=True)
    day, start = days_read(as_of=None, period_start=None, opening=opening, usual=None, today=today)
    return Scope(place, day, start)


def everywhere(request: Request) -> Scope:
    """The days that the request for one record asks for, wherever postings and assignments reach."""
    asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    now, opening = timezone.now(), request.opening_period()
    if not asked.get("division") and entrusted(request.user, day_of(now)):
        return days_from(asked, now=now, opening=opening)
    scope = scope_from(asked, user=request.user, permission=Permission.VIEW_RECORDS, now=now, opening=opening)
    return scope if asked.get("division") else replace(scope, division="")


class ScopedPages(KeysetPages):
    """Pages that say where and when their rows were read."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        properties = {name: {**told, "example": SCOPE_EXAMPLE[name]} for name, told in SCOPE_TOLD.items()}
        return {
            **page,
            "required": [*SCOPE_TOLD, *page["required"]],
            "properties": properties | page["properties"],
        }


@extend_schema_view(
    list=extend_schema(summary="Households as of a day", parameters=SCOPE_PARAMETERS),
    retrieve=extend_schema(
        summary="One household as of a day, with its members",
        parameters=SCOPE_PARAMETERS,
        responses=HouseholdWithMembers,
    ),
)
class HouseholdViewSet(RowsWithMore):
    """Households: the same rows, found by the same filters in the same orders, as the list of the pages."""

    version_path = "version"
    api_scopes: ClassVar[Mapping[str, str]] = {"search": ApiScope.RECORDS_READ.value}
    queryset = Household.objects.order_by()
    serializer_class = HouseholdListed
    beside_columns = facts.OF_HOUSEHOLDS
    pagination_class = ScopedPages
    filterset_class = HouseholdListFilter
    scope_parameters = SCOPE_NAMES
    # The reverse of an order puts last what it puts first: of two ways to place what is missing each has its name.
    orders: Orders = {
        "village": ("village_id", "id"),
        "registered_on": ("registered_on", "id"),
        "id": ("id",),
        "head": ("head_order", "id"),
        "persons": ("persons_shown", "id"),
        "income": ("income_or_most", "id"),
        "income_missing_first": ("income_or_least", "id"),
        "identified_missing_first": ("identified_day", "id"),
        "eliminated_missing_first": ("eliminated_day", "id"),
        "measures": ("measures_landed", "id"),
    }

    def known_parameters(self) -> frozenset[str]:
        return SCOPE_NAMES if self.action == "search" else super().known_parameters()

    def prepare(self, request: Request) -> None:
        is_list = self.action == "list"
        self.scope = asked_scope(request, Permission.VIEW_RECORDS) if is_list else everywhere(request)

    def key(self) -> Hashable:
        return None if self.is_narrowed() else (type(self), self.scope)

    def get_queryset(self) -> QuerySet[Household]:
        if self.action == "list":
            return household_list.households(self.scope).order_by()
        return household_list.recorded(self.scope).visible_to(self.request.user, day_of(timezone.now()))

    def with_keys(self, rows: QuerySet[Household], keys: Collection[str]) -> QuerySet[Household]:
        return household_list.sortable(rows, self.scope, keys, self.case_wanted())

    def case_wanted(self) -> Q:
        """What the case that the list shows must be."""
        if not self.is_narrowed():
            return Q()
        filters = HouseholdListFilter(self.request.query_params, **self.filter_options())
        if not filters.is_valid():
            raise refusal_of(filters.form)
        return filters.case_wanted

    def scope_told(self) -> bytes:
        return told_of(self.scope)

    def filter_options(self) -> dict[str, Any]:
        if household_list.is_document_number(self.request.query_params.get("q", "")):
            raise Invalid(
                _("A document number must not stand in an address. Send it to households/search."),
                code="document_number_in_address",
                field="q",
            )
        return {"scope": self.scope}

    def more(self) -> tuple[str, ...]:
        return ("members",) if self.action == "retrieve" else ()

    def beside(self, keys: Collection[str], names: Collection[str]) -> dict[str, dict[str, Any]]:
        held = list(Household.objects.filter(pk__in=keys))
        rows = list_rows.of_households(held, self.scope, self.case_wanted(), facts.columns(facts.OF_HOUSEHOLDS, names))
        found = {str(row.household.pk): facts.told(facts.OF_HOUSEHOLDS, names, row) for row in rows}
        if "members" in names:
            for key in keys:
                found[key]["members"] = [orjson.Fragment(each) for each in members_told(key, self.scope)]
        return found

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
        rows = household_list.households(scope)
        found = household_list.with_document(rows, scope, DocumentSearch.read(request)["document_number"])
        texts = row_texts.every(found.order_by("pk"), row_texts.columns_of(HouseholdRow))
        return as_json(b'{"results":[%s]}' % ",".join(texts).encode())


@extend_schema_view(
    list=extend_schema(summary="Cases as of a day", parameters=[*SCOPE_PARAMETERS, INDICATOR]),
    retrieve=extend_schema(summary="One case as of a day", parameters=SCOPE_PARAMETERS),
)
class CaseViewSet(Clues, CaseSteps, RowsWithMore):
    """Cases as they stood on a day, as known at a moment: the same rows that the figures count."""

    protected: ClassVar[Mapping[str, str]] = {"steps": "version"}
    version_path = "case__version"
    queryset = CaseSpan.objects.order_by()
    serializer_class = CaseRow
    beside_columns = facts.OF_CASES
    pagination_class = ScopedPages
    filterset_class = CaseFilter
    scope_parameters = SCOPE_NAMES
    parameters = ("indicator",)
    orders: Orders = {
        "village": ("village_id", "case_id"),
        "identified_on": ("identified_on", "case_id"),
        "eliminated_on": ("eliminated_on", "case_id"),
        "measures_landed": ("measures_landed", "case_id"),
        "id": ("case_id",),
        "since": ("since", "case_id"),
        "persons": ("persons", "case_id"),
        "identified_missing_first": ("identified_day", "case_id"),
        "measures": ("measures_landed", "case_id"),
    }
    lookup_field = "case_id"
    lookup_url_kwarg = "id"

    def prepare(self, request: Request) -> None:
        is_list = self.action == "list"
        self.scope = asked_scope(request, Permission.VIEW_RECORDS) if is_list else everywhere(request)
        self.code = request.query_params.get("indicator", "")

    def key(self) -> Hashable:
        # What has the least of many is another row with every change.
        indicator = INDICATORS.get(self.code)
        is_fixed = not self.is_narrowed() and not (indicator and indicator.kind is Kind.MINIMUM)
        return (type(self), self.scope, self.code) if is_fixed else None

    def get_queryset(self) -> QuerySet[CaseSpan]:
        if self.action != "list":
            return case_list.cases(self.scope).visible_to(self.request.user, day_of(timezone.now()))
        return case_list.cases(self.scope, self.code).order_by()

    def with_keys(self, rows: QuerySet[CaseSpan], keys: Collection[str]) -> QuerySet[CaseSpan]:
        is_told = OF_LISTS.isdisjoint(keys) or "since" in rows.query.annotations
        return rows if is_told else case_list.cases(self.scope)

    def scope_told(self) -> bytes:
        return told_of(self.scope)

    def filter_options(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def beside(self, keys: Collection[str], names: Collection[str]) -> dict[str, dict[str, Any]]:
        held = list(case_list.cases(self.scope).filter(case__in=keys))
        rows = list_rows.of_cases(held, self.scope, facts.columns(facts.OF_CASES, names))
        return {str(span.case_id): facts.told(facts.OF_CASES, names, row) for span, row in zip(held, rows, strict=True)}


def members_told(household: str, scope: Scope) -> Iterable[str]:
    """Who belonged to a household by the scope's day; who left after it had not left yet."""
    rows = Membership.objects.filter(household=household, joined_on__lte=scope.as_of).known_at(scope.known_at)
    left = Case(When(left_told__lte=scope.as_of, then=F("left_told")))
    columns = {**row_texts.columns_of(MemberRow), "left_on": left}
    return map(masked, row_texts.every(rows.order_by("joined_on", "id"), columns))


def told_of(scope: Scope) -> bytes:
    """The scope as the first fields of a page."""
    return orjson.dumps(documents.scope(scope))[1:-1] + b","
