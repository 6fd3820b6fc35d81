"""The standing findings of data quality in a division: the one query behind page, counts and file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from assistance.filters import FindingFilter
from assistance.rules.quality.catalogue import RULES
from common.filters import refusal_of
from common.keyset import Order as By
from common.names import Name
from households.models import Finding, Membership
from households.models.finding import FindingQuerySet
from households.rules.codes import Relationship
from households.rules.quality.rule import GROUPS
from reports.listing import Order
from reports.query import Scope

NARROWED_BY = ("rule", "severity")
# The hardest first.
SEVERITY_ORDER = ("block", "warn", "inform")
TONES = {"block": "bad", "warn": "open", "inform": "open"}
ORDER = Order(Name("按村", "by village"), By("village", ("village_id", "id")))


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule with the number of its findings, as the division holds it."""

    rule: str
    severity: str
    number: int

    @property
    def name(self) -> str:
        """What the rule is called."""
        return str(RULES[self.rule].name)

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return str(RULES[self.rule].sentence)

    @property
    def group(self) -> str:
        """What the rule looks at."""
        return str(GROUPS[RULES[self.rule].group])


def findings(scope: Scope, asked: Mapping[str, str], now: datetime) -> FindingQuerySet:
    """Findings that nobody had mended by then, narrowed as the address says; Invalid for a value not offered."""
    narrowed = {name: asked.get(name, "") for name in NARROWED_BY} | {"is_standing": "true", "known_at": scope.known_at}
    filters = FindingFilter(narrowed, queryset=Finding.objects.under(scope.division), now=now)
    if not filters.is_valid():
        raise refusal_of(filters.form)
    return filters.qs


def by_rule(rows: FindingQuerySet) -> list[RuleCount]:
    """How many findings each rule has, the hardest first, then the most frequent."""
    counted = rows.order_by().values_list("rule", "severity").annotate(number=Count("pk"))
    counts = [RuleCount(*row) for row in counted if row[0] in RULES]
    return sorted(counts, key=lambda each: (SEVERITY_ORDER.index(each.severity), -each.number, each.rule))


def by_place(rows: FindingQuerySet, digits: int) -> dict[str, int]:
    """How many findings each division has whose code has so many digits."""
    place = rows.order_by().annotate(place=Substr("village_id", 1, digits))
    return dict(place.values_list("place").annotate(number=Count("pk")).order_by("place"))


def told(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """The findings with what a row of the list shows."""
    return rows.select_related("household", "member", "village__parent__parent")


def heads(found: Sequence[Finding], scope: Scope) -> dict[UUID, str]:
    """Who heads each household, by its key."""
    keys = {each.household_id for each in found}
    held = Membership.objects.filter(household__in=keys, relationship=Relationship.HEAD, left_on__isnull=True)
    return dict(held.values_list("household_id", "member__name"))
