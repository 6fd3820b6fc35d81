"""Conditions of members for API clients, read only: health, schooling, labour, work, insurance and allowances."""

from __future__ import annotations

from datetime import date

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from common.filters import DayFilter
from common.names import choices
from households.api import DIVISION, DatedRows, Orders
from households.filters import DatedFilter
from households.models import MemberCondition
from households.models.condition import CONDITION_COLUMNS, MemberConditionQuerySet
from households.rows_api import KEY, OTHER_KEY, example
from households.rules.person_codes import ALLOWANCES, HEALTHS

ALLOWANCE_CHOICES = choices(ALLOWANCES)


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            member=OTHER_KEY,
            valid_from="2022-03-01",
            superseded_at=None,
            health=["chronic"],
            education="junior",
            schooling="",
            dropout_reason="",
            labour="weak",
            disability_category=None,
            disability_level=None,
            has_resident_insurance=True,
            has_employee_insurance=False,
            has_resident_pension=True,
            has_employee_pension=False,
            dibao="rural",
            tekun="none",
            work_place="county",
            work_months=6,
            employer="劳务公司",
            monthly_wage="2800.00",
            public_post="none",
            post_months=0,
            post_count=0,
        )
    ]
)
class MemberConditionRow(serializers.ModelSerializer[MemberCondition]):
    """What holds of a person from a day on; null and "" mean that it is not recorded."""

    member = serializers.UUIDField(source="member_id")
    superseded_at = serializers.DateTimeField(
        allow_null=True, help_text="When another record of the same day took its place."
    )
    health = serializers.ListField(child=serializers.ChoiceField(choices(HEALTHS)))

    class Meta:
        model = MemberCondition
        fields = ("id", "member", "valid_from", "superseded_at", *CONDITION_COLUMNS)


class MemberConditionFilter(DatedFilter):
    """Filters of conditions."""

    member = django_filters.UUIDFilter(field_name="member_id", help_text="Of this person.")
    as_of = DayFilter(method="filter_as_of", help_text="What holds on this day, one row a person.")

    class Meta:
        model = MemberCondition
        fields: tuple[str, ...] = ()

    def on_day(self, queryset: MemberConditionQuerySet, day: date) -> MemberConditionQuerySet:
        return queryset.filter(pk__in=MemberCondition.objects.as_of(day).values("pk"))


@extend_schema_view(
    list=extend_schema(summary="Conditions of members", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One condition of a member"),
)
class MemberConditionViewSet(DatedRows):
    """Health, schooling, labour, work, insurance and allowances of people, each from a day on."""

    queryset = MemberCondition.objects.order_by()
    serializer_class = MemberConditionRow
    filterset_class = MemberConditionFilter
    orders: Orders = {"member": ("member_id", "valid_from", "id"), "id": ("id",)}
