"""Finding within a form the division or the household that it asks for: what else was typed stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from common.moments import day_of
from common.querysets import begins_with
from households.models import Household, Membership
from households.rules.codes import Relationship
from households.rules.levels import LEVELS, level_of
from households.search import MOST, Found, search

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A division that was found, and its level."""

    found: Found
    level: str


@dataclass(frozen=True, slots=True)
class HomeMatch:
    """A household that was found, by its head and village."""

    key: str
    head: str
    village: str


def is_looking(request: HttpRequest) -> bool:
    """Whether the form was sent to look or to choose; a text not yet looked for is looked for first, by Enter too."""
    sent = request.POST
    return "look" in sent or "choose" in sent or _asked(request) != sent.get("asked", "")


def typed(request: HttpRequest, field: str) -> dict[str, Any]:
    """What stood in the form when it was sent to look, with what was chosen in `field`."""
    told = {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}
    return told | ({field: told["choose"]} if "choose" in told else {})


def finding(request: HttpRequest, codes: Sequence[str]) -> dict[str, Any]:
    """The divisions that the typed text finds among those and below."""
    asked = _asked(request)
    matches = [Match(each, str(LEVELS[level_of(each.code)])) for each in search(asked, codes)]
    return {"finder": "division", "asked": asked, "matches": matches}


def finding_homes(request: HttpRequest, household: Household) -> dict[str, Any]:
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
            village = f"{row.household.village.name} {row.household.village_id}"
            home = HomeMatch(str(row.household_id), row.member.name, village)
            matches.setdefault(row.household_id, home)
    return {"finder": "household", "asked": asked, "homes": list(matches.values())[:MOST]}


def _asked(request: HttpRequest) -> str:
    """What was typed to look for; nothing once something is chosen."""
    return "" if "choose" in request.POST else request.POST.get("find", "")[:LONGEST_SEARCH].strip()
