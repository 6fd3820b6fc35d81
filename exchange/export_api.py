"""Files for other systems: any list or figure as XLSX, CSV or JSON lines, asked for, looked after, and fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import ApiScope, Permission
from common import jobs
from common.api import UUID as KEY_PATTERN
from common.api import ToldViewSet
from common.api_scopes import check_held
from common.json_api import Sent
from common.names import choices
from exchange import out_files
from exchange.models import ExportJob
from exchange.operations import export_jobs
from exchange.operations.export_jobs import Wanted
from exchange.out_lists import OFFERS, Asked, Source, opened
from exchange.rules.export_states import CONTENT_TYPES, EXPORT_STATES, FORMATS, Format
from exchange.tasks import write_export
from households.operations.exports import LONGEST_PURPOSE, Export
from households.rows_api import KEY, example
from households.token_api import Held

MOST_LISTED = 100
# Whatever the format: a client made from the document takes the bytes as they are.
CONTENT = "application/octet-stream"
NARROWED = {"division": "620121", "status": "monitored", "sort": "village"}
SENT = {
    "list": "households",
    "parameters": NARROWED,
    "fields": ["id", "national_number", "head", "persons", "status"],
    "format": "xlsx",
    "purpose": "月度抽查",
}
TOLD = {
    "id": KEY,
    "list": "households",
    "parameters": {
        **NARROWED,
        "as_of": "2022-09-05",
        "period_start": "2022-01-01",
        "known_at": "2022-09-05T18:00:00+08:00",
    },
    "fields": SENT["fields"],
    "format": "xlsx",
    "purpose": "月度抽查",
    "numbers": "masked",
    "state": "ready",
    "rows_expected": 523,
    "rows_written": 523,
    "asked_at": "2022-09-05T18:00:00+08:00",
    "ended_at": "2022-09-05T18:00:01+08:00",
    "kept_until": "2022-09-08T18:00:01+08:00",
    "size": 60211,
    "fault": "",
}


@extend_schema_serializer(examples=[example(**SENT)])
class ExportWish(Sent):
    """A file to write: of which list, narrowed and ordered by the parameters that its own address takes."""

    list = serializers.ChoiceField([(code, offer.name.en) for code, offer in OFFERS.items()])
    parameters = serializers.DictField(child=serializers.CharField(max_length=200), default=dict)
    format = serializers.ChoiceField(choices(FORMATS), default="jsonl")
    purpose = serializers.CharField(
        max_length=LONGEST_PURPOSE, help_text="What the file is for; kept in the audit trail."
    )
    numbers = serializers.ChoiceField(
        ["masked", "whole"],
        default="masked",
        help_text="Document numbers; whole ones need the permission and a reason.",
    )
    reason = serializers.CharField(max_length=LONGEST_PURPOSE, default="", allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With the columns, whose name no attribute can have: a serializer's own fields are under it."""
        columns = serializers.ListField(
            child=serializers.CharField(max_length=60),
            default=tuple,
            help_text="The columns in their order; usual ones without.",
        )
        return {**super().get_fields(), "fields": columns}


