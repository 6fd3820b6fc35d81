"""Public notices for API clients, read only: which hang where, until when, and what the sheet of one says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import Case as Choice
from django.db.models import CharField, Value, When
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from common.api import RowsWithMore
from households.api import DIVISION, Orders, PlacedRows
from households.models import Case
from households.operations import notices
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example
from households.rules.notices import Procedure

SHEET_EXAMPLE = {
    "title": "防止返贫监测对象识别公示",
    "said": "拟将下列农户纳入监测对象，现予公示，接受群众监督。",
    "persons": 4,
    "days": "公示期：2022年4月1日至2022年4月7日",
    "how_to_object": "如有异议，请在公示期内向村民委员会反映。",
    "signed": ["高坪村村民委员会", "2022年4月1日"],
}
NOTICE_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    **VILLAGE,
    "household_type": "unstable",
    "procedure": "identification",
    "head": "张三",
    "posted_on": "2022-04-01",
    "until": "2022-04-07",
}


@extend_schema_serializer(examples=[example(**NOTICE_EXAMPLE)])
class NoticeRow(OfHousehold, serializers.ModelSerializer[Case]):
    """A notice that hangs, by the `id` of its case: about whom, and from when until which day, both included."""

    procedure = serializers.ChoiceField([each.value for each in Procedure])
    head = serializers.CharField()
    posted_on = serializers.DateField()
    until = serializers.DateField()

    class Meta:
        model = Case
        fields = tuple(NOTICE_EXAMPLE)
        computed: ClassVar = {
            "procedure": Choice(
                *(When(status=status.value, then=Value(each.value)) for status, each in notices.PROCEDURES.items()),
                output_field=CharField(),
            )
        }


class SheetSerializer(serializers.Serializer[Any]):
    """What hangs in the village, in Chinese."""

    title = serializers.CharField()
    said = serializers.CharField()
    persons = serializers.IntegerField()
    days = serializers.CharField()
    how_to_object = serializers.CharField()
    signed = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(examples=[example(**NOTICE_EXAMPLE, sheet=SHEET_EXAMPLE)])
class NoticeWithSheet(NoticeRow):
    """A notice with what its sheet says; no sheet can say a document number, a phone, an account or health."""

    sheet = SheetSerializer()

    class Meta(NoticeRow.Meta):
        fields = (*NoticeRow.Meta.fields, "sheet")


@extend_schema_view(
    list=extend_schema(summary="Public notices that hang", parameters=[DIVISION]),
    retrieve=extend_schema(
        summary="The public notice of a case, with what its sheet says",
        responses={
            200: NoticeWithSheet,
            409: OpenApiResponse(description="A name on the sheet must not hang in public; correct it first."),
        },
    ),
)
class NoticeViewSet(RowsWithMore, PlacedRows):
    """The notices that hang now, as the page of notices lists them."""

    queryset = Case.objects.filter(
        status__in=[status.value for status in notices.PROCEDURES], household__removed_at__isnull=True
    )
    serializer_class = NoticeRow
    orders: Orders = {"village": ("village_id", "id"), "id": ("id",)}
    beside_columns = ("head", "posted_on", "until")
    are_costly = False

    def more(self) -> tuple[str, ...]:
        return ("sheet",) if self.action == "retrieve" else ()

    def beside(self, keys: Collection[str], names: Collection[str]) -> dict[str, dict[str, Any]]:
        cases = Case.objects.filter(pk__in=keys).select_related("village__parent")
        found = {
            str(each.case.pk): {"head": each.head, "posted_on": each.posted_on, "until": each.until}
            for each in notices.hanging_of(cases)
        }
        if "sheet" in names:
            for case in cases:
                sheet = notices.sheet_of(case)
                found[str(case.pk)]["sheet"] = {name: getattr(sheet, name) for name in SHEET_EXAMPLE}
        return found
