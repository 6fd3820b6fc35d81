"""What the API tells of households and cases, and from where each field of a row is read."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assistance.rules.categories import CATEGORIES
from common.json_api import Sent
from common.names import choices
from households.models import CaseSpan
from households.rows_api import (
    HOUSEHOLD_EXAMPLE,
    KEY,
    OTHER_KEY,
    THIRD_KEY,
    VILLAGE,
    HouseholdRow,
    MemberRow,
    OfHousehold,
    example,
)
from households.rules.codes import ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS
from households.workflow import STATUSES

MEMBER_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    "member": KEY,
    "name": "张三",
    "sex": "male",
    "birth_date": "1968-03-02",
    "number": "6201************13",
    "relationship": "head",
    "joined_on": "2021-05-06",
    "left_on": None,
}


CATEGORY_CHOICES = choices(CATEGORIES)


FACTS_EXAMPLE = {
    "as_of": "2022-09-05",
    "known_at": None,
    "head": "张三",
    "reported_on": "2022-03-15",
    "landed_measures": 2,
    "net_per_capita": "7750.00",
    "surveyed_on": "2022-01-05",
    "line": "6500.00",
    "share_of_line": 119.23,
    "is_below_line": False,
}
HOUSEHOLD_FACTS_EXAMPLE = {
    "persons": 4,
    "case": THIRD_KEY,
    "status": "monitored",
    "household_type": "unstable",
    "risks": ["illness"],
    "measures": ["health", "health"],
    "has_no_labour": False,
    "identified_on": "2022-04-01",
    "eliminated_on": None,
    "elimination_way": "",
    **FACTS_EXAMPLE,
}


CASE_FACTS_EXAMPLE = {
    "national_number": "",
    "is_former_poor": True,
    "registered_on": "2021-05-06",
    "waiting_days": None,
    **FACTS_EXAMPLE,
}


class Facts(serializers.Serializer[Any]):
    """What lists tell beside the columns of a household or case, on the day asked for."""

    as_of = serializers.DateField(help_text="The day as of which it is told.")
    known_at = serializers.DateTimeField(allow_null=True, help_text="As known at that moment; null for now.")
    head = serializers.CharField(allow_null=True, help_text="Who heads the household.")
    reported_on = serializers.DateField(allow_null=True)
    landed_measures = serializers.IntegerField(allow_null=True, help_text="How many measures have landed.")
    net_per_capita = serializers.DecimalField(
        14, 2, allow_null=True, help_text="Net income per person of the latest survey, yuan."
    )
    surveyed_on = serializers.DateField(allow_null=True, help_text="The day of the latest income survey.")
    line = serializers.DecimalField(14, 2, allow_null=True, help_text="The monitoring line in force, yuan.")
    share_of_line = serializers.FloatField(allow_null=True, help_text="The income as percent of the line.")
    is_below_line = serializers.BooleanField(allow_null=True)


class HouseholdFacts(Facts):
    """What lists tell of a household; what speaks of a case is of the one that the pages show, null without one."""

    persons = serializers.IntegerField()
    case = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices(STATUSES), allow_null=True)
    household_type = serializers.ChoiceField(choices(HOUSEHOLD_TYPES), allow_null=True)
    risks = serializers.ListField(child=serializers.ChoiceField(choices(RISKS)), allow_null=True)
    measures = serializers.ListField(
        child=serializers.ChoiceField(CATEGORY_CHOICES), allow_null=True, help_text="One entry for each landed measure."
    )
    has_no_labour = serializers.BooleanField(allow_null=True)
    identified_on = serializers.DateField(allow_null=True)
    eliminated_on = serializers.DateField(allow_null=True)
    elimination_way = serializers.ChoiceField(choices(ELIMINATION_WAYS), allow_blank=True, allow_null=True)


@extend_schema_serializer(examples=[example(**HOUSEHOLD_EXAMPLE, **HOUSEHOLD_FACTS_EXAMPLE)])
class HouseholdListed(HouseholdFacts, HouseholdRow):
    """A household as of a day. From `persons` on, a list tells a field only where `fields` names it."""

    class Meta(HouseholdRow.Meta):
        fields = (*HouseholdRow.Meta.fields, *HOUSEHOLD_FACTS_EXAMPLE)


@extend_schema_serializer(examples=[example(**HOUSEHOLD_EXAMPLE, **HOUSEHOLD_FACTS_EXAMPLE, members=[MEMBER_EXAMPLE])])
class HouseholdWithMembers(HouseholdListed):
    """A household as of a day, with everyone who belongs or belonged to it by then; identity numbers are masked."""

    members = MemberRow(many=True)

    class Meta(HouseholdListed.Meta):
        fields = (*HouseholdListed.Meta.fields, "members")


class DocumentSearch(Sent):
    """The exact number of a person's document; it travels in the body because addresses end up in logs."""

    document_number = serializers.CharField(min_length=18, max_length=22)


@extend_schema_serializer(examples=[example(results=[HOUSEHOLD_EXAMPLE])])
class HouseholdsFound(serializers.Serializer[Any]):
    """The household of that person, if there is one within reach."""

    results = HouseholdRow(many=True)


@extend_schema_serializer(
    examples=[
        example(
            id=KEY,
            household=OTHER_KEY,
            **VILLAGE,
            status="monitored",
            household_type="unstable",
            persons=4,
            has_no_labour=False,
            risks=["illness", "schooling"],
            identified_on="2022-04-01",
            eliminated_on=None,
            elimination_way="",
            since="2022-04-01",
            measures=["education", "health", "health"],
            **CASE_FACTS_EXAMPLE,
        )
    ]
)
class CaseRow(OfHousehold, Facts, serializers.ModelSerializer[CaseSpan]):
    """A case as it stood on the day asked for; `measures` has one entry for each landed measure.

    From `national_number` on, a list tells a field only where `fields` names it.
    """

    id = serializers.UUIDField(source="case_id")
    status = serializers.ChoiceField(choices(STATUSES))
    household_type = serializers.ChoiceField(choices(HOUSEHOLD_TYPES))
    risks = serializers.ListField(child=serializers.ChoiceField(choices(RISKS)))
    elimination_way = serializers.ChoiceField(choices(ELIMINATION_WAYS), allow_blank=True)
    since = serializers.DateField(help_text="The day since which it stands at this step.")
    measures = serializers.ListField(source="landed", child=serializers.ChoiceField(CATEGORY_CHOICES))
    national_number = serializers.CharField()
    is_former_poor = serializers.BooleanField(allow_null=True)
    registered_on = serializers.DateField(allow_null=True, help_text="Null where the household lives elsewhere now.")
    waiting_days = serializers.IntegerField(
        allow_null=True, help_text="How long it has waited at its step; null where it waits for no decision."
    )

    class Meta:
        model = CaseSpan
        fields = (
            "id",
            "household",
            "village",
            "village_name",
            "status",
            "household_type",
            "persons",
            "has_no_labour",
            "risks",
            "identified_on",
            "eliminated_on",
            "elimination_way",
            "since",
            "measures",
            *CASE_FACTS_EXAMPLE,
        )
