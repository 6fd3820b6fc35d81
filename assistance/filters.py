"""What lists of assistance can be narrowed by, the same for pages and API."""

from __future__ import annotations

from datetime import date, datetime

import django_filters

from assistance.models import Measure, Plan
from assistance.models.measure import MeasureQuerySet
from assistance.models.span import TOLD, as_told
from assistance.rules.categories import CATEGORIES
from assistance.rules.quality.catalogue import RULES
from assistance.rules.states import STATES
from common.filters import DayFilter, MomentFilter, YesNoFilter
from common.names import choices
from households.filters import KnownFilter, RecordedFilter
from households.models import Finding
from households.models.finding import OF_FINDINGS, FindingQuerySet
from households.rules.codes import RISKS


class FindingFilter(KnownFilter):
    """Filters of findings of data quality; with `known_at` they are told, and narrowed, as they stood then."""

    known_at = MomentFilter(method="filter_known_at", help_text="What had been found, and mended, by this moment.")

    rule = django_filters.ChoiceFilter(choices=[(code, rule.name.en) for code, rule in RULES.items()])
    severity = django_filters.ChoiceFilter(choices=[(code, name.en) for code, name in OF_FINDINGS.items()])
    household = django_filters.UUIDFilter(field_name="household_id", help_text="Of this household.")
    is_standing = YesNoFilter(field_name="closed_at", lookup_expr="isnull", help_text="Still to be mended, or mended.")

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: FindingQuerySet) -> FindingQuerySet:
        known_at = self.form.cleaned_data["known_at"]
        if known_at:
            self.filters["is_standing"].field_name = "told_closed_at"
        rows: FindingQuerySet = super().filter_queryset(queryset.of_kept_households(known_at))
        return rows

    def known(self, queryset: FindingQuerySet, moment: datetime) -> FindingQuerySet:
        return queryset.as_told(moment)


class PlanFilter(django_filters.FilterSet):
    """Filters of plans."""

    case = django_filters.UUIDFilter(field_name="case_id", help_text="Plans of this case.")
    household = django_filters.UUIDFilter(field_name="case__household_id", help_text="Of all cases of this household.")
    is_current = YesNoFilter(help_text="The plan that holds now, or those before it.")

    class Meta:
        model = Plan
        fields: tuple[str, ...] = ()


class MeasureFilter(RecordedFilter):
    """Filters of measures; with `as_of` or `known_at` their days are told, and narrowed, as they were then."""

    as_of = DayFilter(method="filter_as_of", help_text="Planned or landed by this day, told as it stood then.")
    known_at = MomentFilter(method="filter_known_at", help_text="Landing and withdrawal as known at this moment.")

    case = django_filters.UUIDFilter(field_name="case_id", help_text="Measures for this case.")
    household = django_filters.UUIDFilter(field_name="case__household_id", help_text="Of all cases of this household.")
    plan = django_filters.UUIDFilter(field_name="plan_id", help_text="Measures of this plan.")
    category = django_filters.ChoiceFilter(choices=choices(CATEGORIES))
    risk = django_filters.ChoiceFilter(choices=choices(RISKS))
    state = django_filters.ChoiceFilter(choices=choices(STATES), method="in_state")
    responsible = django_filters.CharFilter(
        field_name="responsible__username", help_text="For whom this account is responsible, by its name."
    )
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", help_text="Due on this day or later.")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", help_text="Due on this day or earlier.")
    landed_from = DayFilter(field_name="landed_on", lookup_expr="gte", help_text="Landed on this day or later.")
    landed_to = DayFilter(field_name="landed_on", lookup_expr="lte", help_text="Landed on this day or earlier.")
    is_landed = YesNoFilter(
        field_name="landed_on", lookup_expr="isnull", exclude=True, help_text="Landed, or only planned."
    )
    is_withdrawn = YesNoFilter(
        field_name="withdrawn_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Withdrawn as recorded in error, or not.",
    )

    class Meta:
        model = Measure
        fields: tuple[str, ...] = ()

    def on_day(self, queryset: MeasureQuerySet, day: date) -> MeasureQuerySet:
        return queryset

    def known(self, queryset: MeasureQuerySet, moment: datetime | None) -> MeasureQuerySet:
        return queryset

    def filter_queryset(self, queryset: MeasureQuerySet) -> MeasureQuerySet:
        told = self.form.cleaned_data
        if told["as_of"] or told["known_at"]:
            queryset = as_told(queryset, told["as_of"], told["known_at"])
            for each in self.filters.values():
                if each.field_name in TOLD:
                    each.field_name = TOLD[each.field_name]
        rows: MeasureQuerySet = super().filter_queryset(queryset)
        return rows

    def in_state(self, rows: MeasureQuerySet, _name: str, state: str) -> MeasureQuerySet:
        """Measures that have come so far and no further."""
        return rows.filter(told_state=state) if "told_state" in rows.query.annotations else rows.in_state(state)
