"""Batches of records from other systems: tried or kept, each by itself or all together, with an answer for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import KnownParameters, as_json
from common.json_api import MomentField
from common.refusals import Invalid
from exchange.import_api import RECORD_KINDS, RunTold, accepted
from exchange.operations import runner, staging
from exchange.rules.intake import item_of
from exchange.rules.outcomes import Became, Outcome

MOST_ITEMS = 1000
MOST_OF_A_RUN = 50_000  # beyond the first thousand they become a run
# What may be chosen, the usual first.
CHOICES = {"mode": ("commit", "validate"), "atomic": ("each", "all"), "conflicts": ("refuse", "keep")}
SENT = {
    "mode": "commit",
    "atomic": "each",
    "items": [
        {
            "kind": "household",
            "id": "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11",
            "external": {"namespace": "civil-affairs", "value": "MZ-000123"},
            "values": {"village": "620121100201", "head_name": "张三", "head_sex": "male", "phone": "13900000000"},
        },
        {
            "kind": "member",
            "values": {
                "household": {"namespace": "civil-affairs", "value": "MZ-000123"},
                "name": "李四",
                "sex": "female",
                "relationship": "spouse",
            },
        },
    ],
}
ANSWERED = {
    "mode": "commit",
    "atomic": "each",
    "counts": {"created": 1, "refused": 1},
    "results": [
        {
            "index": 0,
            "kind": "household",
            "became": "created",
            "status": 201,
            "id": "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11",
            "version": 1,
        },
        {
            "index": 1,
            "kind": "member",
            "became": "refused",
            "status": 404,
            "code": "not_found",
            "field": "household",
            "message": "There is no such household, or none of your postings reaches it.",
        },
    ],
}


class ExternalName(serializers.Serializer[Any]):
    """How your system calls a record."""

    namespace = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=120)


class BatchItem(serializers.Serializer[Any]):
    """One record to create or change; docs/api/batch.md lists the fields of each kind."""

    kind = serializers.ChoiceField(RECORD_KINDS)
    id = serializers.UUIDField(required=False, help_text="Chosen by you; the same record sent again is kept once.")
    external = ExternalName(required=False)
    version = serializers.IntegerField(required=False, min_value=1, help_text="On which a change is based.")
    device = serializers.CharField(required=False, max_length=80, help_text="Where it was written.")
    made_at = MomentField(required=False, help_text="When it was written there, with its offset from UTC.")
    values = serializers.DictField()


class Batch(serializers.Serializer[Any]):
    """Records, and what is to be done with them."""

    mode = serializers.ChoiceField(["validate", "commit"], default="commit")
    atomic = serializers.ChoiceField(["each", "all"], default="each")
    conflicts = serializers.ChoiceField(
        ["refuse", "keep"],
        default="refuse",
        help_text="keep: where somebody was faster, both values are kept for a supervisor to decide.",
    )
    items = BatchItem(many=True, max_length=MOST_OF_A_RUN)


class BatchResult(serializers.Serializer[Any]):
    """What became of one item, or would become of it."""

    index = serializers.IntegerField()
    kind = serializers.ChoiceField(RECORD_KINDS)
    became = serializers.ChoiceField([each.value for each in Became])
    status = serializers.IntegerField(help_text="The HTTP status that the item alone would have had.")
    id = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)
    changes = serializers.DictField(required=False, help_text="For each changed field the old and the new value.")
    code = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    conflict = serializers.UUIDField(required=False, help_text="Under which both values are kept.")


class BatchAnswer(serializers.Serializer[Any]):
    """The results, in the order of the items."""

    mode = serializers.ChoiceField(["validate", "commit"])
    atomic = serializers.ChoiceField(["each", "all"])
    counts = serializers.DictField(child=serializers.IntegerField())
    results = BatchResult(many=True)


class BatchView(KnownParameters):
    """Many records in one request."""

    @extend_schema(
        operation_id="v1_batch_create",
        summary="Create or change many records",
        request=Batch,
        responses={
            200: OpenApiResponse(BatchAnswer, examples=[OpenApiExample("batch", value=ANSWERED)]),
            202: OpenApiResponse(RunTold, description=f"More than {MOST_ITEMS} items: a run, to be asked for again."),
        },
        examples=[OpenApiExample("batch", value=SENT, request_only=True)],
    )
    def post(self, request: Request) -> HttpResponse | Response:
        """Takes the items in an order in which each finds what it refers to, and tells what became of each."""
        mode, atomic, kept, given = _read(request.data)
        if len(given) > MOST_ITEMS:
            if kept == "keep":
                raise Invalid(_("Both values are kept in batches of at most 1,000 items."), field="conflicts")
            run = staging.open_batch(
                given=given,
                is_trial=mode == "validate",
                is_whole=atomic == "all",
                by=request.user,
                at=timezone.now(),
                language=get_language() or "",
            )
            return accepted(request, run)
        items = [item_of(number, each) for number, each in enumerate(given)]
        outcomes = runner.carry_out(
            items=items,
            by=request.user,
            at=timezone.now(),
            keep=mode == "commit",
            whole=atomic == "all",
            keeps_conflicts=kept == "keep",
        )
        counts = Counter(each.became.value for each in outcomes)
        told = {"mode": mode, "atomic": atomic, "counts": counts, "results": [described(each) for each in outcomes]}
        return as_json(orjson.dumps(told, default=str))


def described(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is told; what there is nothing to say of is left out."""
    told = {
        "index": outcome.number,
        "kind": outcome.kind.value,
        "became": outcome.became.value,
        "status": outcome.status,
        "id": outcome.id,
        "version": outcome.version,
        "changes": {name: list(values) for name, values in outcome.changes.items()},
        "code": outcome.code,
        "field": outcome.field,
        "message": outcome.message,
        "conflict": outcome.conflict,
    }
    return {name: value for name, value in told.items() if value not in (None, "", {})}


def _read(data: Any) -> tuple[str, str, str, Sequence[Any]]:
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise Invalid(_("Send an object with “items”, a list of records."), field="items")
    if strange := set(data) - {*CHOICES, "items"}:
        name = min(strange)
        raise Invalid(_("There is no field “%(name)s”.") % {"name": name}, code="unknown_field", field=name)
    for name, allowed in CHOICES.items():
        if data.setdefault(name, allowed[0]) not in allowed:
            listed = _(", ").join(allowed)
            raise Invalid(_("“%(name)s” is one of: %(listed)s.") % {"name": name, "listed": listed}, field=name)
    if not 1 <= len(data["items"]) <= MOST_OF_A_RUN:
        raise Invalid(
            _("Send 1 to %(most)d items at once.") % {"most": MOST_OF_A_RUN}, code="too_many_items", field="items"
        )
    return data["mode"], data["atomic"], data["conflicts"], data["items"]
