"""What a list of cases can be narrowed by beyond its scope, the same for pages and API."""

from __future__ import annotations

import django_filters

from households.models import CaseSpan
from households.models.span import CaseSpanQuerySet
from households.rules.codes import HOUSEHOLD_TYPES, RISKS
from households.workflow import STATUSES


class CaseFilter(django_filters.FilterSet):
    """Filters of cases as they stood on the day asked for."""

    status = django_filters.ChoiceFilter(choices=[(code.value, name.en) for code, name in STATUSES.items()])
    household_type = django_filters.ChoiceFilter(
        choices=[(code.value, name.en) for code, name in HOUSEHOLD_TYPES.items()]
    )
    risk = django_filters.ChoiceFilter(
        choices=[(code.value, name.en) for code, name in RISKS.items()],
        method="filter_risk",
        help_text="Among its risks.",
    )
    has_no_labour = django_filters.BooleanFilter()

    class Meta:
        model = CaseSpan
        fields: tuple[str, ...] = ()

    def filter_risk(self, queryset: CaseSpanQuerySet, name: str, value: str) -> CaseSpanQuerySet:
        return queryset.filter(risks__contains=[value])
