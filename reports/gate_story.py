"""What still stands between a household and elimination, as the page of its case tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import Permission
from assistance.operations import gates
from common.names import Name
from households.access import Desk
from households.models import Case, GateWaiver
from households.rules.codes import RISKS
from households.rules.findings import VERDICTS, Evidence, Finding, Verdict
from households.rules.gate import RISK_STATES
from households.rules.standards import Kind, words_of
from households.workflow import OPEN, UNDER_MONITORING, Status
from reports.case_story import Badge, CaseTold
from reports.query import Scope

TONES: dict[Verdict, str] = {
    Verdict.MET: "good",
    Verdict.NOT_MET: "bad",
    Verdict.UNKNOWN: "open",
    Verdict.WAIVED: "watch",
}
# What each kind of record is called, and which part of the page of the case ("") or household has it.
RECORDS: dict[str, tuple[Name, str, str]] = {
    "case": (Name("个案", "case"), "", "history"),
    "guaranteecheck": (Name("三保障核查", "check of guarantees"), "household", "guarantees"),
    "incomesurvey": (Name("收入调查", "income survey"), "household", "incomes"),
    "measure": (Name("已落实措施", "landed measure"), "", "plan"),
    "monitoringline": (Name("监测范围", "monitoring line"), "household", "incomes"),
    "riskfinding": (Name("风险核查", "finding of a risk"), "", "gate"),
}


@dataclass(frozen=True, slots=True)
class RecordTold:
    """A record on which a verdict rests, with the place of the page that shows it."""

    name: str
    on: date
    address: str


@dataclass(frozen=True, slots=True)
class WaiverTold:
    """Who let the condition pass, why and when; `key` and `version` are what withdrawing it needs."""

    by: str
    reason: str
    on: date
    key: UUID
    version: int


@dataclass(frozen=True, slots=True)
class ConditionTold:
    """A condition with its verdict, what would satisfy it, the records behind it and the threshold used."""

    code: str
    number: str
    name: str
    badge: Badge
    is_open: bool
    sentence: str
    records: tuple[RecordTold, ...]
    threshold: str
    source: str
    valid_from: date | None
    is_official: bool
    waiver: WaiverTold | None
    can_waive: bool


@dataclass(frozen=True, slots=True)
class GateTold:
    """All conditions of a case: those that stand in the way, and those that do not; and what the reader may record."""

    shut: tuple[ConditionTold, ...]
    passed: tuple[ConditionTold, ...]
    risks: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    can_assess: bool
    can_waive: bool


def of_case(told: CaseTold, scope: Scope, *, by: User, at: datetime, today: date) -> GateTold | None:
    """The gate of an open case as it stands now, judged on the scope's day; None where the page shows the past."""
    if scope.known_at is not None or told.span.valid.upper is not None or Status(told.span.status) not in OPEN:
        return None
    case: Case = told.span.case
    found = gates.findings(cases=[case], on=scope.as_of, by=by, at=at)[case.pk]
    waivers = {row.rule: row for row in GateWaiver.objects.in_force().filter(case=case)}
    desk, is_monitored = Desk(), Status(told.span.status) in UNDER_MONITORING
    can_waive = is_monitored and desk.can(by, Permission.WAIVE_GATE_RULE, case.village_id, today)
    conditions = [_condition(each, told, waivers.get(each.rule), can_waive=can_waive) for each in found]
    return GateTold(
        shut=tuple(each for each in conditions if not each.is_open),
        passed=tuple(each for each in conditions if each.is_open),
        risks=tuple((risk.value, str(name)) for risk, name in RISKS.items()),
        states=tuple((state.value, str(name)) for state, name in RISK_STATES.items()),
        can_assess=is_monitored and desk.can(by, Permission.EDIT_HOUSEHOLD, case.village_id, today, case.household_id),
        can_waive=can_waive,
    )


def _condition(finding: Finding, told: CaseTold, waiver: GateWaiver | None, *, can_waive: bool) -> ConditionTold:
    standard, waived = finding.standard, None
    if finding.waiver is not None and waiver is not None:
        given = finding.waiver
        waived = WaiverTold(given.by, given.reason, given.on, waiver.pk, waiver.version)
    return ConditionTold(
        code=finding.rule,
        number=str(finding.number or ""),
        name=str(standard.name),
        badge=Badge(str(VERDICTS[finding.verdict]), TONES[finding.verdict]),
        is_open=finding.is_open,
        sentence=finding.sentence,
        records=tuple(_records(finding.evidence, told)),
        threshold=words_of(Kind.GATE_RULE, standard.code, standard.value),
        source=str(standard.source),
        valid_from=standard.valid_from,
        is_official=standard.is_official,
        waiver=waived,
        can_waive=can_waive and not finding.is_open,
    )


def _records(evidence: Iterable[Evidence], told: CaseTold) -> Iterable[RecordTold]:
    for each in evidence:
        name, page, part = RECORDS[each.kind]
        address = told.household_address if page == "household" else ""
        yield RecordTold(str(name), each.on, f"{address}#{part}")
