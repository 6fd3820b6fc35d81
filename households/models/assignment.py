"""Assignments: who is responsible for a household, and in which days (帮扶责任人)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from households.models.household import Household
from households.models.member import Period
from households.models.scoping import PlacedQuerySet


class AssignmentQuerySet(PlacedQuerySet):
    """Selections of assignments."""

    def as_of(self, day: date) -> Self:
        """Assignments that hold on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class Assignment(models.Model):
    """`user` is the person responsible for `household` from `starts_on` until the day before `ends_on`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="assignments")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("user", "household"), name="assignment_by_user"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="household_has_one_responsible",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    (Period(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} for {self.household_id}"

    def holds(self, day: date) -> bool:
        """Whether the person is responsible on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
