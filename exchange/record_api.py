"""The records of the feed: of each kind the very rows that its list tells, with the version that a digest counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, CharField, F, Func, IntegerField, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from rest_framework import serializers

from assistance.measure_api import MeasureViewSet
from assistance.plan_api import PlanViewSet
from common import rows as row_texts
from common.querysets import begins_with_any
from common.statements import Given
from exchange.rules.changes import HOLDS_BELOW, Reach
from households.api import (
    CaseEventViewSet,
    DivisionViewSet,
    GuaranteeCheckViewSet,
    IncomeSurveyViewSet,
    MemberViewSet,
    MonitoringLineViewSet,
)
from households.assignment_api import AssignmentViewSet
from households.condition_api import MemberConditionViewSet
from households.deadline_api import DeadlineViewSet
from households.models import Household, Membership, Standard
from households.models.scoping import path_home
from households.rows_api import HouseholdRow, masked
from households.visit_api import VisitViewSet
from households.warning_api import WarningViewSet
from reports import case_list
from reports.api import CaseViewSet
from reports.query import Scope

Told = Callable[[str], str]
ONCE = Value(1, output_field=IntegerField())


class StandardRow(serializers.ModelSerializer[Standard]):
    """A standard that somebody has set; a division that is null stands for everywhere."""

    division = serializers.CharField(source="division_id", allow_null=True)

    class Meta:
        model = Standard
        fields = ("id", "kind", "code", "division", "valid_from", "value", "source", "is_official", "note", "version")


class HouseholdTold(HouseholdRow):
    """A household as it is registered, with its end: one that has ended stays told, though no list of today has it."""

    class Meta(HouseholdRow.Meta):
        fields = (*HouseholdRow.Meta.fields, "ended_on", "ended_how")


class IsAmong(Func):
    """Whether a key is one of those that are given."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY (", BooleanField()
    conditional = True


@dataclass(frozen=True, slots=True)
class Records:
    """Where the records of a kind are: `rows` as its list tells them on a day, each at the place in `place`.

    `home` leads to the household, "" where there is none; `version` is counted up by what changes the record. Where a
    record has no version of its own, it is told what else can change. `beside` are fields that a list tells only where
    they are asked for. A person, and what holds of him or her, may be at several places: not `by_place`.
    """

    row: type[serializers.Serializer[Any]]
    rows: Callable[[date], QuerySet[Any]]
    version: Any = ONCE
    place: str = "village_id"
    home: str = "household_id"
    key: str = "id"
    told: Told = str
    beside: frozenset[str] = frozenset()
    by_place: bool = True

    def columns(self) -> dict[str, Any]:
        """What is told of each, and from where it is read."""
        return {name: each for name, each in row_texts.columns_of(self.row).items() if name not in self.beside}


def _listed(view: Any, **more: Any) -> Records:
    rows: QuerySet[Any] = view.queryset
    if "home" not in more:
        more["home"] = path_home(rows.model)
    return Records(view.serializer_class, lambda _day: rows.order_by(), **more)


def _and_once(column: str) -> Any:
    """One, and one more since something was written there."""
    return ONCE + Cast(Q(**{f"{column}__isnull": False}), IntegerField())


PLACED: Mapping[str, Any] = {"place": "division_id", "home": ""}
RECORDS: dict[str, Records] = {
    "divisions": _listed(DivisionViewSet, place="code", home="", key="code"),
    "standards": Records(StandardRow, lambda _day: Standard.objects.kept().order_by(), F("version"), **PLACED),
    "monitoring-lines": _listed(MonitoringLineViewSet, **PLACED),
    "households": Records(HouseholdTold, lambda _day: Household.objects.kept().order_by(), F("version"), home="id"),
    "members": _listed(
        MemberViewSet,
        version=F("member__version") + _and_once("left_on"),
        place="household__village_id",
        told=masked,
    ),
    "member-conditions": _listed(MemberConditionViewSet, version=_and_once("superseded_at"), home="", by_place=False),
    "cases": Records(
        CaseViewSet.serializer_class,
        lambda day: case_list.cases(Scope("", day, day.replace(month=1, day=1))).order_by(),
        F("case__version"),
        key="case_id",
        beside=frozenset(CaseViewSet.beside_columns),
    ),
    "case-events": _listed(CaseEventViewSet),
    "deadlines": _listed(DeadlineViewSet, version=_and_once("paused_on") + _and_once("ended_on")),
    "plans": _listed(PlanViewSet, version=ONCE + Cast(Q(is_current=False), IntegerField())),
    "measures": _listed(MeasureViewSet, version=F("version")),
    "income-surveys": _listed(IncomeSurveyViewSet),
    "guarantee-checks": _listed(GuaranteeCheckViewSet),
    "visits": _listed(VisitViewSet),
    "assignments": _listed(AssignmentViewSet, version=_and_once("ends_on")),
    "warnings": _listed(WarningViewSet, version=F("version")),
}


def within(kind: str, reach: Reach, day: date) -> QuerySet[Any]:
    """The records of a kind that a reader reaches, as the list of that kind has them on a day."""
    held = RECORDS[kind]
    rows = held.rows(day)
    if kind == "member-conditions":
        homes = Membership.objects.filter(household__removed_at__isnull=True)
        reached = begins_with_any("household__village_id", reach.codes) | Q(household__in=reach.homes)
        return rows.filter(member__in=homes.filter(reached).values("member"))
    reached = begins_with_any(held.place, reach.codes)
    if held.home and reach.homes:
        reached |= Q(**{f"{held.home}__in": reach.homes})
    if kind in HOLDS_BELOW:
        reached |= Q(**{f"{held.place}__in": reach.above()}) | Q(**{f"{held.place}__isnull": True})
    return rows.filter(reached)


def present(kind: str, records: Iterable[str], reach: Reach, day: date) -> dict[str, tuple[str, int]]:
    """Of the records of these keys those that a reader sees, each as its JSON and its version, in one question."""
    held = RECORDS[kind]
    is_code = kind == "divisions"
    field = ArrayField(CharField(max_length=12) if is_code else UUIDField())

    def rows() -> QuerySet[Any]:
        wanted = within(kind, reach, day).annotate(told_version=held.version)
        return wanted.filter(IsAmong(F(held.key), Given("wanted", field)))

    keys: list[Any] = list(dict.fromkeys(records))
    found = row_texts.keyed(
        rows,
        held.columns(),
        (held.key, "told_version"),
        key=("records", kind, reach, day),
        wanted=keys if is_code else [UUID(each) for each in keys],
    )
    return {key: (held.told(text), int(version)) for text, key, version in found}
