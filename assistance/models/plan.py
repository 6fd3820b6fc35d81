"""Plans: one household, one policy (一户一策)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.ids import new_id
from households.models import Case, Division
from households.models.scoping import PlacedQuerySet


class Plan(models.Model):
    """The plan of a case; drawing up a new one makes it the current one and keeps the one before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    drawn_up_on = models.DateField()
    is_current = models.BooleanField(default=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="plan_number_is_unique"),
            models.UniqueConstraint(fields=("case",), condition=Q(is_current=True), name="case_has_one_current_plan"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} plan {self.number}"
