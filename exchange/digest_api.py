"""Digests for API clients: by place and kind, how many records there are and whether they are those that one holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, F, Func, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Left
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import Permission
from common.api import KnownParameters, tagged
from common.moments import day_of
from common.refusals import Invalid
from exchange.change_api import KINDS_ASKED, kinds_asked
from exchange.record_api import RECORDS, within
from exchange.rules import changes
from exchange.rules.changes import KINDS, Reach
from households.access import division_for
from households.api import DIVISION, code_asked
from households.rows_api import example
from households.rules.levels import CODE_LENGTHS, Level

MOST_DIGESTS = 20_000
BY = OpenApiParameter(
    "by",
    str,
    enum=[level.value for level in CODE_LENGTHS],
    default=Level.VILLAGE.value,
    description="Of which places: begin with counties and look into those that differ.",
)


class DigestRow(serializers.Serializer[Any]):
    """The digest of the records of a kind in a place: the SHA-256 of the sorted lines “id version”."""

    kind = serializers.ChoiceField([(kind, name.en) for kind, name in KINDS.items()])
    village = serializers.CharField(
        allow_null=True, help_text="The place; null for kinds that are compared for the whole division."
    )
    count = serializers.IntegerField()
    digest = serializers.CharField()


@extend_schema_serializer(
    examples=[
        example(
            division="620121",
            results=[
                {
                    "kind": "households",
                    "village": "620121100201",
                    "count": 1,
                    "digest": "4df6f1eb8d0e0b7f3f9a9d2e0a3f4d0f0a3c9f0e6d5b4c3a29180706f5e4d3c2",
                }
            ],
        )
    ]
)
class Digests(serializers.Serializer[Any]):
    """What a client compares with its own records."""

    division = serializers.CharField()
    results = DigestRow(many=True)


class DigestsView(KnownParameters):
    """How many records of each kind there are in each place, with a digest that a client computes of its own."""

    parameters = ("division", "kinds", "by")

    @extend_schema(
        operation_id="v1_digests",
        summary="Digests by place and kind, to find what has drifted",
        parameters=[DIVISION, KINDS_ASKED, BY],
        responses={200: Digests},
    )
    def get(self, request: Request) -> HttpResponse:
        today, asked = day_of(timezone.now()), request.query_params
        kinds = changes.kinds_read(kinds_asked(asked.get("kinds", "")))
        length = length_asked(asked.get("by", Level.VILLAGE.value))
        code = code_asked(asked.get("division", ""))
        division = division_for(request.user, code, Permission.VIEW_RECORDS, today, must_choose=True)
        told = [row for kind in kinds for row in digests(kind, division, length, today)]
        if len(told) > MOST_DIGESTS:
            sentence = _("More than %(most)d digests: ask for a smaller division, fewer kinds, or by a higher level.")
            raise Invalid(sentence % {"most": MOST_DIGESTS}, code="too_many", field="division")
        return tagged(request, {"division": division, "results": told})


def digests(kind: str, division: str, length: int, day: date) -> list[dict[str, Any]]:
    """The digests of a kind, by places whose codes are so long (or shorter, above the division), in one question."""
    held = RECORDS[kind]
    line = Concat(Cast(held.key, TextField()), Value(" "), Cast(held.version, TextField()), output_field=TextField())
    digest = Func(
        StringAgg(line, "\n", order_by=F(held.key)),
        template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')",
        output_field=CharField(),
    )
    place: Any = Left(Coalesce(held.place, Value("")), length) if held.by_place else Value(None, CharField())
    rows = within(kind, Reach((division,)), day).annotate(told_place=place).values("told_place")
    found = rows.annotate(told_count=Count("pk"), told_digest=digest).order_by("told_place")
    return [
        {"kind": kind, "village": row["told_place"], "count": row["told_count"], "digest": row["told_digest"]}
        for row in found[: MOST_DIGESTS + 1]
        if row["told_count"]
    ]


def length_asked(text: str) -> int:
    """How long the codes of a level are; Invalid for a level that there is not."""
    if text not in set(Level):
        told = {"name": text, "known": ", ".join(CODE_LENGTHS)}
        raise Invalid(
            _("There is no level “%(name)s”. Known here: %(known)s.") % told, code="invalid_parameter", field="by"
        )
    return CODE_LENGTHS[Level(text)]
