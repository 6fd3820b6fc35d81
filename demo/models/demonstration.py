"""The mark of a demonstration: from which source its synthetic records were made, and what was chosen freely."""

from __future__ import annotations

from django.db import models

from households.models import Division


class Demonstration(models.Model):
    """Synthetic records of `division` that meet the figures of a published source; deterministic for `seed`."""

    division = models.OneToOneField(Division, on_delete=models.PROTECT, primary_key=True)
    source_id = models.CharField(max_length=100)
    source_title = models.CharField(max_length=300)
    as_of = models.DateField()
    period_start = models.DateField()
    seed = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    number_area = models.CharField(max_length=6, unique=True)
    households = models.PositiveIntegerField()
    persons = models.PositiveIntegerField()
    choice = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source_id} in {self.division_id}"
