"""Cases: reporting a household as at risk, and moving the case until the risk is eliminated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.fitting import check_rows
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households.access import Desk
from households.models import Case, CaseEvent, CaseRisk, Household
from households.operations.histories import ROWS_A_STATEMENT, Histories, days_of_steps, household_series
from households.rules.admission import RiskFound, fault_of_risks, fault_of_type
from households.rules.codes import EliminationWay, HouseholdType
from households.rules.history import EVENT_OF_TRANSITION, PROCEDURES, STEPS, EventKind
from households.workflow import OPEN, STATUSES, TRANSITIONS, Status


@dataclass(frozen=True, slots=True)
class Report:
    """A clue: `household` seems at risk, seen on the day `on`."""

    household: Household
    household_type: HouseholdType
    risks: tuple[RiskFound, ...]
    on: date
    by: User
    at: datetime
    has_no_labour: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A move of `case` to the state `to`, decided on the day `on`; an elimination says in which way."""

    case: Case
    to: Status
    on: date
    by: User
    at: datetime
    expected_version: int | None
    way: EliminationWay | None = None
    reason: str = ""


def report(
    *,
    household: Household,
    household_type: HouseholdType,
    risks: Sequence[RiskFound],
    on: date,
    by: User,
    at: datetime,
    has_no_labour: bool = False,
) -> Case:
    """Register a clue that `household` is at risk; opens a new episode."""
    return report_all(reports=[Report(household, household_type, tuple(risks), on, by, at, has_no_labour)])[0]


@transaction.atomic
def report_all(*, reports: Sequence[Report]) -> list[Case]:
    """Register clues, all or none."""
    desk = Desk()
    households = [report.household for report in reports]
    # Locked in the order of keys, so that two reports of one household wait for each other and never deadlock.
    list(Household.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in households]).order_by("pk"))
    earlier = _cases_of(household.pk for household in households)
    series = household_series(households, {report.household.pk: report.household.registered_on for report in reports})
    histories = Histories(())
    cases: list[Case] = []
    for each in reports:
        before = earlier.setdefault(each.household.pk, [])
        desk.check(each.by, Permission.REPORT_CASE, each.household.village_id, day_of(each.at))
        _check_report(each, before, series[each.household.pk]["persons"])
        cases.append(_new_case(each, episode=len(before) + 1))
        before.append(cases[-1])
    Case.objects.bulk_create(cases, batch_size=ROWS_A_STATEMENT)
    risks = [row for case, each in zip(cases, reports, strict=True) for row in risk_rows(case, each.risks)]
    check_rows(risks, {"remark": "risks"})
    CaseRisk.objects.bulk_create(risks, batch_size=ROWS_A_STATEMENT)
    for case, each in zip(cases, reports, strict=True):
        histories.begin(case)
        facts = {
            "status": Status.REPORTED.value,
            "household_type": each.household_type.value,
            "has_no_labour": each.has_no_labour,
            "risks": [found.risk.value for found in each.risks],
            **series[each.household.pk],
        }
        histories.add(case, EventKind.REPORTED, on=each.on, by=each.by, at=each.at, facts=facts)
    histories.close()
    return cases


