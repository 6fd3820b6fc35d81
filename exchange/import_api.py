"""Files of records from other systems: sent, tried, looked at row by row, written and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common import jobs
from common.api import UUID as KEY_PATTERN
from common.api import ToldViewSet
from common.json_api import Sent, StrictJSON
from common.names import choices
from common.refusals import Invalid
from exchange.models import Run, RunItem
from exchange.models.run import unsealed
from exchange.operations import runs
from exchange.rules.headings import SheetPlan
from exchange.rules.kinds import Faulty, KindCode
from exchange.rules.outcomes import BECAME
from exchange.rules.runs import RUN_KINDS, RUN_STATES
from exchange.tasks import work_on
from households.rows_api import KEY, example

SHEET = {
    "number": 0,
    "name": "户",
    "line": 1,
    "headings": ["村", "当家人"],
    "kinds": [{"kind": "household", "columns": [{"place": 0, "name": "village"}, {"place": 1, "name": "head_name"}]}],
    "missing": [],
}
RECORD_KINDS = [(code.value, code.value) for code in KindCode]
MOST_LISTED, ITEMS_A_PAGE = 100, 500
TOLD = {
    "id": KEY,
    "kind": "import",
    "state": "tried",
    "name": "户.xlsx",
    "at": "2022-09-05T18:00:00+08:00",
    "total": 40000,
    "done": 40000,
    "counts": {"created": 39990, "refused": 10},
    "is_whole": False,
    "fault": "",
}
ITEM = {
    "position": 7,
    "sheet": 0,
    "line": 9,
    "kind": "household",
    "became": "refused",
    "code": "invalid",
    "field": "village",
    "message": "Name the village of the household, best by its code.",
    "changes": {},
    "record": "",
    "version": None,
    "undone": "",
}


class FileSent(Sent):
    """A spreadsheet: .xlsx, or .csv in UTF-8 or GB18030."""

    file = serializers.FileField()
    kind = serializers.ChoiceField(RECORD_KINDS, required=False)
    origin = serializers.CharField(max_length=100, default="", help_text="The system that identified the cases.")
    is_whole = serializers.BooleanField(default=False, help_text="Write only where no row is refused.")


@extend_schema_serializer(examples=[example(**TOLD)])
class RunTold(serializers.Serializer[Any]):
    """A run and how far it is."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices(RUN_KINDS))
    state = serializers.ChoiceField(choices(RUN_STATES))
    name = serializers.CharField()
    at = serializers.DateTimeField()
    total = serializers.IntegerField(help_text="Items of the present state.")
    done = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="How many items became what.")
    is_whole = serializers.BooleanField()
    fault = serializers.CharField(help_text="Why it failed; empty otherwise.")


@extend_schema_serializer(examples=[example(results=[TOLD])])
class RunsTold(serializers.Serializer[Any]):
    """Your latest runs."""

    results = RunTold(many=True)


@extend_schema_serializer(examples=[example(**ITEM)])
class ItemTold(serializers.Serializer[Any]):
    """One record of a run and what became of it."""

    position = serializers.IntegerField()
    sheet = serializers.IntegerField()
    line = serializers.IntegerField()
    kind = serializers.CharField()
    became = serializers.CharField(help_text="Empty while nothing has become of it yet.")
    code = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()
    changes = serializers.DictField(help_text="For each changed field the old and the new value.")
    record = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    undone = serializers.CharField(help_text="undone or kept, where the run was taken back.")


@extend_schema_serializer(examples=[example(results=[ITEM])])
class ItemsTold(serializers.Serializer[Any]):
    """Up to 500 items; ask again with `after` the last position."""

    results = ItemTold(many=True)


class ColumnTold(Sent):
    """A column of a sheet, and which value of the records it is."""

    place = serializers.IntegerField(min_value=0, help_text="The place of its heading in `headings`, from 0.")
    name = serializers.CharField(max_length=40, help_text="The field of the kind, as docs/api/batch.md lists them.")


