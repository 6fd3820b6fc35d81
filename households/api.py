"""The registry for API clients, read only: divisions, postings, members, histories, surveys, checks, lines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import ApiScope, Permission
from common.api import RowViewSet
from common.moments import day_of
from common.querysets import begins_with_any
from common.refusals import Invalid, seen
from households.access import division_for
from households.filters import (
    CODE,
    NO_CODE,
    CaseEventFilter,
    DivisionFilter,
    GuaranteeCheckFilter,
    IncomeSurveyFilter,
    MemberFilter,
    MonitoringLineFilter,
    PostingFilter,
)
from households.models import (
    CaseEvent,
    Division,
    GuaranteeCheck,
    IncomeSurvey,
    Membership,
    MonitoringLine,
    Posting,
)
from households.models.scoping import PlacedQuerySet
from households.operations import numbers
from households.rows_api import (
    CaseEventRow,
    DivisionRow,
    GuaranteeCheckRow,
    IncomeSurveyRow,
    MemberRow,
    MonitoringLineRow,
    NumberWish,
    PostingRow,
    WholeNumber,
    masked,
)
from households.rules.levels import path_of

DIVISION = OpenApiParameter(
    "division", str, pattern=CODE, description="Records of this division and below (default: your posting)."
)


LOOKING_BACK = frozenset({"as_of", "known_at"})
Orders = ClassVar[Mapping[str, tuple[str, ...]]]


class PlacedRows(RowViewSet):
    """Rows that carry a village: a list is of one division within the postings, a detail is of any of them."""

    parameters = ("division",)
    permission = Permission.VIEW_RECORDS

    def prepare(self, request: Request) -> None:
        """Find the division that a list is of; who is posted to several has to name it."""
        if self.action == "list":
            today = day_of(timezone.now())
            asked = code_asked(request.query_params.get("division", ""))
            self.division = division_for(request.user, asked, self.permission, today, must_choose=True)

    def key(self) -> Hashable:
        return None if self.is_narrowed() else (type(self), self.division)

    def get_queryset(self) -> PlacedQuerySet:
        rows = super().get_queryset()
        if self.action == "list":
            return rows.under(self.division)
        return rows.visible_to(self.request.user, day_of(timezone.now()), self.permission)


class DatedRows(PlacedRows):
    """Rows that are asked for as of a day, and some as known at a moment."""

    told_then: ClassVar[Mapping[str, str]] = {}  # what is told as it stood then, and what it is read from

    def columns(self) -> Mapping[str, Any]:
        columns = super().columns()
        if not LOOKING_BACK & self.request.query_params.keys():
            return columns
        return {name: self.told_then.get(name, column) for name, column in columns.items()}

    def filter_options(self) -> dict[str, Any]:
        return {"now": timezone.now()}


def code_asked(text: str) -> str:
    """A code of a division as asked for; Invalid where it cannot be one."""
    if text and not (text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 9, 12}):
        raise Invalid(NO_CODE, code="invalid_parameter", field="division")
    return text


@extend_schema_view(
    list=extend_schema(summary="Divisions within your postings"), retrieve=extend_schema(summary="One division")
)
class DivisionViewSet(RowViewSet):
    """Administrative divisions within the postings of the client."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ""}
    queryset = Division.objects.order_by()
    serializer_class = DivisionRow
    filterset_class = DivisionFilter
    orders: Orders = {"code": ("code",), "name": ("name", "code")}
    lookup_field = "code"
    lookup_value_regex = r"\d{2,12}"

    def get_queryset(self) -> QuerySet[Division]:
        return super().get_queryset().visible_to(self.request.user, day_of(timezone.now()))


