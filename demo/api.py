"""Which records are a demonstration, for API clients: whoever shows records has to show this notice too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from common.api import RowViewSet
from demo.models import Demonstration

CHOICE = {"zh": "源文自相矛盾处以户数为准。", "en": "Where the source contradicts itself, the counts are followed."}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "row",
            response_only=True,
            value={
                "division": "6201",
                "source": "lanzhou-2022-09-05",
                "source_title": "我市监测对象风险消除率68.7%",
                "as_of": "2022-09-05",
                "period_start": "2022-01-01",
                "households": 958,
                "persons": 3248,
                "choice": CHOICE,
            },
        )
    ]
)
class DemonstrationRow(serializers.ModelSerializer[Demonstration]):
    """Synthetic records of a division, made to meet the figures of a published source."""

    division = serializers.CharField(source="division_id")
    source = serializers.CharField(source="source_id")
    choice = serializers.DictField(child=serializers.CharField(), help_text="What was chosen freely, by language.")

    class Meta:
        model = Demonstration
        fields = ("division", "source", "source_title", "as_of", "period_start", "households", "persons", "choice")


@extend_schema_view(
    list=extend_schema(summary="Demonstrations that this database holds"),
    retrieve=extend_schema(summary="The demonstration of a division"),
)
class DemonstrationViewSet(RowViewSet):
    """Where one is listed, the records of its division are synthetic: nobody lives there as they say."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ""}
    queryset = Demonstration.objects.order_by()
    serializer_class = DemonstrationRow
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"division": ("division_id",)}
    lookup_field = "division_id"
    lookup_url_kwarg = "division"
    lookup_value_regex = r"\d{2,12}"
