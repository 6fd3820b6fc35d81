"""Income surveys: what a household earned and had to spend in a stated period."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from households.models.household import Household
from households.models.scoping import PlacedQuerySet
from households.rules.incomes import IncomeItems

# Each item of the formulas with the column that keeps it; a model cannot have a field named property.
INCOME_COLUMNS = {item.name: {"property": "property_income"}.get(item.name, item.name) for item in fields(IncomeItems)}


def yuan() -> models.DecimalField:
    """A column of money in yuan."""
    return models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))


class IncomeSurvey(models.Model):
    """One survey (DOMAIN §1.3, §2.3): amounts in yuan for the whole household over `period_from` to `period_to`."""

    OCCASIONS = (("identification", "identification"), ("elimination", "elimination"), ("yearly", "yearly"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="income_surveys")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=20, choices=OCCASIONS)
    surveyed_on = models.DateField()
    period_from = models.DateField()
    period_to = models.DateField()
    household_size = models.PositiveSmallIntegerField()
    wage = yuan()
    business = yuan()
    property_income = yuan()
    transfer = yuan()
    business_expense = yuan()
    claims = yuan()
    self_paid = yuan()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PlacedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("household", "-surveyed_on"), name="income_by_household"),)
        constraints = (
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="income_period_has_an_order"),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.period_from}/{self.period_to}"

    @property
    def items(self) -> IncomeItems:
        """The amounts, ready for the formulas."""
        return IncomeItems(**{item: getattr(self, column) for item, column in INCOME_COLUMNS.items()})

    @property
    def net_per_capita(self) -> Decimal:
        """Per-capita net income (人均纯收入), yuan."""
        return self.items.per_capita(self.household_size)

    @property
    def reference_per_capita(self) -> Decimal:
        """Reference per-capita income for inclusion, yuan: net of claims received and compliant self-paid spending."""
        return self.items.reference_per_capita(self.household_size)
