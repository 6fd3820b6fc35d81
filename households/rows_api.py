"""What a row of the registry holds for API clients, field by field, and from where each field is read."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson
from django.db.models import Case, CharField, F, Func, Value, When
from django.db.models.functions import Cast, Greatest, Round
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from common.crypto import decrypt
from common.json_api import Sent
from common.names import choices
from households.models import (
    CaseEvent,
    Division,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Membership,
    MonitoringLine,
    Posting,
)
from households.rules.documents import mask
from households.rules.levels import CODE_LENGTHS, LEVELS

VILLAGE = {"village": "620121100201", "village_name": "高坪村"}
KEY, OTHER_KEY, THIRD_KEY = (f"0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c1{digit}" for digit in "123")
NET = F("wage") + F("business") + F("property_income") + F("transfer") - F("business_expense")


def per_capita(total: object) -> Cast:
    """An amount per person of the household, in yuan to the cent, as households.rules.incomes computes it."""
    return Cast(Round(total / Greatest(F("household_size"), 1), precision=2), CharField())


def example(**row: object) -> OpenApiExample:
    """One row as it may be answered."""
    return OpenApiExample("row", value=row, response_only=True)


class Placed(serializers.Serializer[Any]):
    """A row that carries its village."""

    village = serializers.CharField(source="village_id")
    village_name = serializers.CharField(source="village.name")


class OfHousehold(Placed):
    """A row of a household, in the village in which it lives or lived then."""

    household = serializers.UUIDField(source="household_id")


@extend_schema_serializer(
    examples=[
        example(
            code="620121", name="永登县", level="county", parent="6201", valid_from=None, valid_to=None, successor=None
        )
    ]
)
class DivisionRow(serializers.ModelSerializer[Division]):
    """An administrative division."""

    level = serializers.ChoiceField(choices=choices(LEVELS))
    parent = serializers.CharField(source="parent_id", allow_null=True)
    successor = serializers.CharField(source="successor_id", allow_null=True)

    class Meta:
        model = Division
        fields = ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")
        computed: ClassVar = {
            "level": Case(
                *(When(code__length=length, then=Value(level.value)) for level, length in CODE_LENGTHS.items()),
                output_field=CharField(),
            )
        }


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            role="supervisor",
            division="620121",
            division_name="永登县",
            starts_on="2022-01-01",
            ends_on=None,
        )
    ]
)
class PostingRow(serializers.ModelSerializer[Posting]):
    """A role that you hold in a division and all below it; both days are included."""

    division = serializers.CharField(source="division_id")
    division_name = serializers.CharField(source="division.name")

    class Meta:
        model = Posting
        fields = ("id", "role", "division", "division_name", "starts_on", "ends_on")


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            household=OTHER_KEY,
            member=THIRD_KEY,
            name="张三",
            sex="male",
            birth_date="1968-03-02",
            ethnicity="01",
            political_status="masses",
            phone="13900000000",
            number="6201************13",
            relationship="head",
            joined_on="2021-05-06",
            left_on=None,
        )
    ]
)
class MemberRow(serializers.ModelSerializer[Membership]):
    """A person and the time for which he or she belongs to a household; the identity number is masked."""

    household = serializers.UUIDField(source="household_id")
    member = serializers.UUIDField(source="member_id")
    name = serializers.CharField(source="member.name")
    sex = serializers.ChoiceField(source="member.sex", choices=["male", "female"])
    birth_date = serializers.DateField(source="member.birth_date", allow_null=True)
    ethnicity = serializers.CharField(source="member.ethnicity", help_text="GB/T 3304, two digits.")
    political_status = serializers.CharField(source="member.political_status")
    phone = serializers.CharField(source="member.phone")
    number = serializers.CharField(source="member.masked_number", help_text="Empty while there is none.")

    class Meta:
        model = Membership
        fields = (
            "id",
            "household",
            "member",
            "name",
            "sex",
            "birth_date",
            "ethnicity",
            "political_status",
            "phone",
            "number",
            "relationship",
            "joined_on",
            "left_on",
        )
        # Read as it is kept, encrypted: whoever serves the row masks it with `masked`.
        computed: ClassVar = {
            "number": Func("member__document_token", Value("UTF8"), function="convert_from", output_field=CharField())
        }


class NumberWish(Sent):
    """Why a document number is needed in full."""

    reason = serializers.CharField(max_length=200)


@extend_schema_serializer(examples=[example(id=KEY, number="629999198001010019")])
class WholeNumber(serializers.Serializer[Any]):
    """A document number in full; `id` is the membership."""

    id = serializers.UUIDField()
    number = serializers.CharField()


def masked(row: str) -> str:
    """A row of members with its identity number as it may be shown."""
    told = orjson.loads(row)
    if "number" in told:
        told["number"] = mask(decrypt(told["number"].encode())) if told["number"] else ""
    return orjson.dumps(told).decode()


HOUSEHOLD_EXAMPLE = {
    "id": KEY,
    **VILLAGE,
    "national_number": "",
    "address": "三社12号",
    "phone": "13900000000",
    "is_former_poor": True,
    "registered_on": "2021-05-06",
    "version": 1,
}


@extend_schema_serializer(examples=[example(**HOUSEHOLD_EXAMPLE)])
class HouseholdRow(Placed, serializers.ModelSerializer[Household]):
    """A household."""

    class Meta:
        model = Household
        fields = (
            "id",
            "village",
            "village_name",
            "national_number",
            "address",
            "phone",
            "is_former_poor",
            "registered_on",
            "version",
        )


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            case=OTHER_KEY,
            village="620121100201",
            sequence=4,
            kind="identified",
            occurred_on="2022-04-01",
            recorded_at="2022-04-01T10:00:00+00:00",
            recorded_by="chen.wei",
            facts={"status": "monitored", "identified_on": "2022-04-01"},
            details={},
            corrects=None,
        )
    ]
)
class CaseEventRow(serializers.ModelSerializer[CaseEvent]):
    """What happened to a case, in the order in which it was recorded; a correction names the event it corrects."""

    case = serializers.UUIDField(source="case_id")
    village = serializers.CharField(source="village_id")
    recorded_by = serializers.CharField(source="recorded_by.username")
    facts = serializers.DictField(help_text="What holds from that day on.")
    details = serializers.DictField(help_text="Remarks and reasons.")
    corrects = serializers.UUIDField(source="corrects_id", allow_null=True)

    class Meta:
        model = CaseEvent
        fields = (
            "id",
            "case",
            "village",
            "sequence",
            "kind",
            "occurred_on",
            "recorded_at",
            "recorded_by",
            "facts",
            "details",
            "corrects",
        )


AMOUNTS = ("wage", "business", "property_income", "transfer", "business_expense", "claims", "self_paid")


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            household=OTHER_KEY,
            **VILLAGE,
            occasion="yearly",
            surveyed_on="2022-01-05",
            period_from="2021-01-01",
            period_to="2021-12-31",
            household_size=4,
            **dict.fromkeys(AMOUNTS, "0.00") | {"wage": "31000.00"},
            net_per_capita="7750.00",
            reference_per_capita="7750.00",
        )
    ]
)
class IncomeSurveyRow(OfHousehold, serializers.ModelSerializer[IncomeSurvey]):
    """What a household earned and had to spend in a period, in yuan for the whole household, and per person."""

    net_per_capita = serializers.DecimalField(14, 2, help_text="Per-capita net income, yuan.")
    reference_per_capita = serializers.DecimalField(
        14, 2, help_text="What inclusion looks at: with claims, less self-paid spending, yuan per person."
    )

    class Meta:
        model = IncomeSurvey
        fields = (
            "id",
            "household",
            "village",
            "village_name",
            "occasion",
            "surveyed_on",
            "period_from",
            "period_to",
            "household_size",
            *AMOUNTS,
            "net_per_capita",
            "reference_per_capita",
        )
        computed: ClassVar = {
            "net_per_capita": per_capita(NET),
            "reference_per_capita": per_capita(NET + F("claims") - F("self_paid")),
        }


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            household=OTHER_KEY,
            **VILLAGE,
            checked_on="2022-03-01",
            is_housing_safe=True,
            is_schooling_kept=True,
            is_everyone_insured=True,
            is_water_safe=None,
        )
    ]
)
class GuaranteeCheckRow(OfHousehold, serializers.ModelSerializer[GuaranteeCheck]):
    """Housing, schooling, insurance and water as found on a day; null where it was not looked at."""

    class Meta:
        model = GuaranteeCheck
        fields = (
            "id",
            "household",
            "village",
            "village_name",
            "checked_on",
            "is_housing_safe",
            "is_schooling_kept",
            "is_everyone_insured",
            "is_water_safe",
        )


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            division="62",
            division_name="甘肃省",
            valid_from="2022-01-01",
            amount="6500.00",
            source="甘肃省2022年监测范围",
        )
    ]
)
class MonitoringLineRow(serializers.ModelSerializer[MonitoringLine]):
    """The income, in yuan per person and year, under which households of a division are watched from a day on."""

    division = serializers.CharField(source="division_id")
    division_name = serializers.CharField(source="division.name")

    class Meta:
        model = MonitoringLine
        fields = ("id", "division", "division_name", "valid_from", "amount", "source")
