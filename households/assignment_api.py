"""Assignments for API clients: who is responsible for which household, making somebody so, and ending it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from common.api import one_row
from common.json_api import Sent
from common.moments import day_of
from common.refusals import Invalid
from households.access import household_for
from households.api import DIVISION, DatedRows, Orders
from households.filters import AssignmentFilter
from households.models import Assignment
from households.operations import assignments
from households.rows_api import KEY, OTHER_KEY, VILLAGE, OfHousehold, example

ASSIGNMENT_EXAMPLE = {
    "id": KEY,
    "household": OTHER_KEY,
    **VILLAGE,
    "user": "li.mei",
    "starts_on": "2022-04-01",
    "ends_on": None,
    "recorded_at": "2022-04-01T09:30:00+08:00",
}


@extend_schema_serializer(examples=[example(**ASSIGNMENT_EXAMPLE)])
class AssignmentRow(OfHousehold, serializers.ModelSerializer[Assignment]):
    """`user` is responsible for the household from `starts_on` until the day before `ends_on`."""

    user = serializers.CharField(source="user.username")

    class Meta:
        model = Assignment
        fields = tuple(ASSIGNMENT_EXAMPLE)


class AssignmentWish(Sent):
    """Who becomes responsible for which household, from which day on."""

    household = serializers.UUIDField()
    user = serializers.CharField(max_length=150, help_text="The user name.")
    starts_on = serializers.DateField()


class AssignmentEnd(Sent):
    """From which day on the person is no longer responsible."""

    ends_on = serializers.DateField()


@extend_schema_view(
    list=extend_schema(summary="Who is responsible for which household", parameters=[DIVISION]),
    retrieve=extend_schema(summary="One assignment"),
)
class AssignmentViewSet(DatedRows):
    """Who is responsible for which household; with `as_of` those who are on a day."""

    queryset = Assignment.objects.filter(household__removed_at__isnull=True)
    serializer_class = AssignmentRow
    filterset_class = AssignmentFilter
    orders: Orders = {"village": ("village_id", "id"), "starts_on": ("starts_on", "id"), "id": ("id",)}

    @extend_schema(summary="Make somebody responsible", request=AssignmentWish, responses={200: AssignmentRow})
    def create(self, request: Request) -> HttpResponse:
        """Who was responsible before is so until the day before; answers with the assignment."""
        now = timezone.now()
        told = AssignmentWish.read(request)
        household = household_for(request.user, told["household"], day_of(now), "household")
        user = User.objects.filter(username=told["user"], is_system=False).first()
        if user is None:
            raise Invalid(_("There is no account of that name."), field="user")
        made = assignments.assign(household=household, user=user, starts_on=told["starts_on"], by=request.user, at=now)
        return one_row(made, AssignmentRow)

    @extend_schema(summary="End an assignment", request=AssignmentEnd, responses={200: AssignmentRow})
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def end(self, request: Request, id: str) -> HttpResponse:
        held, told = self.record(id), AssignmentEnd.read(request)
        assignments.end(assignment=held, ends_on=told["ends_on"], by=request.user, at=timezone.now())
        return one_row(held, AssignmentRow)
