"""Measure spans: from which day a measure counts as landed, as known at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value, When

from assistance.models.measure import Measure, MeasureQuerySet, state_by
from households.models import Case, Division
from households.models.scoping import PlacedQuerySet


class MeasureSpanQuerySet(PlacedQuerySet):
    """Selections of landed measures, at most one row a measure for one moment."""

    def landed_by(self, day: date) -> Self:
        """Measures that had landed on or before that day, those since ended included."""
        return self.filter(landed_on__lte=day)

    def known_at(self, moment: datetime | None) -> Self:
        """Measures as known at that moment, as known now where it is None."""
        return self.filter(recorded__upper_inf=True) if moment is None else self.filter(recorded__contains=moment)


class MeasureSpan(models.Model):
    """While this was known (`recorded`), the measure counted for `case` under `category` from `landed_on` on."""

    id = models.BigAutoField(primary_key=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="spans")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=30)
    landed_on = models.DateField()
    recorded = DateTimeRangeField()

    objects = MeasureSpanQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("case", "category", "landed_on"), name="measure_span_by_case"),
            models.Index(fields=("village", "case"), name="measure_span_by_village"),
        )
        constraints = (
            ExclusionConstraint(
                name="measure_has_one_truth",
                expressions=[("measure", RangeOperators.EQUAL), ("recorded", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=models.Q(recorded__isempty=False), name="measure_span_is_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.category} {self.landed_on}"


# What of a measure is told as it was, and from which annotation of `as_told`.
TOLD = {
    name: f"told_{name}"
    for name in ("started_on", "landed_on", "ended_on", "withdrawn_at", "withdrawal_reason", "state")
}


def as_told(rows: MeasureQuerySet, on: date | None, known_at: datetime | None) -> MeasureQuerySet:
    """Measures planned or landed by that day (None: any), each with its days as they were then and as known then."""
    known = MeasureSpan.objects.filter(measure=OuterRef("pk")).known_at(known_at)
    day = on or date.max
    landed = Subquery(known.filter(landed_on__lte=day).values("landed_on")[:1], output_field=models.DateField())
    withdrawn = models.Case(When(withdrawn_at__lte=known_at, then="withdrawn_at")) if known_at else F("withdrawn_at")
    return rows.filter(Q(planned_on__lte=day) | Q(landed_on__lte=day)).annotate(
        told_started_on=models.Case(When(started_on__lte=day, then="started_on")),
        told_landed_on=landed,
        told_ended_on=models.Case(When(told_landed_on__isnull=False, ended_on__lte=day, then="ended_on")),
        told_withdrawn_at=withdrawn,
        told_withdrawal_reason=models.Case(
            When(told_withdrawn_at__isnull=False, then="withdrawal_reason"), default=Value("")
        ),
        told_state=state_by("told_"),
    )
