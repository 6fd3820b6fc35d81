"""The overview of a division, and the list behind each of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.moments import day_of
from common.numbers import grouped
from common.parameters import takes
from common.refusals import NotFound
from households.access import can
from households.models import Division, Posting
from households.rules.levels import CODE_LENGTHS, LEVELS, Level, below, level_of, path_of
from reports import case_list, comparisons, list_pages, list_rows, overview, pages
from reports.figures import Figure, figures, figures_by_place
from reports.forms import SCOPE, scope_from
from reports.indicators import BY_HOUSEHOLD_AND_PERSON, INDICATORS, Basis, Indicator, Kind
from reports.lateness import Lateness
from reports.list_pages import OWN, Listed
from reports.query import Scope
from reports.reconciliation import reconcile
from reports.rules.periods import first_day
from reports.rules.populations import Population
from reports.sources import known


@dataclass(frozen=True, slots=True)
class Place:
    """A division as a choice or a step of the path; `address` is "" where the reader's postings do not reach."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The chosen division, the path down to it, the divisions next below it, and what the reader may choose."""

    name: str
    level: Level
    path: tuple[Place, ...]
    children: dict[str, str]
    choices: tuple[Place, ...]


@never_cache
@login_required
@require_safe
@takes(*SCOPE, "map")
def dashboard(request: HttpRequest) -> HttpResponse:
    """Headline figures of a division, the same by place, and the comparison with what was published."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now)
    around = surroundings(request, scope, now)
    linked = can(request.user, Permission.VIEW_RECORDS, scope.division, day_of(now))
    codes = pages.overview_codes()
    found = figures(scope, [INDICATORS[code] for code in codes])
    changes = overview.changes(scope, found, codes)
    rows, lateness = places(scope, around, linked=linked), Lateness.of(scope)
    told = {
        "scope": scope,
        "place": around,
        "level": LEVELS[around.level],
        "tiles": pages.headline_tiles(found, changes, scope, linked=linked),
        "measures": pages.measure_rows(found, scope, linked=linked),
        "months": overview.months(scope, linked=linked),
        "month_columns": overview.month_columns(),
        "steps": overview.steps(scope, lateness),
        "limit_sources": overview.limit_sources(lateness),
        "late_cases": overview.oldest(scope, lateness) if linked else [],
        "linked": linked,
        "places": rows,
        "map": overview.map_of(scope, rows, request.GET.get("map", "")),
        "place_columns": pages.place_columns(),
        "totals": pages.cells(found, scope, linked=linked),
        "lower_level": LEVELS.get(below(around.level)),
        "households_address": pages.list_address(scope, "monitoring.total.households") if linked else "",
        "comparisons": [
            comparisons.comparison(reconcile(source, comparisons.of_source(source, scope)), linked=linked)
            for source in known().sources
            if source.division == scope.division
        ],
    }
    return render(request, "reports/dashboard.html", told)


@never_cache
@login_required
@require_safe
@takes(*SCOPE, *OWN)
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """The households behind a figure, in exactly the scope of the page that led here."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_RECORDS, now)
    indicator = INDICATORS.get(code)
    if indicator is None:
        raise NotFound(_("There is no figure “%(code)s”.") % {"code": code}, code="unknown_indicator")
    around = surroundings(request, scope, now)
    told = {
        "scope": scope,
        "place": around,
        "level": LEVELS[around.level],
        "indicator": indicator,
        "label": pages.label_of(indicator),
        "overview_address": pages.overview_address(scope, scope.division),
    }
    if not indicator.is_computable:
        return render(request, "reports/not_computable.html", told)
    listed = _listed(request, indicator, scope)
    return render(request, "reports/figure.html", told | list_pages.context(listed) | _behind(indicator, scope))


def asked_scope(request: HttpRequest, permission: Permission, now: datetime, division: str = "") -> Scope:
    """The scope in the address; where it names neither day, that of the demonstration, if there is one.

    A page about one `division` names it instead of the address. The scope is kept as `request.scope`: the frame of
    the page shows it, and the navigation carries it on.
    """
    asked = request.GET.dict() | ({"division": division} if division else {})
    opening = request.opening_period(division)
    request.scope = scope_from(asked, user=request.user, permission=permission, now=now, opening=opening)
    return request.scope


