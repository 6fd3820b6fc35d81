"""Plans: one household, one policy (一户一策)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from households.models import Case, Division
from households.models.scoping import PlacedQuerySet


class Plan(models.Model):
    """One version of the plan of a case: drawing up a new one makes it the current one and keeps the one before.

    `recorded_at` is null of plans that were drawn up before this was written down.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    drawn_up_on = models.DateField()
    is_current = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PlacedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="plan_number_is_unique"),
            models.UniqueConstraint(fields=("case",), condition=Q(is_current=True), name="case_has_one_current_plan"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} plan {self.number}"

    @property
    def version(self) -> int:
        """What a change of the plan is based on: its number, for every change is a version of its own."""
        return self.number