class KindTold(Sent):
    """A kind of record that the rows of a sheet hold, and in which columns."""

    kind = serializers.ChoiceField(RECORD_KINDS)
    columns = ColumnTold(many=True)


class SheetChosen(Sent):
    """What a sheet holds; without a kind it is not read."""

    number = serializers.IntegerField(min_value=0)
    kinds = KindTold(many=True)


class SheetsChosen(Sent):
    """What the sheets hold; those that are not named stay as they were."""

    sheets = SheetChosen(many=True)


class SheetTold(SheetChosen):
    """A sheet as it would be read."""

    name = serializers.CharField()
    line = serializers.IntegerField(help_text="The line of the headings.")
    headings = serializers.ListField(child=serializers.CharField(allow_blank=True))
    missing = serializers.ListField(child=serializers.CharField(), help_text="What no row can be taken without.")


@extend_schema_serializer(examples=[example(sheets=[SHEET])])
class SheetsTold(serializers.Serializer[Any]):
    """The sheets of a file as they would be read."""

    sheets = SheetTold(many=True)


class ImportViewSet(ToldViewSet):
    """Runs of records: only who sent one sees it and goes on with it."""

    serializer_class = RunTold
    lookup_value_regex = KEY_PATTERN
    parser_classes = (MultiPartParser,)

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"became", "after"}) if self.action == "items" else frozenset()

    @extend_schema(
        operation_id="v1_imports_list", summary="Your latest runs", responses=forced_singular_serializer(RunsTold)
    )
    def list(self, request: Request) -> Response:
        """The latest first."""
        found = Run.objects.filter(by=request.user).order_by("-at", "-id")[:MOST_LISTED]
        return Response({"results": [described(run) for run in found]})

    @extend_schema(summary="One run and how far it is", responses=RunTold)
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(described(runs.seen_by(request.user, UUID(id))))

    @extend_schema(
        summary="Send a file",
        request={"multipart/form-data": FileSent},
        responses={202: OpenApiResponse(RunTold, description="The file is read and tried: ask again at its address.")},
    )
    def create(self, request: Request) -> Response:
        """The file is tried at once where all columns are known; `waiting` where somebody has to say what they are."""
        told = FileSent.read(request)
        made = runs.open_import(
            file=told["file"],
            size=told["file"].size,
            name=told["file"].name,
            by=request.user,
            at=timezone.now(),
            kind=KindCode(told["kind"]) if told.get("kind") else None,
            origin=told["origin"],
            is_whole=told["is_whole"],
            language=get_language() or "",
        )
        return accepted(request, made)

    @extend_schema(
        summary="The items of a run",
        responses=forced_singular_serializer(ItemsTold),
        parameters=[
            OpenApiParameter("became", OpenApiTypes.STR, enum=[code.value for code in BECAME]),
            OpenApiParameter("after", OpenApiTypes.INT, description="Items behind this position."),
        ],
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def items(self, request: Request, id: str) -> Response:
        """In the order of the file."""
        rows = runs.seen_by(request.user, UUID(id)).items.order_by("position")
        became, after = request.query_params.get("became", ""), request.query_params.get("after", "")
        if became and became not in set(BECAME):
            raise _unknown("became")
        if after and not (after.isascii() and after.isdigit() and len(after) < 10):
            raise _unknown("after")
        rows = rows.filter(became=became) if became else rows
        rows = rows.filter(position__gt=int(after)) if after else rows
        return Response({"results": [_item(row) for row in rows[:ITEMS_A_PAGE]]})

    @extend_schema(summary="What the columns of the file are", responses=SheetsTold)
    @action(detail=True, methods=["get"], parser_classes=(StrictJSON,))
    def columns(self, request: Request, id: str) -> Response:
        """As they were recognised, or as they were said to be."""
        return Response({"sheets": [_sheet(plan) for plan in runs.seen_by(request.user, UUID(id)).plans]})

    @extend_schema(
        operation_id="v1_imports_columns_choose",
        summary="Say what the columns of the file are",
        request=SheetsChosen,
        responses={202: RunTold},
    )
    @columns.mapping.post
    def choose(self, request: Request, id: str) -> Response:
        """The file is read with them and tried, and the headings are remembered for the next one."""
        held = runs.seen_by(request.user, UUID(id))
        sent = SheetsChosen(data=request.data)
        sent.is_valid(raise_exception=True)
        plans = _chosen(held.plans, sent.validated_data["sheets"])
        return accepted(request, runs.begin(run=held, plans=plans, by=request.user, at=timezone.now()))

    @extend_schema(summary="Write what the trial showed", request=None, responses={202: RunTold})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, id: str) -> Response:
        return self._act(request, id, runs.apply)

    @extend_schema(summary="End a run where it stands", request=None, responses={202: RunTold})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        return self._act(request, id, runs.cancel)

    @extend_schema(summary="Take back what a run wrote", request=None, responses={202: RunTold})
    @action(detail=True, methods=["post"])
    def rollback(self, request: Request, id: str) -> Response:
        return self._act(request, id, runs.roll_back)

    def _act(self, request: Request, key: str, act: Callable[..., Run]) -> Response:
        return accepted(request, act(run=runs.seen_by(request.user, UUID(key)), by=request.user, at=timezone.now()))