def record_scope(request: HttpRequest, permission: Permission, now: datetime) -> Scope:
    """The scope of one record's page: today's where its address names no day, since work on a record is of today.

    The frame of the page keeps the days of the figures, so that going on to them stays within a demonstration's.
    """
    scope = asked_scope(request, permission, now)
    if any(request.GET.get(name) for name in ("as_of", "period_start", "known_at")):
        return scope
    today = day_of(now)
    return replace(scope, as_of=today, period_start=first_day(today))


def surroundings(request: HttpRequest, scope: Scope, now: datetime) -> Surroundings:
    """Where the chosen division lies, and what the reader may choose from there; kept for the frame of the page."""
    roots = Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(now))
    path = path_of(scope.division)
    known = Division.objects.filter(Q(parent_id=scope.division) | Q(pk__in=[*path, *roots])).in_bulk()

    def place(code: str) -> Place:
        is_reached = any(code.startswith(root) for root in roots)
        return Place(code, known[code].name, pages.overview_address(scope, code) if is_reached else "")

    steps = tuple(place(code) for code in path if code in known)
    request.surroundings = Surroundings(
        name=known[scope.division].name,
        level=level_of(scope.division),
        path=steps,
        children={code: each.name for code, each in sorted(known.items()) if each.parent_id == scope.division},
        choices=tuple(each for each in map(place, sorted(known)) if each.address),
    )
    return request.surroundings


def places(scope: Scope, around: Surroundings, *, linked: bool) -> list[pages.PlaceRow]:
    """The figures of the divisions next below; none below a village."""
    level = below(around.level)
    if level is None:
        return []
    found = figures_by_place(scope, [INDICATORS[code] for code in pages.PLACE_COLUMNS], CODE_LENGTHS[level])
    return pages.place_rows(found, around.children, scope, linked=linked)


def _listed(request: HttpRequest, indicator: Indicator, scope: Scope) -> Listed:
    """The list behind a figure, in the columns and the order that the address asks for."""
    asked = request.GET.dict()
    return Listed(
        name=indicator.code,
        scope=scope,
        path=reverse("figure", args=[indicator.code]),
        asked=asked,
        rows=case_list.cases(scope, indicator.code),
        made=list_rows.of_cases,
        orders=case_list.ORDERS,
        offered=list_rows.OF_CASES,
        first=list_rows.FIRST_OF_FIGURES,
        fields={},
    )


def _behind(indicator: Indicator, scope: Scope) -> dict[str, object]:
    """The value of a figure with its extent; for a quotient also whom it leaves out."""
    counts = {basis: count_of(indicator.numerator, basis) for basis in BY_HOUSEHOLD_AND_PERSON}
    computed = figures(scope, [indicator, *counts.values()])
    extent = {basis: computed[each.code].value for basis, each in counts.items()}
    if indicator.kind is Kind.MINIMUM:
        least = case_list.cases(scope, indicator.code).order_by()
        found = least.aggregate(households=Count("pk"), people=Sum("persons", default=0))
        extent = {Basis.HOUSEHOLD: Fraction(found["households"]), Basis.PERSON: Fraction(found["people"])}
    whole = count_of(indicator.denominator, Basis.HOUSEHOLD) if indicator.denominator else None
    return {
        "readings": pages.shown(computed[indicator.code], scope, linked=False),
        "extent": counted(extent),
        "whole": pages.label_of(whole) if whole else "",
        "whole_address": pages.list_address(scope, whole.code) if whole else "",
        "left_out": _left_out(computed[indicator.code]) if whole else "",
        "narrow_address": list_pages.address_of("households", scope, indicator=indicator.code),
    }


def count_of(population: Population, basis: Basis) -> Indicator:
    """The count of those whom `population` describes: every numerator and denominator has one on each basis."""
    return next(
        each
        for each in INDICATORS.values()
        if each.kind is Kind.COUNT and each.bases == (basis,) and each.numerator == population
    )


def _left_out(computed: Figure) -> str:
    """How many of those among whom a rate is taken are not in its numerator."""
    missing = {
        basis: Fraction(part.denominator - part.numerator)
        for basis, part in computed.parts.items()
        if part.numerator is not None and part.denominator is not None
    }
    return counted(missing)


def counted(numbers: Mapping[Basis, Fraction | None]) -> str:
    """Counts with their units, such as 658 households, 2,192 persons."""
    return _(", ").join(f"{grouped(number)} {pages.unit_of(basis, number)}" for basis, number in numbers.items())
