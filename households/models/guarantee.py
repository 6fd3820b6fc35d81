"""Guarantee checks: housing, compulsory schooling, medical insurance and drinking water (三保障和饮水安全)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from common.ids import new_id
from households.models.household import Household
from households.models.scoping import PlacedQuerySet


class GuaranteeCheck(models.Model):
    """What was found on a day (DOMAIN §2.4). Null means that it was not looked at, which is not the same as secure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="guarantee_checks")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField()
    is_housing_safe = models.BooleanField(null=True)
    is_schooling_kept = models.BooleanField(null=True)
    is_everyone_insured = models.BooleanField(null=True)
    is_water_safe = models.BooleanField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PlacedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("household", "-checked_on"), name="guarantee_by_household"),)

    def __str__(self) -> str:
        return f"{self.household_id} {self.checked_on}"