def accepted(request: Request, run: Run) -> Response:
    """The run, on which a job works where there is something to do, with its address."""
    if run.is_working:
        jobs.queue(work_on, str(run.pk))
    address = request.build_absolute_uri(f"/api/v1/imports/{run.pk}")
    return Response(described(run), status=202, headers={"Location": address})


def described(run: Run) -> dict[str, Any]:
    """A run as it is told."""
    return {
        "id": str(run.pk),
        "kind": run.kind,
        "state": run.state,
        "name": run.name,
        "at": run.at,
        "total": run.total,
        "done": run.done,
        "counts": run.counts,
        "is_whole": run.is_whole,
        "fault": run.fault,
    }


def _item(row: RunItem) -> dict[str, Any]:
    told = unsealed(row.told)
    names = ("position", "sheet", "line", "kind", "became", "code", "field", "record", "version", "undone")
    return {name: getattr(row, name) for name in names} | {
        "message": told.get("message", ""),
        "changes": told.get("changes", {}),
    }


def _sheet(plan: SheetPlan) -> dict[str, Any]:
    return {
        "number": plan.number,
        "name": plan.name,
        "line": plan.line,
        "headings": plan.headings,
        "kinds": [
            {"kind": code, "columns": [{"place": place, "name": name} for place, name in columns.items()]}
            for code, columns in plan.kinds.items()
        ],
        "missing": [column.name for column in plan.missing],
    }


def _chosen(plans: Sequence[SheetPlan], sheets: Sequence[Mapping[str, Any]]) -> list[SheetPlan]:
    """The plans of the file, those of the named sheets as they were said to be."""
    found = {plan.number: plan for plan in plans}
    numbers = [each["number"] for each in sheets]
    for each in sheets:
        number = each["number"]
        if number not in found or numbers.count(number) > 1:
            raise Invalid(_("Name each sheet of the file once, by its number."), field="number")
        told = [
            (KindCode(kind["kind"]), [(column["place"], column["name"]) for column in kind["columns"]])
            for kind in each["kinds"]
        ]
        try:
            found[number] = found[number].chosen(told)
        except Faulty as fault:
            raise Invalid(str(fault), code=fault.code, field=fault.name) from fault
    return list(found.values())


def _unknown(name: str) -> Invalid:
    return Invalid(_("“%(name)s” cannot be read.") % {"name": name}, code="invalid_parameter", field=name)
