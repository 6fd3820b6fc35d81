"""Findings of data quality for API clients, read only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Case, CharField, Value, When
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from assistance.filters import FindingFilter
from assistance.rules.quality.catalogue import RULES
from households.api import DIVISION, DatedRows, Orders
from households.models import Finding
from households.models.finding import FindingQuerySet
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            rule="no_measure",
            severity="warn",
            sentence="识别后逾期仍无落实的帮扶措施，请尽快落实。",
            household=OTHER_KEY,
            member=None,
            **VILLAGE,
            opened_at="2022-09-05T02:30:00+08:00",
            closed_at=None,
        )
    ]
)
class FindingRow(OfHousehold, serializers.ModelSerializer[Finding]):
    """A rule of data quality that a household does not keep; `closed_at` says when it was mended."""

    rule = serializers.ChoiceField(choices=[(code, rule.name.en) for code, rule in RULES.items()])
    sentence = serializers.CharField(help_text="What is wrong and what to do, in Chinese.")
    member = serializers.UUIDField(source="member_id", allow_null=True, help_text="Whom it is about, if it is one.")

    class Meta:
        model = Finding
        fields = (
            "id",
            "rule",
            "severity",
            "sentence",
            "household",
            "member",
            "village",
            "village_name",
            "opened_at",
            "closed_at",
        )
        computed: ClassVar = {
            "sentence": Case(
                *(When(rule=code, then=Value(rule.sentence.zh)) for code, rule in RULES.items()),
                default=Value(""),
                output_field=CharField(),
            )
        }


@extend_schema_view(
    list=extend_schema(summary="Findings of data quality", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One finding of data quality"),
)
class FindingViewSet(DatedRows):
    """What the rules of data quality find; with `is_standing=true` what is still to be mended."""

    queryset = Finding.objects.order_by()
    serializer_class = FindingRow
    told_then: ClassVar[Mapping[str, str]] = {"closed_at": "told_closed_at"}
    filterset_class = FindingFilter
    orders: Orders = {"village": ("village_id", "id"), "opened_at": ("opened_at", "id"), "id": ("id",)}

    def get_queryset(self) -> FindingQuerySet:
        rows: FindingQuerySet = super().get_queryset()
        return rows if self.is_narrowed() else rows.of_kept_households()
