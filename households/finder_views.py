"""Finding on a form the division or the household that it asks for: each match leads back with it chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.permissions import Permission
from common.moments import day_of
from common.querysets import begins_with
from households.models import Household, Membership, Posting
from households.rules.codes import Relationship
from households.rules.levels import LEVELS, level_of
from households.search import MOST, Found, search

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A division that was found, its level, and the same page with it."""

    found: Found
    level: str
    address: str


@dataclass(frozen=True, slots=True)
class HomeMatch:
    """A household that was found, by its head and village, and the same page with it."""

    head: str
    village: str
    address: str


def finding(request: HttpRequest, permission: Permission, field: str) -> dict[str, Any]:
    """The divisions that the typed text finds where the reader may do this; each fills in `field` of the same page."""
    asked = _asked(request)
    codes = Posting.objects.codes(request.user, permission, day_of(timezone.now()))
    matches = [
        Match(each, str(LEVELS[level_of(each.code)]), f"?{urlencode({field: each.code})}")
        for each in search(asked, codes)
    ]
    return {"asked": asked, "matches": matches}


def finding_homes(request: HttpRequest, household: Household, field: str) -> dict[str, Any]:
    """The households near `household` and elsewhere that a name or a village's code or name finds."""
    asked = _asked(request)
    rows = Membership.objects.visible_to(request.user, day_of(timezone.now())).filter(left_on__isnull=True)
    rows = rows.exclude(household=household.pk).filter(household__removed_at__isnull=True)
    matches: dict[UUID, HomeMatch] = {}
    if asked and "\x00" not in asked:
        is_code = asked.isascii() and asked.isdigit()
        wanted = begins_with("household__village_id", asked) if is_code else Q(member__name__startswith=asked)
        wanted |= Q(household__village__name__startswith=asked, relationship=Relationship.HEAD)
        found = rows.filter(wanted).select_related("member", "household__village")[: MOST * 4]
        nearest = sorted(found, key=lambda row: (row.household.village_id != household.village_id, row.pk))
        for row in nearest:
            address = f"?{urlencode({field: str(row.household_id)})}"
            matches.setdefault(
                row.household_id,
                HomeMatch(row.member.name, f"{row.household.village.name} {row.household.village_id}", address),
            )
    return {"asked": asked, "homes": list(matches.values())[:MOST]}


def _asked(request: HttpRequest) -> str:
    return request.GET.get("find", "")[:LONGEST_SEARCH].strip()