def verify(*, case: Case, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The clue was verified at home."""
    return move(Step(case, Status.VERIFIED, on, by, at, expected_version))


def review(*, case: Case, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The village reviewed the case and gave public notice."""
    return move(Step(case, Status.REVIEWED, on, by, at, expected_version))


def approve(*, case: Case, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The county identified the household: it is monitored from that day on, and any earlier episode ends."""
    return move(Step(case, Status.MONITORED, on, by, at, expected_version))


def refuse(*, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The household is not taken in; the reason is given back to it."""
    return move(Step(case, Status.REFUSED, on, by, at, expected_version, reason=reason))


def propose_elimination(*, case: Case, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The risk seems eliminated; the county decides."""
    return move(Step(case, Status.ELIMINATION_PROPOSED, on, by, at, expected_version))


def decline_elimination(
    *, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None
) -> Case:
    """The risk is not eliminated; monitoring goes on."""
    return move(Step(case, Status.MONITORED, on, by, at, expected_version, reason=reason))


def eliminate(
    *, case: Case, way: EliminationWay, on: date, by: User, at: datetime, expected_version: int | None
) -> Case:
    """The county found the risk eliminated, by assistance or naturally (DOMAIN §3.4)."""
    return move(Step(case, Status.ELIMINATED, on, by, at, expected_version, way=way))


def roll_back(*, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The elimination does not hold (风险消除回退): the case is monitored again from that day on."""
    return move(Step(case, Status.MONITORED, on, by, at, expected_version, reason=reason))


def move(step: Step) -> Case:
    """Move one case."""
    return move_all(steps=[step])[0]


@transaction.atomic
def move_all(*, steps: Sequence[Step]) -> list[Case]:
    """Take steps in the order given, all or none; gives the cases as they stand afterwards, one a step."""
    desk = Desk()
    households = {step.case.household_id for step in steps if step.to is Status.MONITORED}
    # Other episodes of a household that enters the register: an eliminated one ends there, an open one is in the way.
    others = _cases_of(households)
    histories = Histories([*(step.case for step in steps), *chain.from_iterable(others.values())])
    for step in steps:
        case = histories.cases[step.case.pk]
        check_version(case, step.expected_version)
        _check_step(step, case, histories.events[case.pk], desk)
        kind = EVENT_OF_TRANSITION[Status(case.status), step.to]
        siblings = [histories.cases[row.pk] for row in others.get(case.household_id, ()) if row != case]
        if kind is EventKind.IDENTIFIED:
            _supersede(histories, siblings, step)
        if kind is EventKind.ROLLED_BACK and any(Status(row.status) in OPEN for row in siblings):
            raise Conflict(_("The household has a newer open case. Go on with that one."), code="case_open")
        _take(histories, case, step)
    histories.close()
    return [histories.cases[step.case.pk] for step in steps]


def _supersede(histories: Histories, siblings: Sequence[Case], step: Step) -> None:
    """The eliminated episodes among `siblings` end on the day on which the new one enters the register."""
    for other in siblings:
        if Status(other.status) is Status.ELIMINATED:
            _check_order(step, histories.events[other.pk])
            _take(histories, other, Step(other, Status.SUPERSEDED, step.on, step.by, step.at, other.version))


def _check_report(each: Report, earlier: Sequence[Case], persons: Sequence[Sequence[Any]]) -> None:
    if each.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if each.on < each.household.registered_on:
        raise Invalid(
            _("The household was registered on %(day)s; a clue cannot be older.")
            % {"day": each.household.registered_on},
            field="on",
        )
    if [count for day, count in persons if day <= each.on.isoformat()][-1] == 0:
        raise Invalid(
            _("Nobody belongs to the household on %(day)s. Add its members first, or give another day.")
            % {"day": each.on},
            code="no_members",
            field="on",
        )
    if any(Status(case.status) in OPEN for case in earlier):
        raise Conflict(_("The household already has an open case. Go on with that one."), code="case_open")
    if fault := fault_of_type(each.household_type, each.household.is_former_poor):
        raise Invalid(fault, field="household_type")
    if fault := fault_of_risks(each.risks):
        raise Invalid(fault, field="risks")


def _check_step(step: Step, case: Case, history: Sequence[CaseEvent], desk: Desk) -> None:
    was = Status(case.status)
    permission = TRANSITIONS.get((was, step.to))
    if permission is None or step.to is Status.SUPERSEDED:
        raise Conflict(
            _("The case is “%(was)s” and cannot become “%(to)s” from there.")
            % {"was": STATUSES[was], "to": STATUSES[step.to]},
            code="wrong_state",
        )
    desk.check(step.by, permission, case.village_id, day_of(step.at))
    if case.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    _check_order(step, history)
    if step.to is Status.ELIMINATED and step.way is None:
        raise Invalid(_("Say in which way the risk was eliminated."), field="way")
    if EVENT_OF_TRANSITION[was, step.to] in NEEDS_REASON and not step.reason.strip():
        raise Invalid(_("Give the reason."), field="reason")
    _check_other_person(step, was, [event for event in history if event.kind in STEPS])


def _check_order(step: Step, history: Sequence[CaseEvent]) -> None:
    last = [*days_of_steps(history).values()][-1]
    if step.on < last:
        raise Invalid(
            _("The step before was taken on %(day)s; this one cannot be earlier.") % {"day": last}, field="on"
        )


NEEDS_REASON = frozenset({EventKind.REFUSED, EventKind.ELIMINATION_DECLINED, EventKind.ROLLED_BACK})


def _check_other_person(step: Step, was: Status, transitions: Sequence[CaseEvent]) -> None:
    """No two steps of one procedure by the same person (DESIGN §5)."""
    kind = EVENT_OF_TRANSITION[was, step.to]
    for start, followers in PROCEDURES.items():
        if kind in followers:
            begun = max(index for index, event in enumerate(transitions) if event.kind == start)
            if any(event.recorded_by_id == step.by.pk for event in transitions[begun:]):
                raise Conflict(
                    _("You took an earlier step of this procedure. Another person must take this one."),
                    code="same_person",
                )


def _take(histories: Histories, case: Case, step: Step) -> None:
    kind = EVENT_OF_TRANSITION[Status(case.status), step.to]
    facts: dict[str, Any] = {"status": step.to.value}
    case.status = step.to.value
    case.version += 1
    if kind is EventKind.IDENTIFIED:
        case.identified_on = step.on
    if kind is EventKind.ELIMINATED and step.way is not None:
        facts["elimination_way"] = case.elimination_way = step.way.value
        case.eliminated_on = step.on
    if kind is EventKind.ROLLED_BACK:
        case.eliminated_on, case.elimination_way = None, ""
    details = {"reason": step.reason} if step.reason else {}
    histories.add(case, kind, on=step.on, by=step.by, at=step.at, facts=facts, details=details)


def _new_case(each: Report, episode: int) -> Case:
    return Case(
        pk=new_id(),
        household=each.household,
        village_id=each.household.village_id,
        episode=episode,
        household_type=each.household_type.value,
        status=Status.REPORTED.value,
        has_no_labour=each.has_no_labour,
        reported_on=each.on,
    )


def risk_rows(case: Case, risks: Sequence[RiskFound]) -> list[CaseRisk]:
    """The rows of these risks, not yet written."""
    return [
        CaseRisk(
            case=case,
            position=position,
            risk=found.risk.value,
            disaster=found.disaster.value if found.disaster else "",
            remark=found.remark,
        )
        for position, found in enumerate(risks, start=1)
    ]


def _cases_of(households: Iterable[UUID]) -> dict[UUID, list[Case]]:
    found: dict[UUID, list[Case]] = {}
    for case in Case.objects.filter(household__in=list(households)):
        found.setdefault(case.household_id, []).append(case)
    return found
