"""Indicators: all of them with their values, and each with its definition, its places and its months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotFound
from households.access import can
from households.rules.levels import CODE_LENGTHS, LEVELS, below, one_holds_the_other
from reports import comparisons, definitions, pages
from reports.figures import Figure, figures, figures_by_place
from reports.forms import SCOPE
from reports.indicators import BASES, INDICATORS, Basis, Indicator, Kind
from reports.pages import Shown
from reports.query import Scope
from reports.rules.chapters import chapter_of, title_of
from reports.rules.sources import Source
from reports.sources import known
from reports.trends import by_month
from reports.views import Surroundings, asked_scope, surroundings

OTHER_LANGUAGE = {"zh-hans": "en", "en": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Line:
    """Indicators of one name with their values: those by household and by person stand together."""

    name: str
    codes: tuple[tuple[str, str], ...]
    readings: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """Where an indicator is published."""

    title: str
    address: str
    printed: str


@dataclass(frozen=True, slots=True)
class Row:
    """The readings of a figure in one place or month."""

    name: str
    address: str
    readings: tuple[Shown, ...]


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator by chapter, with its values in the scope asked for."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now)
    linked = can(request.user, Permission.VIEW_RECORDS, scope.division, day_of(now))
    computable = [each for each in INDICATORS.values() if each.is_computable]
    found = figures(scope, computable)
    told = {
        "scope": scope,
        "place": surroundings(request, scope, now),
        "label": _("Indicators"),
        "chapters": [
            (code, title_of(code), _lines(held, found, scope, linked=linked))
            for code, held in _by_chapter(computable).items()
        ],
        "waiting": [each for each in INDICATORS.values() if not each.is_computable],
        "parameters": urlencode(pages.parameters(scope)),
    }
    return render(request, "reports/indicators.html", told)


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """What an indicator counts, how it adds up, where it is published, and its values by place and by month."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now)
    asked = INDICATORS.get(code)
    if asked is None:
        raise NotFound(_("There is no indicator “%(id)s”.") % {"id": code}, code="unknown_indicator")
    around = surroundings(request, scope, now)
    linked = can(request.user, Permission.VIEW_RECORDS, scope.division, day_of(now))
    told = {
        "scope": scope,
        "place": around,
        "indicator": asked,
        "label": pages.label_of(asked),
        "name_elsewhere": asked.name.within(OTHER_LANGUAGE.get(get_language() or "", "en")),
        "language_elsewhere": OTHER_LANGUAGE.get(get_language() or "", "en"),
        "counted": definitions.unit_counted(asked) if asked.is_computable else "",
        "conditions": definitions.conditions(asked.numerator) if asked.is_computable else [],
        "denominator": definitions.conditions(asked.denominator) if asked.denominator else [],
        "formula": definitions.formula(asked),
        "adding_up": definitions.adding_up(asked),
        "bases": [str(BASES[basis]) for basis in asked.bases],
        "siblings": [(pages.label_of(each), pages.definition_address(each, scope)) for each in _siblings(asked)],
        "uses": _uses(asked, scope),
        "is_headline": any(code in codes for codes in pages.HEADLINES),
        "overview_address": pages.overview_address(scope, scope.division),
    }
    if asked.is_computable:
        told |= _values(asked, scope, around, linked=linked)
    return render(request, "reports/indicator.html", told)


def _values(asked: Indicator, scope: Scope, around: Surroundings, *, linked: bool) -> dict[str, object]:
    """The figure itself, by place below, and by month."""
    level = below(around.level)
    return {
        "readings": pages.shown(figures(scope, [asked])[asked.code], scope, linked=linked),
        "list_address": pages.list_address(scope, asked.code) if linked else "",
        "columns": [str(BASES[basis]) if len(asked.bases) > 1 else pages.label_of(asked) for basis in asked.bases],
        "lower_level": LEVELS[level] if level else "",
        "places": _places(asked, scope, around, CODE_LENGTHS[level], linked=linked) if level else [],
        "months": [
            Row(point.scope.as_of.isoformat(), "", pages.shown(point.figures[asked.code], point.scope, linked=linked))
            for point in by_month(scope, [asked])
        ],
        "of_period": definitions.of_period(asked),
    }


def _places(asked: Indicator, scope: Scope, around: Surroundings, length: int, *, linked: bool) -> list[Row]:
    found = figures_by_place(scope, [asked], length)
    rows = []
    for code in sorted({*found, *around.children}):
        place = Scope(code, scope.as_of, scope.period_start, scope.known_at)
        held = found[code][asked.code] if code in found else pages.nothing(asked)
        name = around.children.get(code, code)
        rows.append(Row(name, pages.definition_address(asked, place), pages.shown(held, place, linked=linked)))
    return rows


def _by_chapter(indicators: Iterable[Indicator]) -> dict[str, list[Indicator]]:
    """The indicators of each chapter, chapters in the order in which they first occur."""
    chapters: dict[str, list[Indicator]] = {}
    for each in indicators:
        chapters.setdefault(chapter_of(each.code), []).append(each)
    return chapters


def _lines(indicators: Iterable[Indicator], found: Mapping[str, Figure], scope: Scope, *, linked: bool) -> list[Line]:
    """One line for all indicators of one name and kind."""
    return [
        Line(
            str(held[0].name),
            tuple((each.code, pages.definition_address(each, scope)) for each in held),
            tuple(reading for each in held for reading in pages.shown(found[each.code], scope, linked=linked)),
        )
        for held in (list(each) for _name, each in groupby(indicators, lambda each: (str(each.name), each.kind)))
    ]


def _siblings(asked: Indicator) -> list[Indicator]:
    """The same count on another basis."""
    if asked.kind is not Kind.COUNT or asked.bases == (Basis.MEASURE,):
        return []
    return [
        each
        for each in INDICATORS.values()
        if each.kind is Kind.COUNT
        and each.numerator == asked.numerator
        and each.bases not in {asked.bases, (Basis.MEASURE,)}
    ]


def _uses(asked: Indicator, scope: Scope) -> list[Use]:
    """The sources with ground here that print the figure, each with the page that shows what it printed."""
    return [
        Use(
            title=_(source.title),
            address=f"{_own_address(source, scope)}#{asked.code}",
            printed=comparisons.printed(source.printed[asked.code]),
        )
        for source in known().sources
        if asked.code in source.printed and one_holds_the_other(source.division, scope.division)
    ]


def _own_address(source: Source, scope: Scope) -> str:
    """The page of a source with its own place and days, as known when the reader asks."""
    address = reverse("reconciliation", args=[source.id])
    known_at = pages.parameters(scope).get("known_at")
    return f"{address}?{urlencode({'known_at': known_at})}" if known_at else address
