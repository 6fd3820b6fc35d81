"""Households and cases for API clients; what changes a case is the lower apps' part."""

from __future__ import annotations

from collections.abc import Hashable
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
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Permission
from assistance.step_api import CaseSteps
from common import rows as row_texts
from common.api import KeysetPages, RowViewSet, as_json, chosen, tagged
from common.moments import day_of
from common.refusals import Invalid, NotFound
from households.access import division_for
from households.api import Orders, PlacedRows
from households.clue_api import Clues
from households.filters import CODE
from households.models import CaseSpan, Household, Membership
from households.rows_api import HouseholdRow, MemberRow, masked
from reports import case_list, documents, household_list
from reports.filters import CaseFilter, HouseholdListFilter
from reports.forms import scope_from
from reports.indicators import INDICATORS, Indicator
from reports.query import Scope, spans, with_landed
from reports.rows_api import (
    SCOPE_EXAMPLE,
    CaseRow,
    DocumentSearch,
    HouseholdsFound,
    HouseholdWithMembers,
)
from reports.rules.periods import days_read

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
    """The days that the request for one record asks for, wherever the postings reach."""
    asked = {name: value for name, value in request.query_params.items() if name in SCOPE_NAMES}
    scope = scope_from(
        asked,
        user=request.user,
        permission=Permission.VIEW_RECORDS,
        now=timezone.now(),
        opening=request.opening_period(),
    )
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
    retrieve=extend_schema(summary="One household with its members", responses=HouseholdWithMembers),
)
class HouseholdViewSet(PlacedRows):
    """Households: the same rows, found by the same filters, as the list of the pages."""

    queryset = Household.objects.kept().order_by()
    serializer_class = HouseholdRow
    pagination_class = ScopedPages
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
    pagination_class = ScopedPages
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

    def scope_told(self) -> bytes:
        return told_of(self.scope)

    def filter_options(self) -> dict[str, Any]:
        return {"scope": self.scope}


def told_of(scope: Scope) -> bytes:
    """The scope as the first fields of a page."""
    return orjson.dumps(documents.scope(scope))[1:-1] + b","


def _computable(code: str) -> Indicator:
    indicator = INDICATORS.get(code)
    if indicator is None or not indicator.is_computable:
        told = {"id": code}
        sentence = _("There is no indicator “%(id)s” with a list of households.") % told
        raise Invalid(sentence, code="unknown_indicator", field="indicator")
    return indicator