@extend_schema_view(
    list=extend_schema(summary="Your own postings"), retrieve=extend_schema(summary="One of your postings")
)
class PostingViewSet(RowViewSet):
    """The postings of whoever asks: what may be read follows from them."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ""}
    queryset = Posting.objects.order_by()
    serializer_class = PostingRow
    filterset_class = PostingFilter
    orders: Orders = {
        "division": ("division_id", "id"),
        "starts_on": ("starts_on", "id"),
    }

    def get_queryset(self) -> QuerySet[Posting]:
        return super().get_queryset().filter(user=self.request.user.pk)


@extend_schema_view(
    list=extend_schema(summary="Members of households", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One membership of a household"),
)
class MemberViewSet(DatedRows):
    """People and the households they belong or belonged to; identity numbers are masked."""

    version_path = "member__version"
    api_scopes: ClassVar[Mapping[str, str]] = {"number": ApiScope.NUMBERS_READ.value}
    queryset = Membership.objects.filter(household__removed_at__isnull=True)
    serializer_class = MemberRow
    told_then: ClassVar[Mapping[str, str]] = {"left_on": "left_told"}
    filterset_class = MemberFilter
    orders: Orders = {"household": ("household_id", "id"), "id": ("id",)}

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        return map(masked, rows)

    @extend_schema(
        summary="The whole document number of one member, for a reason that is written down",
        request=NumberWish,
        responses={200: WholeNumber},
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def number(self, request: Request, id: str) -> Response:
        membership = seen(self.get_queryset().select_related("household", "member").filter(pk=id).first())
        told = NumberWish.read(request)
        shown = numbers.unmask(membership=membership, **told, by=request.user, at=timezone.now())
        return Response(WholeNumber({"id": id, "number": shown}).data, headers={"Cache-Control": "no-store"})


@extend_schema_view(
    list=extend_schema(summary="Histories of cases", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One event of a case"),
)
class CaseEventViewSet(DatedRows):
    """What happened to cases: rows are added, never changed. With `case`, the timeline of one."""

    queryset = CaseEvent.objects.filter(case__household__removed_at__isnull=True)
    serializer_class = CaseEventRow
    filterset_class = CaseEventFilter
    orders: Orders = {"case": ("case_id", "sequence"), "occurred_on": ("occurred_on", "id"), "id": ("id",)}


@extend_schema_view(
    list=extend_schema(summary="Income surveys", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One income survey"),
)
class IncomeSurveyViewSet(DatedRows):
    """What households earned and had to spend, in yuan; amounts are texts so that no cent is lost."""

    queryset = IncomeSurvey.objects.filter(household__removed_at__isnull=True)
    serializer_class = IncomeSurveyRow
    filterset_class = IncomeSurveyFilter
    orders: Orders = {"village": ("village_id", "id"), "surveyed_on": ("surveyed_on", "id"), "id": ("id",)}


@extend_schema_view(
    list=extend_schema(summary="Guarantee checks", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One guarantee check"),
)
class GuaranteeCheckViewSet(DatedRows):
    """Housing, compulsory schooling, medical insurance and drinking water, as found at home."""

    queryset = GuaranteeCheck.objects.filter(household__removed_at__isnull=True)
    serializer_class = GuaranteeCheckRow
    filterset_class = GuaranteeCheckFilter
    orders: Orders = {"village": ("village_id", "id"), "checked_on": ("checked_on", "id"), "id": ("id",)}


@extend_schema_view(
    list=extend_schema(summary="Monitoring lines of your divisions"),
    retrieve=extend_schema(summary="One monitoring line"),
)
class MonitoringLineViewSet(RowViewSet):
    """Monitoring lines within the postings of the client, and of the divisions above, which hold there too."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": ApiScope.FIGURES_READ.value}
    queryset = MonitoringLine.objects.order_by()
    serializer_class = MonitoringLineRow
    filterset_class = MonitoringLineFilter
    orders: Orders = {"division": ("division_id", "valid_from"), "valid_from": ("valid_from", "id")}

    def get_queryset(self) -> QuerySet[MonitoringLine]:
        codes = Posting.objects.codes(self.request.user, Permission.VIEW_FIGURES, day_of(timezone.now()))
        above = {each for code in codes for each in path_of(code)}
        return super().get_queryset().filter(begins_with_any("division_id", codes) | Q(division_id__in=above))
