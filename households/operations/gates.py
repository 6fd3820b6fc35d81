"""The exit gate of many cases at once: its facts, its findings, and the refusal where it is shut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from common.refusals import Conflict
from households.models import (
    Case,
    CaseRisk,
    GateWaiver,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    MonitoringLine,
    RiskFinding,
)
from households.operations.standards import Book
from households.rules.codes import EliminationWay
from households.rules.findings import Finding, Waived
from households.rules.gate import Check, GateFacts, Landed, Line, RiskSeen, RiskState, Survey, evaluate, unmet
from households.rules.levels import path_of
from households.rules.standards import Kind

Measures = Mapping[UUID, Sequence[Landed]]
Found = dict[UUID, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """What stands between `case` and elimination on the day `on`, in the way proposed; `measures` are those landed."""

    case: Case
    on: date
    way: EliminationWay | None = None
    measures: Sequence[Landed] = ()


def facts_of(questions: Sequence[Question]) -> list[GateFacts]:
    """What the gate looks at for each question, in their order; six queries, however many."""
    cases = [each.case for each in questions]
    keys = [case.pk for case in cases]
    homes = {row.pk: row for row in Household.objects.filter(pk__in={case.household_id for case in cases})}
    risks: dict[UUID, list[str]] = defaultdict(list)
    for key, risk in CaseRisk.objects.filter(case__in=keys).order_by("position").values_list("case_id", "risk"):
        risks[key].append(risk)
    surveys, checks, seen = _surveys(homes), _checks(homes), _seen(keys)
    lines = Lines({case.village_id for case in cases})
    return [
        GateFacts(
            case=str(each.case.pk),
            on=each.on,
            risks=tuple(risks[each.case.pk]),
            identified_on=each.case.identified_on,
            is_former_poor=homes[each.case.household_id].is_former_poor,
            has_no_labour=each.case.has_no_labour,
            has_phone=bool(homes[each.case.household_id].phone),
            line=lines.in_force(each.case.village_id, each.on),
            surveys=tuple(row for row in surveys[each.case.household_id] if row.surveyed_on <= each.on),
            checks=tuple(row for row in checks[each.case.household_id] if row.checked_on <= each.on),
            measures=tuple(row for row in each.measures if row.landed_on <= each.on),
            seen=tuple(row for row in seen[each.case.pk] if row.found_on <= each.on),
            way=each.way,
        )
        for each in questions
    ]


def answers(questions: Sequence[Question]) -> list[tuple[Finding, ...]]:
    """What each condition finds for each question, in their order; eight queries, however many."""
    book, waived = Book(Kind.GATE_RULE, Kind.MATRIX), _waived(each.case.pk for each in questions)
    return [
        evaluate(
            facts,
            book.in_force(Kind.GATE_RULE, each.case.village_id, each.on),
            book.in_force(Kind.MATRIX, each.case.village_id, each.on),
            waived[each.case.pk],
        )
        for each, facts in zip(questions, facts_of(questions), strict=True)
    ]


def findings(*, cases: Sequence[Case], on: date, measures: Measures, way: EliminationWay | None = None) -> Found:
    """What each condition finds of each case on that day."""
    questions = [Question(case, on, way, measures.get(case.pk, ())) for case in cases]
    return {case.pk: found for case, found in zip(cases, answers(questions), strict=True)}


def refuse_unless_open(found: Iterable[Finding]) -> None:
    """Refuse with Conflict where a condition of elimination is neither met nor waived; the sentence names them all."""
    _refuse(unmet(found), _("The risk cannot count as eliminated yet. %(conditions)s"))


def refuse_what_no_longer_holds(lost: Sequence[Finding]) -> None:
    """Refuse with Conflict where conditions that held at the proposal hold no more (see findings.no_longer_held)."""
    _refuse(lost, _("This held when it was proposed and no longer does. %(conditions)s"))


def _refuse(shut: Sequence[Finding], words: str) -> None:
    if shut:
        told = [_("%(name)s: %(sentence)s") % {"name": each.standard.name, "sentence": each.sentence} for each in shut]
        raise Conflict(words % {"conditions": " ".join(told)}, code="gate_shut")


def _surveys(homes: Iterable[UUID]) -> dict[UUID, list[Survey]]:
    found: dict[UUID, list[Survey]] = defaultdict(list)
    rows = IncomeSurvey.objects.filter(household__in=list(homes))
    for row in rows.order_by("-surveyed_on", "-recorded_at"):
        told = Survey(
            str(row.pk), row.occasion, row.surveyed_on, row.period_from, row.period_to, row.net_per_capita, row.items
        )
        found[row.household_id].append(told)
    return found


def _checks(homes: Iterable[UUID]) -> dict[UUID, list[Check]]:
    found: dict[UUID, list[Check]] = defaultdict(list)
    rows = GuaranteeCheck.objects.filter(household__in=list(homes))
    for row in rows.order_by("-checked_on", "-recorded_at"):
        looked_at = {
            "housing": row.is_housing_safe,
            "schooling": row.is_schooling_kept,
            "insurance": row.is_everyone_insured,
            "water": row.is_water_safe,
        }
        found[row.household_id].append(Check(str(row.pk), row.checked_on, looked_at))
    return found


def _seen(keys: Sequence[UUID]) -> dict[UUID, list[RiskSeen]]:
    found: dict[UUID, list[RiskSeen]] = defaultdict(list)
    rows = RiskFinding.objects.filter(case__in=keys).order_by("-found_on", "-recorded_at")
    for row in rows:
        found[row.case_id].append(RiskSeen(str(row.pk), row.risk, RiskState(row.state), row.found_on))
    return found


def _waived(keys: Iterable[UUID]) -> dict[UUID, dict[str, Waived]]:
    found: dict[UUID, dict[str, Waived]] = defaultdict(dict)
    for row in GateWaiver.objects.in_force().filter(case__in=list(keys)).select_related("waived_by"):
        found[row.case_id][row.rule] = Waived(str(row.waived_by), row.reason, row.waived_on, str(row.waived_by_id))
    return found


class Lines:
    """The monitoring lines of some villages and of the divisions above them, read once."""

    def __init__(self, villages: Iterable[str]) -> None:
        self._held: dict[str, list[MonitoringLine]] = defaultdict(list)
        above = {code for village in villages for code in path_of(village)}
        for row in MonitoringLine.objects.filter(division_id__in=above).order_by("-valid_from"):
            self._held[row.division_id].append(row)

    def in_force(self, village: str, on: date) -> Line | None:
        """The line in force in the village on that day: the nearest division's latest."""
        for code in reversed(path_of(village)):
            for row in self._held[code]:
                if row.valid_from <= on:
                    return Line(str(row.pk), row.amount, row.valid_from)
        return None
