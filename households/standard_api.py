"""Standards for API clients: what holds in a division on a day, and setting another for who administers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import ApiScope, Permission
from common.api import ToldViewSet, tagged
from common.days import read_day
from common.json_api import Sent, VersionField
from common.moments import day_of
from common.names import choices
from common.refusals import Invalid, NotFound, seen
from households.access import can, division_for
from households.api import code_asked
from households.filters import CODE
from households.models import Division, Standard
from households.operations import standards
from households.rows_api import KEY, example
from households.rules.standards import KINDS, InForce, Kind

KIND_CHOICES = choices(KINDS)
VALUE = {"is_on": True, "months": 6}


class TextSerializer(serializers.Serializer[Any]):
    """A text in both languages."""

    zh = serializers.CharField()
    en = serializers.CharField()


@extend_schema_serializer(
    examples=[
        example(
            kind="gate_rule",
            code="monitored_long_enough",
            name={"zh": "监测满半年", "en": "monitored for half a year"},
            value=VALUE,
            source={"zh": "归纳自安徽两县公开的消除条件", "en": "derived from conditions of two counties of Anhui"},
            is_official=False,
            valid_from=None,
            division=None,
            id=None,
            version=None,
        )
    ]
)
class StandardHeld(serializers.Serializer[Any]):
    """A standard as it holds; `id`, `version` and `valid_from` are null where it holds as it ships."""

    kind = serializers.ChoiceField(KIND_CHOICES)
    code = serializers.CharField()
    name = TextSerializer()
    value = serializers.DictField()
    source = TextSerializer()
    is_official = serializers.BooleanField()
    valid_from = serializers.DateField(allow_null=True)
    division = serializers.CharField(allow_null=True)
    id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="A change of it is based on this.")


@extend_schema_serializer(
    examples=[example(id=KEY, version=1)],
)
class StandardMade(serializers.Serializer[Any]):
    """The standard that was set or withdrawn."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()


class StandardWish(Sent):
    """What shall hold in a division from a day on; `expected_version` where that very day has a value already."""

    kind = serializers.ChoiceField(KIND_CHOICES)
    code = serializers.CharField(max_length=40)
    division = serializers.RegexField(CODE)
    valid_from = serializers.DateField()
    value = serializers.DictField(help_text="The keys that GET tells for standards of this kind and code.")
    source = serializers.CharField(max_length=300)
    is_official = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    expected_version = VersionField(allow_null=True, default=None)


class StandardWithdrawal(Sent):
    """Why the standard is withdrawn, and the version that was read."""

    reason = serializers.CharField(max_length=500)
    expected_version = VersionField(allow_null=True, default=None)


class StandardViewSet(ToldViewSet):
    """Rules, clocks, lists and limits that are data."""

    protected: ClassVar[Mapping[str, str]] = {"set": "expected_version", "withdraw": "expected_version"}
    api_scopes: ClassVar[Mapping[str, str]] = {
        "reads": ApiScope.FIGURES_READ.value,
        "writes": ApiScope.STANDARDS_WRITE.value,
    }
    serializer_class = StandardHeld

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"kind", "division", "on"}) if self.action == "list" else frozenset()

    @extend_schema(
        operation_id="v1_standards_list",
        summary="What holds in a division on a day",
        parameters=[
            OpenApiParameter("kind", str, enum=[kind.value for kind in Kind], description="Default: all kinds."),
            OpenApiParameter("division", str, pattern=CODE, description="Default: your posting."),
            OpenApiParameter("on", str, description="Day, for example 2022-09-05 (default: today)."),
        ],
        responses=StandardHeld(many=True),
    )
    def list(self, request: Request) -> HttpResponse:
        today, asked = day_of(timezone.now()), request.query_params
        wanted = asked.get("kind", "")
        kinds = [kind for kind in Kind if wanted in {"", kind.value}]
        if not kinds:
            told = {"known": ", ".join(Kind)}
            raise Invalid(_("Say which kind: %(known)s.") % told, code="invalid_parameter", field="kind")
        try:
            on = read_day(asked["on"]) if asked.get("on") else today
        except ValueError as error:
            raise Invalid(str(error), code="invalid_parameter", field="on") from error
        place = code_asked(asked.get("division", ""))
        division = division_for(request.user, place, Permission.VIEW_FIGURES, today, must_choose=True)
        book = standards.Book(*kinds)
        held = [_told(kind, each) for kind in kinds for each in book.in_force(kind, division, on).values()]
        return tagged(request, held)

    @extend_schema(
        summary="Set a standard",
        request=StandardWish,
        responses={
            201: StandardMade,
            409: OpenApiResponse(description="Somebody else has just set it."),
            412: OpenApiResponse(description="It was changed since the version that you name."),
            428: OpenApiResponse(description="That day has a value; name its version."),
        },
    )
    def set(self, request: Request) -> Response:
        asked = StandardWish.read(request)
        division = seen(Division.objects.filter(pk=asked.pop("division")).first(), "division")
        made = standards.set_value(
            kind=Kind(asked.pop("kind")), division=division, **asked, by=request.user, at=timezone.now()
        )
        return Response({"id": made.pk, "version": made.version}, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Withdraw a standard that was set in error; what held before it holds again",
        request=StandardWithdrawal,
        responses={
            200: StandardMade,
            409: OpenApiResponse(description="It was withdrawn before."),
            412: OpenApiResponse(description="It was changed since the version that you name."),
            428: OpenApiResponse(description="Name the version of the standard."),
        },
    )
    def withdraw(self, request: Request, id: str) -> Response:
        now = timezone.now()
        row = Standard.objects.select_related("division").filter(pk=id, division__isnull=False).first()
        if row is None or not can(request.user, Permission.MANAGE_STANDARDS, row.division_id, day_of(now)):
            raise NotFound(_("There is no such standard."))
        gone = standards.withdraw(standard=row, **StandardWithdrawal.read(request), by=request.user, at=now)
        return Response({"id": gone.pk, "version": gone.version})


def _told(kind: Kind, held: InForce) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "code": held.code,
        "name": {"zh": held.name.zh, "en": held.name.en},
        "value": dict(held.value),
        "source": {"zh": held.source.zh, "en": held.source.en},
        "is_official": held.is_official,
        "valid_from": held.valid_from.isoformat() if held.valid_from else None,
        "division": held.division,
        "id": str(held.key) if held.key else None,
        "version": held.version,
    }
