"""The exit gate of many cases at once: its facts, its findings, and the refusal where it is shut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


def facts_of(
    *, cases: Sequence[Case], on: date, measures: Measures, way: EliminationWay | None = None
) -> dict[UUID, GateFacts]:
    """What the gate looks at of each case on that day; six queries, however many cases.

    `measures` are the landed measures of each case, known to who calls.
    """
    keys = [case.pk for case in cases]
    homes = {row.pk: row for row in Household.objects.filter(pk__in={case.household_id for case in cases})}
    risks: dict[UUID, list[str]] = defaultdict(list)
    for key, risk in CaseRisk.objects.filter(case__in=keys).order_by("position").values_list("case_id", "risk"):
        risks[key].append(risk)
    surveys, checks, seen = _surveys(homes, on), _checks(homes, on), _seen(keys, on)
    lines = _lines({case.village_id for case in cases}, on)
    return {
        case.pk: GateFacts(
            case=str(case.pk),
            on=on,
            risks=tuple(risks[case.pk]),
            identified_on=case.identified_on,
            is_former_poor=homes[case.household_id].is_former_poor,
            has_no_labour=case.has_no_labour,
            has_phone=bool(homes[case.household_id].phone),
            line=lines[case.village_id],
            surveys=tuple(surveys[case.household_id]),
            checks=tuple(checks[case.household_id]),
            measures=tuple(measures.get(case.pk, ())),
            seen=tuple(seen[case.pk]),
            way=way,
        )
        for case in cases
    }


def findings(*, cases: Sequence[Case], on: date, measures: Measures, way: EliminationWay | None = None) -> Found:
    """What each condition finds of each case on that day; eight queries, however many cases."""
    facts = facts_of(cases=cases, on=on, measures=measures, way=way)
    book, waived = Book(Kind.GATE_RULE, Kind.MATRIX), _waived(facts)
    return {
        case.pk: evaluate(
            facts[case.pk],
            book.in_force(Kind.GATE_RULE, case.village_id, on),
            book.in_force(Kind.MATRIX, case.village_id, on),
            waived[case.pk],
        )
        for case in cases
    }


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


def _surveys(homes: Iterable[UUID], on: date) -> dict[UUID, list[Survey]]:
    found: dict[UUID, list[Survey]] = defaultdict(list)
    rows = IncomeSurvey.objects.filter(household__in=list(homes), surveyed_on__lte=on)
    for row in rows.order_by("-surveyed_on", "-recorded_at"):
        told = Survey(
            str(row.pk), row.occasion, row.surveyed_on, row.period_from, row.period_to, row.net_per_capita, row.items
        )
        found[row.household_id].append(told)
    return found


def _checks(homes: Iterable[UUID], on: date) -> dict[UUID, list[Check]]:
    found: dict[UUID, list[Check]] = defaultdict(list)
    rows = GuaranteeCheck.objects.filter(household__in=list(homes), checked_on__lte=on)
    for row in rows.order_by("-checked_on", "-recorded_at"):
        looked_at = {
            "housing": row.is_housing_safe,
            "schooling": row.is_schooling_kept,
            "insurance": row.is_everyone_insured,
            "water": row.is_water_safe,
        }
        found[row.household_id].append(Check(str(row.pk), row.checked_on, looked_at))
    return found


def _seen(keys: Sequence[UUID], on: date) -> dict[UUID, list[RiskSeen]]:
    found: dict[UUID, list[RiskSeen]] = defaultdict(list)
    rows = RiskFinding.objects.filter(case__in=keys, found_on__lte=on).order_by("-found_on", "-recorded_at")
    for row in rows:
        found[row.case_id].append(RiskSeen(str(row.pk), row.risk, RiskState(row.state), row.found_on))
    return found


def _waived(keys: Iterable[UUID]) -> dict[UUID, dict[str, Waived]]:
    found: dict[UUID, dict[str, Waived]] = defaultdict(dict)
    for row in GateWaiver.objects.in_force().filter(case__in=list(keys)).select_related("waived_by"):
        found[row.case_id][row.rule] = Waived(str(row.waived_by), row.reason, row.waived_on)
    return found


def _lines(villages: Iterable[str], on: date) -> dict[str, Line | None]:
    """The line in force in each village: the nearest division's latest."""
    paths = {village: path_of(village) for village in villages}
    above = {code for path in paths.values() for code in path}
    held: dict[str, MonitoringLine] = {}
    for row in MonitoringLine.objects.filter(division_id__in=above, valid_from__lte=on).order_by("valid_from"):
        held[row.division_id] = row
    nearest = {
        village: next((held[code] for code in reversed(path) if code in held), None) for village, path in paths.items()
    }
    return {village: Line(str(row.pk), row.amount, row.valid_from) if row else None for village, row in nearest.items()}
