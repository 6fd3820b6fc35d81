"""The list behind a figure: its households in pages that begin after a row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assistance.rules.categories import CATEGORIES
from common.refusals import Invalid
from households.models import CaseSpan, Division, Membership
from households.rules.codes import HOUSEHOLD_TYPES, Relationship
from households.workflow import STATUSES
from reports.query import Scope

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household as it stood on the day of the list; `measures` names the categories of the landed ones."""

    place: str
    village: str
    head: str
    household_type: str
    status: str
    persons: int
    identified_on: date | None
    eliminated_on: date | None
    measures: str
    landed: int


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and after which row the next page begins ("" on the last)."""

    rows: tuple[HouseholdRow, ...]
    next_after: str


def page(rows: QuerySet[CaseSpan], scope: Scope, after: str) -> Page:
    """The page that begins after the row `after`; it costs two queries, however many rows."""
    ordered = rows.select_related("village__parent__parent__parent").order_by("village_id", "case_id")
    if after:
        village, case = _position(after)
        ordered = ordered.filter(Q(village_id__gt=village) | Q(case_id__gt=case), village_id__gte=village)
    found = list(ordered[: ROWS_A_PAGE + 1])
    held, is_more = found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE
    heads = _heads([span.household_id for span in held], scope.as_of)
    return Page(
        rows=tuple(_row(span, heads, scope) for span in held),
        next_after=f"{held[-1].village_id}_{held[-1].case_id}" if is_more else "",
    )


def _position(after: str) -> tuple[str, UUID]:
    village, _separator, case = after.partition("_")
    try:
        if len(village) == 12 and village.isascii() and village.isdigit():
            return village, UUID(case)
    except ValueError:
        pass
    raise Invalid(
        _("“after” does not name a row of the list. Start from its first page."),
        code="invalid_parameter",
        field="after",
    )


def _heads(households: list[UUID], day: date) -> dict[UUID, str]:
    memberships = Membership.objects.filter(household__in=households, relationship=Relationship.HEAD).as_of(day)
    return dict(memberships.values_list("household_id", "member__name"))


def _row(span: CaseSpan, heads: dict[UUID, str], scope: Scope) -> HouseholdRow:
    landed = Counter(span.landed)
    return HouseholdRow(
        place=" ".join(_between(span.village, scope.division)),
        village=span.village.name,
        head=heads.get(span.household_id, ""),
        household_type=str(HOUSEHOLD_TYPES[span.household_type]),
        status=str(STATUSES[span.status]),
        persons=span.persons,
        identified_on=span.identified_on,
        eliminated_on=span.eliminated_on,
        measures=_(", ").join(
            f"{name} ×{landed[category]}" if landed[category] > 1 else str(name)
            for category, name in CATEGORIES.items()
            if landed[category]
        ),
        landed=landed.total(),
    )


def _between(village: Division, division: str) -> list[str]:
    """The names of the divisions above the village and below `division`, from the top down."""
    names: list[str] = []
    above = village.parent
    while above is not None and len(above.code) > len(division):
        names.insert(0, above.name)
        above = above.parent
    return names