@extend_schema_serializer(examples=[example(**TOLD)])
class ExportTold(serializers.Serializer[Any]):
    """A file that was asked for, and how far it is."""

    id = serializers.UUIDField()
    list = serializers.ChoiceField([(code, offer.name.en) for code, offer in OFFERS.items()])
    parameters = serializers.DictField(child=serializers.CharField(), help_text="With the moment that was read.")
    format = serializers.ChoiceField(choices(FORMATS))
    purpose = serializers.CharField()
    numbers = serializers.ChoiceField(["masked", "whole"])
    state = serializers.ChoiceField(choices(EXPORT_STATES))
    rows_expected = serializers.IntegerField()
    rows_written = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.DateTimeField(allow_null=True, help_text="Until then the file can be fetched.")
    size = serializers.IntegerField(help_text="In bytes.")
    fault = serializers.CharField(help_text="Why there is no file; empty otherwise.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With the columns, as of what is asked for."""
        return {**super().get_fields(), "fields": serializers.ListField(child=serializers.CharField())}


@extend_schema_serializer(examples=[example(results=[TOLD])])
class ExportsTold(serializers.Serializer[Any]):
    """The latest files that you asked for."""

    results = ExportTold(many=True)


class ExportViewSet(ToldViewSet):
    """Files of lists and figures: only who asked for one may fetch it, as long as the posting holds."""

    serializer_class = ExportTold
    lookup_value_regex = KEY_PATTERN
    # Who reads figures only may take figures along; what more is needed is looked at once the list is known.
    api_scopes: ClassVar[Mapping[str, str]] = {"reads": "", "writes": ""}

    @property
    def rate_kind(self) -> str:
        """Asking for a file is counted by itself."""
        return "export" if self.action == "create" else ""

    @extend_schema(
        operation_id="v1_exports_list",
        summary="The files that you asked for",
        responses=forced_singular_serializer(ExportsTold),
    )
    def list(self, request: Request) -> Response:
        """The latest first."""
        return Response({"results": [described(job) for job in ExportJob.objects.of(request.user)[:MOST_LISTED]]})

    @extend_schema(summary="One file and how far it is", responses=ExportTold)
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(described(export_jobs.found(key=UUID(id), by=request.user)))

    @extend_schema(
        summary="Ask for a file",
        request=ExportWish,
        responses={
            201: OpenApiResponse(ExportTold, description="The list is short: the file is ready."),
            202: OpenApiResponse(ExportTold, description="The file is being written: ask again at its address."),
        },
    )
    def create(self, request: Request) -> Response:
        """The rows are those that the list answers at this moment, in its order; the export is written down first."""
        told, now = ExportWish.read(request), timezone.now()
        asked = Asked(told["list"], told["parameters"], now, told["fields"], told["numbers"] == "whole")
        _check_scopes(request, asked.listed, whole_numbers=asked.whole_numbers)
        source = opened(asked, request.user, request.opening_period)
        wanted = Wanted(
            export_of(
                source, source.count(), told["purpose"], whole_numbers=asked.whole_numbers, reason=told["reason"]
            ),
            [column.name for column in source.columns],
            Format(told["format"]),
            get_language() or "zh-hans",
        )
        job = begun(wanted, request, now)
        address = request.build_absolute_uri(f"{request.path}/{job.pk}")
        return Response(described(job), status=201 if job.is_ready else 202, headers={"Location": address})

    @extend_schema(
        summary="The content of a file",
        responses={(200, CONTENT): OpenApiTypes.BINARY},
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, id: str) -> HttpResponseBase:
        """Each time that it is fetched is written down; 409 while there is nothing to fetch, or no longer."""
        job = export_jobs.found(key=UUID(id), by=request.user)
        _check_scopes(request, job.listed, whole_numbers=job.whole_numbers)
        answer = download(job.pk, request.user, timezone.now())
        answer.headers["Content-Type"] = CONTENT
        return answer

    @extend_schema(summary="Give up a file that is still to come", request=None, responses=ExportTold)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        return Response(described(export_jobs.cancel(key=UUID(id), by=request.user, at=timezone.now())))


def export_of(source: Source, rows: int, purpose: str, *, whole_numbers: bool, reason: str) -> Export:
    """The export of a list as it is written down."""
    return Export(
        name=source.offer.code,
        place=source.place,
        parameters=source.parameters,
        rows=rows,
        purpose=purpose,
        permission=source.offer.permission,
        whole_numbers=whole_numbers,
        reason=reason,
    )


def begun(wanted: Wanted, request: Any, now: datetime) -> ExportJob:
    """The file, written at once where it is short, else by a job."""
    job = export_jobs.ask(wanted=wanted, by=request.user, at=now)
    if wanted.export.rows <= settings.EXPORT_ROWS_AT_ONCE:
        return out_files.carry_out(job.pk, timezone.now) or job
    jobs.queue(write_export, str(job.pk))
    return job


def download(key: UUID, user: Any, now: datetime) -> StreamingHttpResponse:
    """A file that is kept, for who asked for it."""
    permission = OFFERS[export_jobs.found(key=key, by=user).listed].permission
    job = export_jobs.fetch(key=key, by=user, at=now, permission=permission)
    return StreamingHttpResponse(
        out_files.fetched(job), headers=headers_of(job.name, Format(job.format)) | {"Content-Length": str(job.size)}
    )


def headers_of(name: str, shape: Format) -> dict[str, str]:
    """What an answer that is a file says of it."""
    return {
        "Content-Type": CONTENT_TYPES[shape],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }


def described(job: ExportJob) -> dict[str, Any]:
    """A file as it is told."""
    names = ("parameters", "format", "purpose", "state", "rows_expected", "rows_written", "size", "fault")
    moments = ("asked_at", "ended_at", "kept_until")
    return {
        "id": str(job.pk),
        "list": job.listed,
        "fields": job.columns,
        "numbers": "whole" if job.whole_numbers else "masked",
        **{name: getattr(job, name) for name in names},
        **{name: moment.isoformat() if (moment := getattr(job, name)) else None for name in moments},
    }


def _check_scopes(request: Request, listed: str, *, whole_numbers: bool) -> None:
    """Refuse a token that lacks the scope of the list, or that of the numbers in it."""
    held = request.auth.scopes if isinstance(request.auth, Held) else None
    figures = OFFERS[listed].permission is Permission.VIEW_FIGURES
    check_held(ApiScope.FIGURES_READ if figures else ApiScope.RECORDS_READ, held)
    check_held(ApiScope.NUMBERS_READ if whole_numbers else "", held)
