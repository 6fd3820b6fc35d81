"""Monitoring lines: the income range under which a household is watched, by division and date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from common.ids import new_id
from households.models.division import Division
from households.rules.levels import path_of


class MonitoringLineQuerySet(models.QuerySet["MonitoringLine"]):
    """Selections of monitoring lines."""

    def in_force(self, code: str, on: date) -> MonitoringLine | None:
        """The line for `code` on that day: its own or the nearest above; None where none is known."""
        lines = self.filter(division_id__in=path_of(code), valid_from__lte=on)
        return lines.order_by(Length("division_id").desc(), "-valid_from").first()


class MonitoringLine(models.Model):
    """Yuan per person and year (监测范围), in force in `division` from `valid_from` until the next (DOMAIN §1.2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="monitoring_lines")
    valid_from = models.DateField()
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    source = models.CharField(max_length=300)

    objects = MonitoringLineQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "valid_from"), name="line_is_one_per_division_and_day"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="line_is_positive"),
        )

    def __str__(self) -> str:
        return f"{self.division_id} {self.valid_from} {self.amount}"
