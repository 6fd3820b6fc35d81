"""What lists of the registry can be narrowed by, the same for pages and API."""

from __future__ import annotations

import django_filters

from households.models import Division, Household
from households.models.division import DivisionQuerySet
from households.models.household import HouseholdQuerySet
from households.rules.levels import LEVELS, Level

CODE = r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"


class DivisionFilter(django_filters.FilterSet):
    """Filters of divisions."""

    parent = django_filters.CharFilter(field_name="parent_id", help_text="Code of the division next above.")
    under = django_filters.CharFilter(method="filter_under", help_text="This division and all below it.")
    level = django_filters.ChoiceFilter(
        choices=[(level.value, name.en) for level, name in LEVELS.items()], method="filter_level"
    )
    name = django_filters.CharFilter(lookup_expr="contains", help_text="Part of the name.")

    class Meta:
        model = Division
        fields: tuple[str, ...] = ()

    def filter_under(self, queryset: DivisionQuerySet, name: str, value: str) -> DivisionQuerySet:
        return queryset.under(value)

    def filter_level(self, queryset: DivisionQuerySet, name: str, value: str) -> DivisionQuerySet:
        return queryset.at_level(Level(value))


class HouseholdFilter(django_filters.FilterSet):
    """Filters of households."""

    division = django_filters.CharFilter(method="filter_division", help_text="Households of this division and below.")
    is_former_poor = django_filters.BooleanFilter()
    registered_by = django_filters.DateFilter(
        field_name="registered_on", lookup_expr="lte", help_text="Registered on or before this day."
    )

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()

    def filter_division(self, queryset: HouseholdQuerySet, name: str, value: str) -> HouseholdQuerySet:
        return queryset.under(value)
