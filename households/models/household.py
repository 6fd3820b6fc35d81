"""Households: the unit that is monitored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from households.models.division import Division
from households.models.scoping import PlacedQuerySet
from households.rules.changes import HOW_ENDED


class HouseholdQuerySet(PlacedQuerySet):
    """Selections of households."""

    def kept(self) -> Self:
        """Households that were not removed as registered in error."""
        return self.filter(removed_at__isnull=True)

    def there(self) -> Self:
        """Households that are kept and have not ended."""
        return self.kept().filter(ended_on__isnull=True)

    def standing(self, day: date, known_at: datetime | None = None) -> Self:
        """Households that had not ended by that day, as known at that moment."""
        there = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        return self.filter(there if known_at is None else there | Q(ended_at__gt=known_at))

    def registered_by(self, day: date) -> Self:
        """Households registered on or before that day."""
        return self.filter(registered_on__lte=day)


class Household(models.Model):
    """People who share a home and a budget (DOMAIN §1.1). A removed one stays, marked with when and why.

    From `ended_on` on there is no such household any more: all have died, merged into another one or moved away.

    A synthetic one is invented for a demonstration, and stays so: it alone can be deleted, with its history.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    national_number = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_former_poor = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False, editable=False)
    registered_on = models.DateField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.CharField(max_length=500, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=20, blank=True, choices=choices(HOW_ENDED))
    version = models.PositiveIntegerField(default=1)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("village", "id"), name="household_by_village"),)
        constraints = (
            models.UniqueConstraint(
                fields=("national_number",),
                condition=~Q(national_number=""),
                name="household_national_number_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removal_reason="")
                | (Q(removed_at__isnull=False) & ~Q(removal_reason="")),
                name="household_removal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_how="")
                | (
                    Q(ended_on__isnull=False, ended_at__isnull=False, ended_on__gt=F("registered_on"))
                    & ~Q(ended_how="")
                ),
                name="household_ended_says_how",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
