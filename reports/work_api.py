"""What waits for whoever asks, for clients of the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import KnownParameters
from common.names import choices
from households.rows_api import KEY, OTHER_KEY, VILLAGE, example
from reports.work import TASK_KINDS, tasks_of


class TaskSerializer(serializers.Serializer[Any]):
    """Something to do: at which household, what, by when."""

    kind = serializers.ChoiceField(choices(TASK_KINDS))
    id = serializers.UUIDField(
        source="key", help_text="Of the case, the deadline, the measure, the clue or the conflict."
    )
    household = serializers.UUIDField()
    head = serializers.CharField(help_text="Who heads the household.")
    case = serializers.UUIDField(allow_null=True)
    village = serializers.CharField()
    village_name = serializers.CharField(source="place")
    what = serializers.CharField(help_text="What is to be done, in the language that was asked for.")
    due_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()


@extend_schema_serializer(
    examples=[
        example(
            results=[
                {
                    "kind": "visit",
                    "id": KEY,
                    "household": OTHER_KEY,
                    "head": "张三",
                    "case": KEY,
                    **VILLAGE,
                    "what": "上次走访：2022-08-01",
                    "due_on": "2022-09-01",
                    "is_late": True,
                }
            ]
        )
    ]
)
class WorkSerializer(serializers.Serializer[Any]):
    """All that waits, kind by kind, what is due first first; up to 50 of each kind."""

    results = TaskSerializer(many=True)


class WorkView(KnownParameters, APIView):
    """Visits, steps of cases, deadlines, measures and warnings that wait for whoever asks."""

    def known_parameters(self) -> frozenset[str]:
        return frozenset()

    @extend_schema(summary="What waits for you", responses={200: WorkSerializer})
    def get(self, request: Request) -> Response:
        """The tasks of whoever asks."""
        return Response(WorkSerializer({"results": tasks_of(request.user, timezone.now())}).data)
