"""Known headings: what a user said that a column of a sheet is, remembered for the next file."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from exchange.models.run import KIND_CHOICES


class KnownHeading(models.Model):
    """For `user`, a column with this heading (as it is compared) is that value of the kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    heading = models.CharField(max_length=120)
    column = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "kind", "heading"), name="known_heading_means_one_thing"),
        )

    def __str__(self) -> str:
        return f"{self.heading}: {self.column}"
