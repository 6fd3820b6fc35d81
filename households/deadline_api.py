"""Deadlines for API clients, read only: what is due until when, who answers for it, and how it ended."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from common.filters import DayFilter, YesNoFilter
from common.names import choices
from households.api import DIVISION, Orders, PlacedRows
from households.models import Deadline
from households.models.deadline import DeadlineQuerySet
from households.rows_api import KEY, OTHER_KEY, THIRD_KEY, VILLAGE, Placed, example
from households.rules.clocks import OWNERS

DEADLINE_EXAMPLE = {
    "id": KEY,
    "case": OTHER_KEY,
    "household": THIRD_KEY,
    **VILLAGE,
    "clock": "verify",
    "length": 5,
    "unit": "working_days",
    "limit": "latest",
    "owner": "caseworker",
    "started_on": "2022-03-01",
    "due_on": "2022-03-08",
    "is_estimated": False,
    "paused_on": None,
    "ended_on": None,
    "ending": "",
}


@extend_schema_serializer(examples=[example(**DEADLINE_EXAMPLE)])
class DeadlineRow(Placed, serializers.ModelSerializer[Deadline]):
    """One run of a clock; `due_on` is null while the clock stands still, since `paused_on`."""

    case = serializers.UUIDField(source="case_id")
    household = serializers.UUIDField(source="case.household_id")

    class Meta:
        model = Deadline
        fields = tuple(DEADLINE_EXAMPLE)


class DeadlineFilter(django_filters.FilterSet):
    """Filters of deadlines."""

    case = django_filters.UUIDFilter(field_name="case_id", help_text="Of this case.")
    household = django_filters.UUIDFilter(field_name="case__household_id", help_text="Of this household.")
    clock = django_filters.CharFilter(help_text="Of this clock, by its code among the standards.")
    owner = django_filters.ChoiceFilter(choices=choices(OWNERS))
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", help_text="Due on this day or later.")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", help_text="Due on this day or earlier.")
    overdue_on = DayFilter(method="filter_overdue", help_text="Running, and overdue on this day.")
    is_running = YesNoFilter(field_name="ended_on", lookup_expr="isnull", help_text="Not ended yet, or ended.")

    class Meta:
        model = Deadline
        fields: tuple[str, ...] = ()

    def filter_overdue(self, queryset: DeadlineQuerySet, name: str, value: object) -> DeadlineQuerySet:
        return queryset.overdue(value)


@extend_schema_view(
    list=extend_schema(summary="Deadlines of cases", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One deadline"),
)
class DeadlineViewSet(PlacedRows):
    """The clocks that run for cases, and that ran; with `overdue_on` those that were missed."""

    queryset = Deadline.objects.filter(case__household__removed_at__isnull=True)
    serializer_class = DeadlineRow
    filterset_class = DeadlineFilter
    orders: Orders = {"started_on": ("started_on", "id"), "case": ("case_id", "id"), "id": ("id",)}
