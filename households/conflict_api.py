"""Conflicts for API clients: two values of one field, and deciding between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import orjson
from django.db.models import CharField, Func, Value
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from common.api import one_row
from common.crypto import decrypt
from common.json_api import Sent, VersionField
from households.api import DIVISION, Orders, PlacedRows
from households.filters import ConflictFilter
from households.models import Conflict
from households.operations import conflicts
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example
from households.rules.conflicts import CONFLICT_STATES, ConflictState

DECISIONS = [(code.value, name.en) for code, name in CONFLICT_STATES.items() if code is not ConflictState.OPEN]
LONGEST_REASON = 500
CONFLICT_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    "member": None,
    **VILLAGE,
    "values": {"phone": ["13900000000", "13911112222"]},
    "based_on": 3,
    "held_by": "li.mei",
    "held_at": "2022-09-05T09:30:00+08:00",
    "sent_by": "bureau",
    "sent_at": "2022-09-05T10:00:00+08:00",
    "made_at": "2022-09-04T18:00:00+08:00",
    "device": "phone 7",
    "state": "open",
    "decided_by": None,
    "decided_at": None,
    "reason": "",
    "version": 1,
}


@extend_schema_serializer(examples=[example(**CONFLICT_EXAMPLE)])
class ConflictRow(OfHousehold, serializers.ModelSerializer[Conflict]):
    """Two values of fields of a household, or of its member: `values` tells the one held and the one sent."""

    member = serializers.UUIDField(source="member_id", allow_null=True)
    values = serializers.DictField(child=serializers.ListField())
    held_by = serializers.CharField(source="held_by.username", allow_null=True)
    sent_by = serializers.CharField(source="sent_by.username")
    decided_by = serializers.CharField(source="decided_by.username", allow_null=True)

    class Meta:
        model = Conflict
        fields = tuple(CONFLICT_EXAMPLE)
        # Read as they are kept, encrypted: whoever serves the row opens them with `opened`.
        computed: ClassVar = {
            "values": Func("values_token", Value("UTF8"), function="convert_from", output_field=CharField())
        }


class Decision(Sent):
    """Which value is right, why, and which version of the conflict was seen."""

    choice = serializers.ChoiceField(DECISIONS)
    reason = serializers.CharField(max_length=LONGEST_REASON)
    version = VersionField(allow_null=True, default=None)


def opened(row: str) -> str:
    """A row with its values as they can be read."""
    told = orjson.loads(row)
    if "values" in told:
        told["values"] = orjson.loads(decrypt(told["values"].encode()))
    return orjson.dumps(told).decode()


@extend_schema_view(
    list=extend_schema(summary="Conflicts between two changes", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One conflict"),
)
class ConflictViewSet(PlacedRows):
    """Changes that were based on an older version, kept with both values; with `state=open` those to be decided."""

    protected: ClassVar[Mapping[str, str]] = {"resolve": "version"}
    version_path = "version"
    queryset = Conflict.objects.filter(household__removed_at__isnull=True)
    serializer_class = ConflictRow
    filterset_class = ConflictFilter
    orders: Orders = {"sent_at": ("sent_at", "id"), "village": ("village_id", "id"), "id": ("id",)}

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        return map(opened, rows)

    @extend_schema(
        summary="Decide a conflict",
        request=Decision,
        responses={
            200: ConflictRow,
            412: OpenApiResponse(description="Somebody decided since the version that you name."),
            428: OpenApiResponse(description="Name the version of the conflict."),
        },
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def resolve(self, request: Request, id: str) -> HttpResponse:
        conflict, told = self.record(id), Decision.read(request)
        decided = conflicts.resolve(
            conflict=conflict,
            choice=ConflictState(told["choice"]),
            reason=told["reason"],
            by=request.user,
            at=timezone.now(),
            expected_version=told["version"],
        )
        return one_row(decided, ConflictRow, opened)
