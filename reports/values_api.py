"""What the API tells of figures and published sources, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from common.names import choices
from households.rows_api import example
from reports.indicators import BASES, Kind
from reports.rules.verdicts import VerdictKind

BASIS_CHOICES = choices(BASES)


class IndicatorSerializer(serializers.Serializer[Any]):
    """An indicator's declaration."""

    id = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    bases = serializers.ListField(child=serializers.ChoiceField(BASIS_CHOICES))
    is_computable = serializers.BooleanField()
    needs = serializers.CharField(allow_null=True, help_text="What kind of record is missing; null for none.")


class ValueSerializer(serializers.Serializer[Any]):
    """One reading of a figure."""

    basis = serializers.ChoiceField(BASIS_CHOICES)
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)


FIGURE_EXAMPLE = {
    "id": "elimination.rate",
    "name_zh": "风险消除率",
    "name_en": "Risk-elimination rate",
    "unit": "percent",
    "kind": "rate",
    "bases": ["household", "person"],
    "is_computable": True,
    "needs": None,
    "values": [
        {"basis": "household", "value": 68.6847599164927, "numerator": 658, "denominator": 958},
        {"basis": "person", "value": 67.48768472906404, "numerator": 2192, "denominator": 3248},
    ],
}
SCOPE_EXAMPLE = {"division": "6201", "as_of": "2022-09-05", "period_start": "2022-01-01", "known_at": None}


@extend_schema_serializer(examples=[example(**FIGURE_EXAMPLE)])
class FigureSerializer(IndicatorSerializer):
    """An indicator with its values in the scope asked for; none where its records are not kept."""

    values = ValueSerializer(many=True)


class ScopeSerializer(serializers.Serializer[Any]):
    """Where and when figures were read."""

    division = serializers.CharField()
    as_of = serializers.DateField()
    period_start = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """The figures of one division, each by the code of its indicator."""

    division = serializers.CharField()
    name = serializers.CharField()
    figures = serializers.DictField(child=ValueSerializer(many=True))


PLACE_EXAMPLE = {
    "division": "620121",
    "name": "永登县",
    "figures": {
        "monitoring.total.households": [{"basis": "household", "value": 120, "numerator": None, "denominator": None}]
    },
}


@extend_schema_serializer(examples=[example(**SCOPE_EXAMPLE, results=[FIGURE_EXAMPLE], places=[PLACE_EXAMPLE])])
class FiguresSerializer(ScopeSerializer):
    """Figures of a scope; with `by`, the same figures for each division of that level too."""

    results = FigureSerializer(many=True)
    places = PlaceSerializer(many=True, required=False)


class PointSerializer(serializers.Serializer[Any]):
    """A figure as of one day; figures of a period count from `period_start`."""

    as_of = serializers.DateField()
    period_start = serializers.DateField()
    values = ValueSerializer(many=True)


@extend_schema_serializer(
    examples=[
        example(
            **SCOPE_EXAMPLE,
            indicator="elimination.households",
            points=[
                {
                    "as_of": "2022-08-31",
                    "period_start": "2022-08-01",
                    "values": [{"basis": "household", "value": 640, "numerator": None, "denominator": None}],
                }
            ],
        )
    ]
)
class TrendSerializer(ScopeSerializer):
    """A figure as of the end of each month, the last one as of the day asked for."""

    indicator = serializers.CharField()
    points = PointSerializer(many=True)


@extend_schema_serializer(
    examples=[
        example(
            id="lanzhou-2022-09-05",
            title="我市监测对象风险消除率68.7%",
            publisher="兰州日报",
            published_on="2022-09-05",
            division="6201",
            as_of="2022-09-05",
            period_start="2022-01-01",
        )
    ]
)
class SourceSerializer(serializers.Serializer[Any]):
    """A published source that figures can be held against."""

    id = serializers.CharField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    published_on = serializers.DateField()
    division = serializers.CharField()
    as_of = serializers.DateField()
    period_start = serializers.DateField()


OVERALL = tuple(kind.value for kind in VerdictKind)
VERDICTS = tuple(value for value in OVERALL if value != VerdictKind.MATCHES_ONE_BASIS)
BY_BASIS = "By basis where the source leaves the basis open."


def _or_by_basis(one: dict[str, Any], description: str) -> dict[str, Any]:
    return {"oneOf": [one, {"type": "object", "additionalProperties": one}], "description": description}


@extend_schema_field(_or_by_basis({"type": "number", "nullable": True}, f"The computed value. {BY_BASIS}"))
class ComputedField(serializers.JSONField):
    """A computed value, or one by basis."""


@extend_schema_field(_or_by_basis({"type": "string", "enum": list(VERDICTS)}, f"The verdict. {BY_BASIS}"))
class VerdictField(serializers.JSONField):
    """A verdict, or one by basis."""


class FigureResultSerializer(serializers.Serializer[Any]):
    """A published figure; `computed` and `verdict` are objects by basis where the source leaves the basis open.

    `overall` is the verdict on the figure as a whole: `matches_one_basis` where one basis matches and another differs.
    """

    id = serializers.CharField()
    published = serializers.FloatField()
    step = serializers.FloatField()
    unit = serializers.CharField()
    basis = serializers.CharField(allow_null=True)
    at_least = serializers.BooleanField()
    computed = ComputedField()
    verdict = VerdictField()
    overall = serializers.ChoiceField(choices=OVERALL)
    explanation = serializers.CharField()
    doubt = serializers.CharField(allow_blank=True)


class IntervalSerializer(serializers.Serializer[Any]):
    """The values that one side of a relation can have."""

    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    low_open = serializers.BooleanField()
    high_open = serializers.BooleanField()


class RepairSerializer(serializers.Serializer[Any]):
    """What one figure would have to be for the relation to hold."""

    figure = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    low_open = serializers.BooleanField()
    high_open = serializers.BooleanField()
    nearest = serializers.FloatField(allow_null=True, help_text="The smallest change.")
    integers = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    printed = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class RelationSerializer(serializers.Serializer[Any]):
    """A relation among published figures."""

    id = serializers.CharField()
    says = serializers.CharField()
    verdict = serializers.CharField()
    left = IntervalSerializer()
    right = IntervalSerializer()
    repairs = RepairSerializer(many=True)
    explanation = serializers.CharField()


RECONCILIATION_EXAMPLE = {
    "source": "lanzhou-2022-09-05",
    **SCOPE_EXAMPLE,
    "figures": [
        {
            "id": "elimination.rate",
            "published": 68.7,
            "step": 0.1,
            "unit": "percent",
            "basis": None,
            "at_least": False,
            "computed": {"household": 68.6847599164927, "person": 67.48768472906404},
            "verdict": {"household": "matches", "person": "differs"},
            "overall": "matches_one_basis",
            "explanation": "By household it matches; by person it is 1.2 less.",
            "doubt": "",
        }
    ],
    "relations": [],
}


@extend_schema_serializer(examples=[example(**RECONCILIATION_EXAMPLE)])
class ReconciliationSerializer(ScopeSerializer):
    """A source's figures held against the records of a scope."""

    source = serializers.CharField()
    figures = FigureResultSerializer(many=True)
    relations = RelationSerializer(many=True)
