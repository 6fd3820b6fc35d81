"""The page of data quality: what the rules find, by rule, by place and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from assistance.rules.quality.catalogue import RULES
from common.moments import day_of
from common.numbers import ABSENT, grouped
from common.parameters import takes
from households.models import Finding
from households.models.finding import OF_FINDINGS
from households.rules.levels import CODE_LENGTHS, LEVELS, below
from reports import list_pages, listing, pages, quality_list
from reports.case_story import Badge
from reports.forms import SCOPE
from reports.list_rows import household_address
from reports.quality_list import NARROWED_BY, ORDER, TONES
from reports.query import Scope
from reports.views import Surroundings, asked_scope, surroundings


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule or a place with the number of its findings and the address of the list of just these."""

    name: str
    number: str
    address: str
    sentence: str = ""
    group: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class FindingTold:
    """A finding as a row: whose household, whom it is about, what to do, since when."""

    head: str
    address: str
    village: str
    member: str
    name: str
    sentence: str
    badge: Badge
    since: Any


@never_cache
@login_required
@require_safe
@takes(*SCOPE, *NARROWED_BY, "cursor")
def quality(request: HttpRequest) -> HttpResponse:
    """The standing findings of a scope, counted by rule and place, and listed as the address narrows them."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_RECORDS, now)
    asked = request.GET.dict()
    place = surroundings(request, scope, now)
    rows = quality_list.findings(scope, asked, now)
    page = listing.page(quality_list.told(rows), ORDER, cursor=asked.get("cursor", ""))
    counts = quality_list.by_rule(rows)
    total = sum(each.number for each in counts)
    return render(
        request,
        "reports/quality.html",
        {
            "scope": scope,
            "place": place,
            "total": grouped(total),
            "total_number": total,
            "rules": [_rule(each, scope, asked) for each in counts],
            "places": _places(rows, scope, place, asked),
            "findings": _told(page.rows, scope),
            "severities": _choices({code: str(name) for code, name in OF_FINDINGS.items()}, asked, "severity"),
            "offered": _choices({code: str(rule.name) for code, rule in RULES.items()}, asked, "rule"),
            "is_narrowed": any(asked.get(name) for name in NARROWED_BY),
            "is_later_page": bool(asked.get("cursor")),
            "first_address": _address(scope, asked),
            "previous_address": _address(scope, asked, cursor=page.before) if page.before else "",
            "next_address": _address(scope, asked, cursor=page.after) if page.after else "",
            "lower_level": _level_below(place),
        },
    )


def _told(found: Sequence[Finding], scope: Scope) -> list[FindingTold]:
    heads = quality_list.heads(found, scope)
    return [
        FindingTold(
            head=heads.get(each.household_id, ABSENT),
            address=household_address(each.household_id, scope),
            village=" ".join(filter(None, (each.village.parent and each.village.parent.name, each.village.name))),
            member=each.member.name if each.member else "",
            name=str(RULES[each.rule].name),
            sentence=str(RULES[each.rule].sentence),
            badge=_badge(each.severity),
            since=day_of(each.opened_at),
        )
        for each in found
        if each.rule in RULES
    ]


def _rule(each: quality_list.RuleCount, scope: Scope, asked: dict[str, str]) -> Counted:
    address = _address(scope, asked, rule=each.rule)
    return Counted(each.name, grouped(each.number), address, each.sentence, each.group, _badge(each.severity))


def _places(rows: Any, scope: Scope, place: Surroundings, asked: dict[str, str]) -> list[Counted]:
    """The divisions next below that have findings."""
    level = below(place.level)
    if level is None:
        return []
    counts = quality_list.by_place(rows, CODE_LENGTHS[level])
    return [
        Counted(place.children.get(code, code), grouped(number), _address(scope, asked, division=code))
        for code, number in counts.items()
    ]


def _level_below(place: Surroundings) -> str:
    level = below(place.level)
    return str(LEVELS[level]) if level else ""


def _address(scope: Scope, asked: dict[str, str], **changes: str) -> str:
    kept = {name: asked[name] for name in NARROWED_BY if asked.get(name)}
    return f"{reverse('quality')}?{urlencode(pages.parameters(scope) | kept | changes)}"


def _choices(names: dict[str, str], asked: dict[str, str], field: str) -> list[list_pages.Choice]:
    return [list_pages.Choice(code, name, asked.get(field) == code) for code, name in names.items()]


def _badge(severity: str) -> Badge:
    return Badge(str(OF_FINDINGS[severity]), TONES[severity])
