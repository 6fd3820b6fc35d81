"""Measures: each piece of help in a plan, from its planning to the day on which it landed (落实)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from assistance.models.plan import Plan
from assistance.rules.categories import CATEGORIES
from common.ids import new_id
from households.models import Case, Division, Member
from households.models.scoping import PlacedQuerySet


class Measure(models.Model):
    """One item of help for the household, or for one `member` of it. What was known when stands in its spans."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="measures")
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    category = models.CharField(max_length=30, choices=[(c.value, n.en) for c, n in CATEGORIES.items()])
    item = models.CharField(max_length=200)
    planned_on = models.DateField()
    landed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("village", "id"), name="measure_by_village"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(landed_on__isnull=False, ended_on__gte=F("landed_on")),
                name="measure_ends_after_it_landed",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=Decimal(0)), name="measure_amount_is_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.category}: {self.item}"
