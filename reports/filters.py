"""What lists of cases and households can be narrowed by beyond their scope, the same for pages and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from assistance.rules.categories import CATEGORIES, COUNTED_AS
from common.filters import DayFilter, YesNoFilter
from common.names import choices
from households.models import CaseSpan, Household
from households.models.span import CaseSpanQuerySet
from households.rules.codes import HOUSEHOLD_TYPES, RISKS
from households.workflow import STATUSES
from reports import case_list, household_list
from reports.indicators import INDICATORS
from reports.lateness import Lateness
from reports.query import Scope, with_measure

NO_CASE = "none"
BELOW, ABOVE = "below", "above"
YES, NO = "true", "false"


def categories_counted_as(category: str) -> list[str]:
    """The categories of measures that figures count under the name of this one."""
    return sorted(each.value for each in COUNTED_AS[category])


class CaseFilter(django_filters.FilterSet):
    """Filters of cases as they stood on the day asked for."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="The cases of this household.")
    status = django_filters.ChoiceFilter(choices=choices(STATUSES))
    household_type = django_filters.ChoiceFilter(choices=choices(HOUSEHOLD_TYPES))
    risk = django_filters.ChoiceFilter(
        choices=choices(RISKS),
        method="filter_risk",
        help_text="Among its risks.",
    )
    has_no_labour = YesNoFilter()
    measure = django_filters.ChoiceFilter(
        choices=choices(CATEGORIES),
        method="filter_measure",
        help_text="With a landed measure that figures count in this category.",
    )
    waiting_since = DayFilter(field_name="since", lookup_expr="lte", help_text="At its step since this day or longer.")

    late = YesNoFilter(
        method="filter_late", help_text="Waiting longer at its step than the standard of its place permits."
    )

    class Meta:
        model = CaseSpan
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, queryset: Any = None, *, scope: Scope, **more: Any) -> None:
        super().__init__(data, queryset, **more)
        self.scope = scope

    def filter_late(self, queryset: CaseSpanQuerySet, name: str, value: bool) -> CaseSpanQuerySet:
        late = Lateness.of(self.scope).is_late()
        return queryset.filter(late) if value else queryset.exclude(pk__in=queryset.filter(late).values("pk"))

    def filter_risk(self, queryset: CaseSpanQuerySet, name: str, value: str) -> CaseSpanQuerySet:
        return queryset.filter(risks__contains=[value])

    def filter_measure(self, queryset: CaseSpanQuerySet, name: str, value: str) -> CaseSpanQuerySet:
        return queryset.filter(with_measure(self.scope, categories_counted_as(value)))


class HouseholdListFilter(django_filters.FilterSet):
    """Filters of households as they stood on the scope's day; those that speak of a case speak of one and the same."""

    q = django_filters.CharFilter(
        max_length=100,
        help_text="Part of the name of a member, village, township or county; a code; or a national number.",
    )
    household_type = django_filters.ChoiceFilter(choices=choices(HOUSEHOLD_TYPES))
    status = django_filters.ChoiceFilter(
        choices=[*((code.value, name.en) for code, name in STATUSES.items()), (NO_CASE, "no case")]
    )
    risk = django_filters.ChoiceFilter(choices=choices(RISKS), help_text="Among its risks.")
    has_no_labour = django_filters.ChoiceFilter(choices=[(YES, "yes"), (NO, "no")])
    measure = django_filters.ChoiceFilter(
        choices=choices(CATEGORIES),
        help_text="With a landed measure that figures count in this category.",
    )
    income = django_filters.ChoiceFilter(
        choices=[(BELOW, "below the line"), (ABOVE, "not below the line")],
        help_text="Net income per person of the latest survey, against the line in force on the day.",
    )
    is_former_poor = django_filters.ChoiceFilter(choices=[(YES, "yes"), (NO, "no")])
    indicator = django_filters.ChoiceFilter(
        choices=[(code, each.name.en) for code, each in INDICATORS.items() if each.is_computable],
        help_text="Only the households that this indicator counts.",
    )

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, queryset: Any = None, *, scope: Scope, **more: Any) -> None:
        super().__init__(data, household_list.households(scope) if queryset is None else queryset, **more)
        self.scope = scope

    @cached_property
    def case_wanted(self) -> Q:
        """What one case of the household must be on the day; empty where nothing is asked of its case."""
        values, wanted = self.form.cleaned_data, Q()
        for name in ("household_type", "status"):
            if values[name] and values[name] != NO_CASE:
                wanted &= Q(**{name: values[name]})
        if values["risk"]:
            wanted &= Q(risks__contains=[values["risk"]])
        if values["has_no_labour"]:
            wanted &= Q(has_no_labour=values["has_no_labour"] == YES)
        if values["measure"]:
            wanted &= with_measure(self.scope, categories_counted_as(values["measure"]))
        if values["indicator"]:
            wanted &= case_list.counted(self.scope, INDICATORS[values["indicator"]])
        return wanted

    def filter_queryset(self, queryset: QuerySet[Household]) -> QuerySet[Household]:
        """The households that satisfy every filter that is set."""
        values = self.form.cleaned_data
        if values["q"]:
            queryset = household_list.found_by(queryset, self.scope, values["q"])
        if values["is_former_poor"]:
            queryset = queryset.filter(is_former_poor=values["is_former_poor"] == YES)
        if values["income"]:
            queryset = household_list.beside_the_line(queryset, self.scope, is_below=values["income"] == BELOW)
        if values["status"] == NO_CASE:
            queryset = household_list.without_case(queryset, self.scope)
        wanted = self.case_wanted
        return household_list.with_a_case(queryset, self.scope, wanted) if wanted else queryset
