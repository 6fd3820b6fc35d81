"""Divisions: the tree with its villages and households, and what is known of each division."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import ROLES, Permission, Role
from common.moments import day_of
from common.numbers import grouped, written
from common.parameters import takes
from common.querysets import begins_with
from households.access import can
from households.models import Division, MonitoringLine
from households.models.posting import Posting, PostingQuerySet
from households.rules.levels import CODE_LENGTHS, LEVELS, Level, below, path_of
from reports import household_list, pages
from reports.forms import SCOPE
from reports.query import Scope
from reports.views import Surroundings, asked_scope, surroundings


@dataclass(frozen=True, slots=True)
class Child:
    """A division next below, with its villages and households; the addresses are "" where there is nothing to open."""

    name: str
    code: str
    address: str
    villages: str
    households: str
    households_address: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is posted to a division or to one above it."""

    name: str
    role: str
    division: str
    starts_on: date
    ends_on: date | None


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def index(request: HttpRequest) -> HttpResponse:
    """The divisions next below the chosen one."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now)
    around = surroundings(request, scope, now)
    linked = can(request.user, Permission.VIEW_RECORDS, scope.division, day_of(now))
    told = {
        "scope": scope,
        "place": around,
        "level": LEVELS[around.level],
        "label": _("Divisions"),
        "own_address": address_of(scope, scope.division),
    }
    return render(request, "reports/divisions.html", told | _below(scope, around, linked=linked))


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def division(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a division: where it lies, since when, its line, who is posted to it, and what is below."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now, division=code)
    around = surroundings(request, scope, now)
    today = day_of(now)
    linked = can(request.user, Permission.VIEW_RECORDS, code, today)
    held = Division.objects.select_related("successor").get(pk=code)
    line = MonitoringLine.objects.in_force(code, scope.as_of)
    sees_people = can(request.user, Permission.VIEW_PEOPLE, code, today)
    told = {
        "scope": scope,
        "place": around,
        "level": LEVELS[around.level],
        "label": _("About this division"),
        "division": held,
        "parents": [(step.name, _reached(step.address, scope, step.code)) for step in around.path[:-1]],
        "predecessors": [each.name + " " + each.code for each in held.predecessors.order_by("code")],
        "line": line,
        "line_amount": written(line.amount) if line else "",
        "line_place": next((step.name for step in around.path if line and step.code == line.division_id), ""),
        "sees_people": sees_people,
        "people": _people(code, scope.as_of) if sees_people else [],
        "people_below": _people_below(code, scope.as_of) if sees_people else 0,
        "overview_address": pages.overview_address(scope, code),
        "households_address": _households_address(scope) if linked else "",
    }
    return render(request, "reports/division.html", told | _below(scope, around, linked=linked))


def address_of(scope: Scope, code: str) -> str:
    """The page about a division, for the same days."""
    return f"{reverse('division', args=[code])}?{urlencode(pages.parameters(replace(scope, division=code)))}"


def _reached(overview: str, scope: Scope, code: str) -> str:
    """The page about a division above, "" where the reader's postings do not reach it."""
    return address_of(scope, code) if overview else ""


def _households_address(scope: Scope) -> str:
    return f"{reverse('households')}?{urlencode(pages.parameters(scope))}"


def _below(scope: Scope, around: Surroundings, *, linked: bool) -> dict[str, object]:
    """The divisions next below: those that exist on the day, and those that did before or will."""
    level = below(around.level)
    if level is None:
        return {"lower_level": "", "children": [], "others": []}
    length = CODE_LENGTHS[level]
    held = list(Division.objects.filter(parent=scope.division).order_by("code"))
    existing = Division.objects.under(scope.division).in_force(scope.as_of)
    villages = _counts(existing.at_level(Level.VILLAGE), "code", length)
    households = _counts(household_list.households(scope), "village_id", length)
    here = set(existing.filter(parent=scope.division).values_list("pk", flat=True))
    rows = [_child(each, scope, villages, households, linked=linked) for each in held]
    return {
        "lower_level": LEVELS[level],
        "has_villages": level is not Level.VILLAGE,
        "children": [row for row in rows if row.code in here],
        "others": [row for row in rows if row.code not in here],
        "villages_total": grouped(sum(villages.values())),
        "households_total": grouped(sum(households.values())),
        "households_address": _households_address(scope) if linked else "",
    }


def _child(
    each: Division, scope: Scope, villages: Mapping[str, int], households: Mapping[str, int], *, linked: bool
) -> Child:
    return Child(
        name=each.name,
        code=each.code,
        address=address_of(scope, each.code),
        villages=grouped(villages.get(each.code, 0)),
        households=grouped(households.get(each.code, 0)),
        households_address=_households_address(replace(scope, division=each.code)) if linked else "",
        valid_from=each.valid_from,
        valid_to=each.valid_to,
    )


def _counts(rows: QuerySet, column: str, length: int) -> dict[str, int]:
    """How many rows lie in each division whose code has `length` digits."""
    counted = rows.order_by().values(place=Substr(column, 1, length)).annotate(number=Count("pk"))
    return {row["place"]: row["number"] for row in counted}


def _people(code: str, on: date) -> list[Colleague]:
    """Who is posted here and above on that day, the nearest first: they are the ones who answer for this place."""
    order = list(Role)
    postings = _of_people(on).filter(division_id__in=path_of(code))
    held = sorted(
        postings.select_related("user", "division"),
        key=lambda each: (-len(each.division_id), order.index(Role(each.role)), str(each.user)),
    )
    return [
        Colleague(str(each.user), str(ROLES[Role(each.role)]), each.division.name, each.starts_on, each.ends_on)
        for each in held
    ]


def _of_people(on: date) -> PostingQuerySet:
    """The postings of that day of those who can sign in; accounts that act for the product itself are nobody."""
    return Posting.objects.in_force(on).filter(user__is_active=True, user__is_system=False)


def _people_below(code: str, on: date) -> int:
    """How many people are posted to divisions below."""
    postings = _of_people(on).filter(begins_with("division_id", code))
    return postings.exclude(division=code).values("user").distinct().count()
