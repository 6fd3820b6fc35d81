"""The list of cases with its file, and the page of one case."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SavedView
from accounts.permissions import Permission
from assistance.rules.categories import CATEGORIES
from common.moments import day_of
from common.names import Name
from common.parameters import takes
from common.refusals import Invalid, NotFound
from households.rules.codes import HOUSEHOLD_TYPES, RISKS
from households.workflow import STATUSES
from reports import case_list, case_story, dossier, gate_story, list_pages, list_rows, plan_story, procedure_story
from reports.filters import NO, YES, CaseFilter
from reports.forms import SCOPE
from reports.indicators import INDICATORS
from reports.list_pages import OWN, Listed
from reports.list_rows import NO_NAME, YES_NAME
from reports.query import Scope
from reports.views import asked_scope, record_scope, surroundings

FIELDS: dict[str, tuple[Name, dict[str, Name]]] = {
    "status": (Name("状态", "Status"), {**STATUSES}),
    "household_type": (Name("监测类型", "Type"), {**HOUSEHOLD_TYPES}),
    "risk": (Name("风险", "Risk"), {**RISKS}),
    "measure": (Name("已落实措施", "Landed measure"), {**CATEGORIES}),
    "has_no_labour": (
        Name("整户无劳动能力", "Whole household without labour"),
        {YES: YES_NAME, NO: NO_NAME},
    ),
    "waiting_since": (Name("本环节起始不晚于", "At this step since, at the latest"), {}),
    "late": (Name("超期", "Late"), {YES: YES_NAME, NO: NO_NAME}),
    "indicator": (Name("指标", "Figure"), {}),
    "household": (Name("农户", "Household"), {}),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes(*SCOPE, *FIELDS, *OWN)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases of a scope, of every status, narrowed and ordered as the address says."""
    if request.method == "POST":
        return list_pages.to_address(request, FIELDS, list_rows.FIRST_OF_CASES)
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_RECORDS, now)
    told = list_pages.context(listed(request, scope))
    return render(
        request,
        "reports/cases.html",
        told | {"place": surroundings(request, scope, now), "saved": SavedView.objects.kept_by(request.user, "cases")},
    )


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def case(request: HttpRequest, key: UUID) -> HttpResponse:
    """One case as of the day in the address, else today: its history, its plan, and what was known of it when."""
    now = timezone.now()
    scope = record_scope(request, Permission.VIEW_RECORDS, now)
    told = case_story.case_of(key, scope, by=request.user, on=day_of(now))
    if told is None:
        raise NotFound(_("There is no such case on this day, or none of your postings reaches it."))
    place = dossier.place_of(told.span.village)
    surroundings(request, scope, now)
    return render(
        request,
        "reports/case.html",
        {
            "scope": scope,
            "case": told,
            "head": dossier.head_of(told.span.household_id, scope),
            "place": place,
            "spans": case_story.spans_of(key, scope),
            "plan": plan_story.of_case(told, scope, by=request.user, at=now, today=day_of(now)),
            "procedure": procedure_story.of_case(told, scope, by=request.user, at=now, today=day_of(now)),
            "gate": gate_story.of_case(told, scope, by=request.user, at=now, today=day_of(now)),
            "list_address": list_pages.address_of("cases", scope),
        },
    )


def listed(request: HttpRequest, scope: Scope) -> Listed:
    """The list that the address asks for; Invalid where it asks for something that is not offered."""
    asked = request.GET.dict()
    filters = CaseFilter(asked, case_list.cases(scope, asked.get("indicator", "")), scope=scope)
    if not filters.is_valid():
        name, faults = next(iter(filters.errors.items()))
        raise Invalid(f"{name}: {faults[0]}", code="invalid_parameter", field=name)
    return Listed(
        name="cases",
        scope=scope,
        path=request.path,
        asked=asked,
        rows=filters.qs,
        made=list_rows.of_cases,
        orders=case_list.ORDERS,
        offered=list_rows.OF_CASES,
        first=list_rows.FIRST_OF_CASES,
        fields=FIELDS | {name: (FIELDS[name][0], each) for name, each in _linked(asked, scope).items()},
    )


def _linked(asked: Mapping[str, str], scope: Scope) -> dict[str, dict[str, Name]]:
    """The names of what the list is narrowed to by links alone: a figure, a household."""
    code, key = asked.get("indicator", ""), asked.get("household", "")
    head = dossier.head_of(UUID(key), scope) if key else ""
    return {
        "indicator": {code: INDICATORS[code].name} if code else {},
        "household": {key: Name(head, head)} if head else {},
    }
