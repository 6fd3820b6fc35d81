"""Steps of cases for API clients: which may follow, and taking one."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assistance.operations import eliminations
from common.json_api import Sent, VersionField
from common.moments import day_of
from common.names import choices
from common.refusals import Invalid, seen
from households.clue_api import RISK_CHOICES, STATUS_CHOICES, CaseMoved, moved
from households.models import Case
from households.operations import moves
from households.operations.moves import Step
from households.rows_api import KEY, example
from households.rules.codes import ELIMINATION_WAYS, EliminationWay
from households.rules.history import EVENT_KINDS, EVENT_OF_TRANSITION, HANDS, EventKind
from households.rules.procedure import LONGEST_TEXT, REGISTERS, Record, record_of
from households.step_forms import FIELDS, read_record
from households.workflow import Status

KIND_CHOICES = choices(EVENT_KINDS)
WAY_CHOICES = choices(ELIMINATION_WAYS)
MOST_PEOPLE = 100_000


def _text(told: str) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False, help_text=told)


def _count(told: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE, required=False, help_text=told)


class RecordSent(Sent):
    """What is written down at a step; GET options tells for each step which of these it asks for."""

    is_authorised = serializers.BooleanField(
        required=False, help_text="The written authorisation of all members is on file."
    )
    findings = _text("What was found at home, or what the registers say.")
    new_risks = serializers.ListField(child=serializers.ChoiceField(RISK_CHOICES), required=False)
    registers = serializers.ListField(child=serializers.ChoiceField(choices(REGISTERS)), required=False)
    attended = _count("How many attended the meeting.")
    votes_for = _count("Votes for it.")
    votes_against = _count("Votes against it.")
    minutes = _text("The minutes of the meeting.")
    place = _text("Where in the village the notice hangs.")
    statement = _text("What the objection says.")
    raised_by = serializers.CharField(
        max_length=100, allow_blank=True, required=False, help_text="Who raised the objection; may stay unnamed."
    )
    text = _text("The opinion of the township or the county.")


class StepSent(Sent):
    """A step; `version` is that of the case on which it is based."""

    to = serializers.ChoiceField(STATUS_CHOICES)
    on = serializers.DateField()
    record = RecordSent(required=False)
    reason = _text("Needed where the case is refused, an elimination declined or rolled back.")
    way = serializers.ChoiceField(WAY_CHOICES, allow_null=True, default=None)
    version = VersionField(allow_null=True, default=None)


class OptionSerializer(serializers.Serializer[Any]):
    """A step that could follow; `code` and `refusal` say why this client may not take it, empty where it may."""

    to = serializers.ChoiceField(STATUS_CHOICES)
    kind = serializers.ChoiceField(KIND_CHOICES)
    hand = serializers.ChoiceField(choices(HANDS), allow_null=True)
    asks = serializers.ListField(child=serializers.CharField(), help_text="The fields of `record` for this step.")
    code = serializers.CharField(allow_blank=True)
    refusal = serializers.CharField(allow_blank=True)


OPTION_EXAMPLE = {
    "to": "compared",
    "kind": "compared",
    "hand": "comparison",
    "asks": ["registers", "findings"],
    "code": "",
    "refusal": "",
}


@extend_schema_serializer(examples=[example(id=KEY, status="verified", version=2, options=[OPTION_EXAMPLE])])
class OptionsSerializer(CaseMoved):
    """Where a case stands and what may follow."""

    options = OptionSerializer(many=True)


class CaseSteps:
    """The part of the cases' view that moves them."""

    @extend_schema(
        summary="The steps that could follow, each with why you may not take it",
        responses=forced_singular_serializer(OptionsSerializer),
        filters=False,
    )
    @action(detail=True, url_path="options", url_name="options", pagination_class=None)
    def what_may_follow(self, request: Request, id: str) -> Response:
        case = _case(request, id)
        found = moves.options(case=case, by=request.user, at=timezone.now())
        told = [
            {
                "to": each.to,
                "kind": each.kind,
                "hand": each.hand,
                "asks": list(FIELDS[asked]()) if (asked := record_of(each.kind)) else [],
                "code": each.code,
                "refusal": each.refusal,
            }
            for each in found
        ]
        return Response({**moved(case), "options": told})

    @extend_schema(
        summary="Take a step",
        request=StepSent,
        responses={
            200: CaseMoved,
            403: OpenApiResponse(description="Your postings do not permit this step here."),
            409: OpenApiResponse(description="The step does not follow, or another person must take it."),
            412: OpenApiResponse(description="The case was changed since the version that you name."),
            428: OpenApiResponse(description="Name the version on which the step is based."),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def steps(self, request: Request, id: str) -> Response:
        now = timezone.now()
        case = _case(request, id)
        told = StepSent.read(request)
        target = Status(told["to"])
        record = _record(EVENT_OF_TRANSITION.get((Status(case.status), target)), told.get("record"))
        step = Step(
            case,
            target,
            told["on"],
            request.user,
            now,
            told["version"],
            way=EliminationWay(told["way"]) if told["way"] else None,
            reason=told.get("reason", "").strip(),
            record=record,
        )
        [taken] = eliminations.move_all(steps=[step])
        return Response(moved(taken))


def _case(request: Request, key: str) -> Case:
    rows = Case.objects.visible_to(request.user, day_of(timezone.now())).filter(household__removed_at__isnull=True)
    return seen(rows.filter(pk=key).first())


def _record(kind: EventKind | None, told: dict[str, Any] | None) -> Record | None:
    """The record that was sent; where the step does not follow, the operation says so."""
    if kind is None or not told:
        return None
    asked = record_of(kind)
    if asked is None:
        raise Invalid(_("This step has no such record."), field="record")
    return read_record(asked, told)
