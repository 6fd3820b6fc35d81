"""Findings of data quality: which rule a household does not keep, since when and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import Name
from households.models.household import Household
from households.models.member import Member
from households.models.scoping import PlacedQuerySet
from households.rules.standards import SEVERITIES

# A rule that is turned off finds nothing.
OF_FINDINGS: dict[str, Name] = {code: name for code, name in SEVERITIES.items() if code != "off"}


class FindingQuerySet(PlacedQuerySet):
    """Selections of findings."""

    def standing(self) -> Self:
        """Findings that nobody has mended yet."""
        return self.filter(closed_at__isnull=True)

    def of_kept_households(self, known_at: datetime | None = None) -> Self:
        """Findings of households that were not removed by that moment (None: that are not removed)."""
        kept = Q(household__removed_at__isnull=True)
        return self.filter(kept if known_at is None else kept | Q(household__removed_at__gt=known_at))

    def as_told(self, known_at: datetime) -> Self:
        """What had been found by that moment, each with the moment by which it had been mended then."""
        closed = models.Case(models.When(closed_at__lte=known_at, then="closed_at"))
        return self.filter(opened_at__lte=known_at).annotate(told_closed_at=closed)


class Finding(models.Model):
    """A rule that the household did not keep when it was checked at `opened_at`, and keeps again since `closed_at`.

    `member` is set where the rule is about a person. Only checks write these rows, from what is recorded.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=10, choices=[(code, name.en) for code, name in OF_FINDINGS.items()])
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="findings", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("village", "rule", "id"), condition=Q(closed_at__isnull=True), name="finding_by_village"
            ),
            models.Index(fields=("household", "opened_at"), name="finding_by_household"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("household", "rule", "member"),
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="finding_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="finding_closes_later"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.household_id}"
