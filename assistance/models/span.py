"""Measure spans: from which day a measure counts as landed, as known at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from assistance.models.measure import Measure
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
        indexes = (models.Index(fields=("case", "category", "landed_on"), name="measure_span_by_case"),)
        constraints = (
            ExclusionConstraint(
                name="measure_has_one_truth",
                expressions=[("measure", RangeOperators.EQUAL), ("recorded", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=models.Q(recorded__isempty=False), name="measure_span_is_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.category} {self.landed_on}"
