"""Case spans: what a statistic counts about a case, for every day as known at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from households.models.case import Case
from households.models.household import Household
from households.models.scoping import PlacedQuerySet
from households.workflow import IN_REGISTER


class CaseSpanQuerySet(PlacedQuerySet):
    """Selections of spans; at most one row a case, and one a household of the register, for one day and moment."""

    def as_of(self, day: date) -> Self:
        """Spans that hold on that day."""
        return self.filter(valid__contains=day)

    def known_at(self, moment: datetime | None) -> Self:
        """Spans as known at that moment, as known now where it is None."""
        return self.filter(recorded__upper_inf=True) if moment is None else self.filter(recorded__contains=moment)


class CaseSpan(models.Model):
    """A stretch of days in which nothing that is counted changed, and the time during which this was known.

    Derived from the case's events by households.rules.history.replay; never written but by the operations of cases.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="spans")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=30)
    household_type = models.CharField(max_length=20)
    persons = models.PositiveSmallIntegerField()
    has_no_labour = models.BooleanField()
    risks = ArrayField(models.CharField(max_length=20))
    identified_on = models.DateField(null=True)
    eliminated_on = models.DateField(null=True)
    elimination_way = models.CharField(max_length=20, blank=True)
    valid = DateRangeField()
    recorded = DateTimeRangeField()

    objects = CaseSpanQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("village", "case"), name="span_known_now", condition=Q(recorded__upper_inf=True)),
            models.Index(fields=("village", "case"), name="span_by_village"),
            models.Index(
                fields=("identified_on",), name="span_by_identification", condition=Q(recorded__upper_inf=True)
            ),
            models.Index(fields=("eliminated_on",), name="span_by_elimination", condition=Q(recorded__upper_inf=True)),
        )
        constraints = (
            ExclusionConstraint(
                name="case_has_one_truth",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="household_is_in_register_once",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=[status.value for status in sorted(IN_REGISTER)]),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, recorded__isempty=False), name="span_is_not_empty"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[status.value for status in sorted(IN_REGISTER)])
                | Q(identified_on__isnull=False),
                name="span_in_register_was_identified",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.status} {self.valid}"
