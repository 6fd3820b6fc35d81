"""Waivers: conditions of elimination that a named person lets pass for one case, with a reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from households.models.case import Case
from households.models.scoping import PlacedQuerySet


class WaiverQuerySet(PlacedQuerySet):
    """Selections of waivers."""

    def in_force(self) -> WaiverQuerySet:
        """Waivers that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class GateWaiver(models.Model):
    """`waived_by` lets the condition `rule` pass for the case. A withdrawn one stays, and lets nothing pass."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="waivers")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    waived_on = models.DateField()
    waived_at = models.DateTimeField()
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case", "rule"), condition=Q(withdrawn_at__isnull=True), name="waiver_is_one_per_condition"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="waiver_withdrawal_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"
