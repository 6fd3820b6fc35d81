"""The rows of the API's lists as files hold them: with what a sheet names a household by, and with document numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import orjson
from django.db.models import CharField, F, FilteredRelation, Func, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import Permission
from assistance.measure_api import MeasureRow, MeasureViewSet
from assistance.quality_api import FindingRow, FindingViewSet
from common.api import RowViewSet
from common.crypto import decrypt
from common.moments import day_of
from households.access import division_for
from households.api import DivisionViewSet, GuaranteeCheckViewSet, IncomeSurveyViewSet, MemberViewSet, code_asked
from households.conflict_api import ConflictRow, ConflictViewSet
from households.models import Division, Household
from households.rows_api import GuaranteeCheckRow, IncomeSurveyRow, MemberRow
from households.rules.codes import Relationship
from households.rules.documents import mask
from households.visit_api import VisitRow, VisitViewSet
from households.warning_api import WarningRow, WarningViewSet
from reports import household_list
from reports.api import CaseViewSet, HouseholdViewSet
from reports.rows_api import CaseRow, HouseholdListed

HEAD = "headed_on_the_day__member__"


def number_of(path: str) -> Coalesce:
    """What a sheet names a household by: its national number, its key here while it has none."""
    national = NullIf(F(f"{path}__national_number"), Value(""))
    return Coalesce(national, Cast(F(f"{path}__id"), CharField()), output_field=CharField())


def number_looked_up(key: str) -> Coalesce:
    """The same where the household may be hidden, as one that has moved away: it is not joined, and its key is told."""
    numbers = Household.objects.filter(pk=OuterRef(key)).values(told=NullIf(F("national_number"), Value("")))
    return Coalesce(Subquery(numbers), Cast(F(key), CharField()), output_field=CharField())


def token(path: str) -> Func:
    """A document number as it is kept, encrypted: who serves the row masks it or reads it."""
    return Func(F(path), Value("UTF8"), function="convert_from", output_field=CharField())


class HouseholdOut(HouseholdListed):
    """A household with the names of the places above and with its head."""

    township_name = serializers.CharField(source="village.parent.name")
    county_name = serializers.CharField(source="village.parent.parent.name")
    head_sex = serializers.CharField()
    head_birth_date = serializers.DateField()
    head_number = serializers.CharField()

    class Meta(HouseholdListed.Meta):
        fields = (
            *HouseholdListed.Meta.fields,
            "township_name",
            "county_name",
            "head_sex",
            "head_birth_date",
            "head_number",
        )
        computed: ClassVar = {
            "head_sex": F(f"{HEAD}sex"),
            "head_birth_date": F(f"{HEAD}birth_date"),
            "head_number": token(f"{HEAD}document_token"),
        }


class MemberOut(MemberRow):
    """A member with the household and the village."""

    household_number = serializers.CharField()
    village = serializers.CharField(source="household.village_id")
    village_name = serializers.CharField(source="household.village.name")

    class Meta(MemberRow.Meta):
        fields = (*MemberRow.Meta.fields, "household_number", "village", "village_name")
        computed: ClassVar = {**MemberRow.Meta.computed, "household_number": number_of("household")}


class MeasureOut(MeasureRow):
    """A measure with the household and the member whom it is for."""

    household = serializers.UUIDField(source="case.household_id")
    household_number = serializers.CharField()
    member_name = serializers.CharField(source="member.name")
    member_number = serializers.CharField()

    class Meta(MeasureRow.Meta):
        fields = (*MeasureRow.Meta.fields, "household", "household_number", "member_name", "member_number")
        computed: ClassVar = {
            **MeasureRow.Meta.computed,
            "household_number": number_of("case__household"),
            "member_number": token("member__document_token"),
        }


class _Numbered(serializers.ModelSerializer[Model]):
    """A row with what a sheet names its household by."""

    household_number = serializers.CharField()


class CaseOut(_Numbered, CaseRow):
    """A case."""

    class Meta(CaseRow.Meta):
        fields = (*CaseRow.Meta.fields, "household_number")
        computed: ClassVar = {"household_number": number_looked_up("household_id")}


class IncomeSurveyOut(_Numbered, IncomeSurveyRow):
    """An income survey."""

    class Meta(IncomeSurveyRow.Meta):
        fields = (*IncomeSurveyRow.Meta.fields, "household_number")
        computed: ClassVar = {**IncomeSurveyRow.Meta.computed, "household_number": number_of("household")}


class GuaranteeCheckOut(_Numbered, GuaranteeCheckRow):
    """A guarantee check."""

    class Meta(GuaranteeCheckRow.Meta):
        fields = (*GuaranteeCheckRow.Meta.fields, "household_number")
        computed: ClassVar = {"household_number": number_of("household")}


class _Headed(_Numbered):
    """A row with who heads its household now, as the pages tell it."""

    head = serializers.CharField()


HEADED: dict[str, Any] = {"household_number": number_of("household"), "head": F("headed__member__name")}


class VisitOut(_Headed, VisitRow):
    """A visit."""

    class Meta(VisitRow.Meta):
        fields = (*VisitRow.Meta.fields, "household_number", "head")
        computed: ClassVar = HEADED


class WarningOut(_Headed, WarningRow):
    """A clue that the records propose."""

    class Meta(WarningRow.Meta):
        fields = (*WarningRow.Meta.fields, "household_number", "head")
        computed: ClassVar = HEADED


class ConflictOut(_Headed, ConflictRow):
    """Two values of fields of a household or of its member."""

    class Meta(ConflictRow.Meta):
        fields = (*ConflictRow.Meta.fields, "household_number", "head")
        computed: ClassVar = {**ConflictRow.Meta.computed, **HEADED}


class FindingOut(_Headed, FindingRow):
    """A finding with whom it is about, by name."""

    member_name = serializers.CharField(source="member.name")

    class Meta(FindingRow.Meta):
        fields = (*FindingRow.Meta.fields, "household_number", "head", "member_name")
        computed: ClassVar = {**FindingRow.Meta.computed, **HEADED}


class Numbers(RowViewSet):
    """Rows with a document number in the field `number_field`: masked, or whole where `whole_numbers`."""

    number_field: ClassVar[str]
    whole_numbers = False

    def with_numbers(self, rows: Iterable[str]) -> Iterable[str]:
        """The rows with the number as it may be shown."""
        if self.number_field not in self.columns():
            return rows
        return (self._with_number(orjson.loads(row)) for row in rows)

    def _with_number(self, row: dict[str, Any]) -> str:
        kept = row[self.number_field]
        number = decrypt(kept.encode()) if kept else ""
        row[self.number_field] = number if self.whole_numbers else mask(number) if number else ""
        return orjson.dumps(row).decode()


class HouseholdsOut(Numbers, HouseholdViewSet):
    """Households with their heads on the day of the list."""

    serializer_class = HouseholdOut
    number_field = "head_number"

    def get_queryset(self) -> QuerySet[Household]:
        heads = FilteredRelation("memberships", condition=household_list.heads_on(self.scope.as_of))
        return super().get_queryset().annotate(headed_on_the_day=heads)

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        return self.with_numbers(super().told(rows))


class MembersOut(Numbers, MemberViewSet):
    """Members of households."""

    serializer_class = MemberOut
    number_field = "number"

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        return self.with_numbers(rows)


class MeasuresOut(Numbers, MeasureViewSet):
    """Measures."""

    serializer_class = MeasureOut
    number_field = "member_number"

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        return self.with_numbers(rows)


class CasesOut(CaseViewSet):
    """Cases."""

    serializer_class = CaseOut


class IncomeSurveysOut(IncomeSurveyViewSet):
    """Income surveys."""

    serializer_class = IncomeSurveyOut


class GuaranteeChecksOut(GuaranteeCheckViewSet):
    """Guarantee checks."""

    serializer_class = GuaranteeCheckOut


class _HeadedRows(RowViewSet):
    """Rows of households, with who heads them now."""

    def get_queryset(self) -> QuerySet[Any]:
        of_home = "household__memberships"
        is_head = Q(**{f"{of_home}__relationship": Relationship.HEAD, f"{of_home}__left_on__isnull": True})
        return super().get_queryset().annotate(headed=FilteredRelation(of_home, condition=is_head))


class VisitsOut(_HeadedRows, VisitViewSet):
    """Visits."""

    serializer_class = VisitOut


class WarningsOut(_HeadedRows, WarningViewSet):
    """Clues that the records propose."""

    serializer_class = WarningOut


class ConflictsOut(_HeadedRows, ConflictViewSet):
    """Conflicts between two changes."""

    serializer_class = ConflictOut


class FindingsOut(_HeadedRows, FindingViewSet):
    """Findings of data quality."""

    serializer_class = FindingOut


class DivisionsOut(DivisionViewSet):
    """The divisions below one."""

    parameters = ("division",)

    def prepare(self, request: Request) -> None:
        """Find the division that the list is of, like every list that leaves as a file."""
        asked = code_asked(request.query_params.get("division", ""))
        today = day_of(timezone.now())
        self.division = division_for(request.user, asked, Permission.VIEW_FIGURES, today, must_choose=True)

    def get_queryset(self) -> QuerySet[Division]:
        return super().get_queryset().under(self.division)
