"""Moving cases along the workflow: the one place that decides whether a step may be taken, and takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.moments import day_of
from common.names import Name
from common.refusals import Conflict, Invalid, Refused
from common.versions import check_version
from households.access import Desk
from households.models import Case, CaseEvent, Household
from households.operations import evidence, gates, quality
from households.operations.histories import Histories, days_of_steps
from households.rules.codes import EliminationWay
from households.rules.findings import Finding, frozen, no_longer_held
from households.rules.gate import Landed
from households.rules.history import EVENT_OF_TRANSITION, PROCEDURES, REVIEWING, STEPS, EventKind, Hand, hand_of
from households.rules.procedure import NEEDS_REASON, Record, details_of, ends_of_notice, fault_of
from households.rules.quality.catalogue import RULES
from households.rules.quality.rule import Found
from households.rules.shapes import BETWEEN
from households.workflow import OPEN, STATUSES, TRANSITIONS, Status, following

RULES_BY_CODE = {rule.code: rule for rule in RULES}
NOTICES = frozenset({EventKind.NOTICE_POSTED, EventKind.ELIMINATION_NOTICE_POSTED})
ON_NOTICE = frozenset({Status.NOTICED, Status.ELIMINATION_NOTICED})
PASSING = frozenset({Status.TOWNSHIP_PASSED, Status.ELIMINATION_TOWNSHIP_PASSED})
THROUGH_THE_GATE = frozenset({Status.ELIMINATION_PROPOSED, Status.ELIMINATED})
DECIDING = frozenset({EventKind.IDENTIFIED, EventKind.ELIMINATED})
DECIDED = frozenset({Status.MONITORED, Status.ELIMINATED})


@dataclass(frozen=True, slots=True)
class Step:
    """A move of `case` to the state `to`, decided on the day `on`.

    `record` is what has to be written down at this step (households.rules.procedure.ASKED); `way` in which way a risk
    is to be eliminated; `measures` are those that landed for the case, which the exit gate asks for: without them it
    stays shut, so eliminations are proposed and approved by assistance.operations.eliminations. `faults` are the names
    of blocking rules about help that the records do not keep; those about the registry's own records are asked here.
    """

    case: Case
    to: Status
    on: date
    by: User
    at: datetime
    expected_version: int | None
    way: EliminationWay | None = None
    reason: str = ""
    record: Record | None = None
    measures: Sequence[Landed] = ()
    faults: Sequence[Name] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A step that could follow; `refusal` is the sentence why this person may not take it now, empty where he may."""

    to: Status
    kind: EventKind
    hand: Hand | None
    refusal: str = ""
    code: str = ""


@dataclass(slots=True)
class _Asked:
    """All that is asked about steps, read once for all of them."""

    desk: Desk = field(default_factory=Desk)
    on_file: Mapping[UUID, evidence.OnFile] = field(default_factory=dict)
    responsible: Mapping[UUID, Sequence[evidence.Responsible]] = field(default_factory=dict)
    notice_days: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[UUID, Sequence[Found]] = field(default_factory=dict)


def move(step: Step) -> Case:
    """Move one case."""
    return move_all(steps=[step])[0]


@transaction.atomic
def move_all(*, steps: Sequence[Step]) -> list[Case]:
    """Take steps in the order given, all or none; gives the cases as they stand afterwards, one a step."""
    households = {step.case.household_id for step in steps if step.to is Status.MONITORED}
    # Other episodes of a household that enters the register: an eliminated one ends there, an open one is in the way.
    others = cases_of(households)
    histories = Histories([*(step.case for step in steps), *chain.from_iterable(others.values())])
    asked = _ask([histories.cases[step.case.pk] for step in steps], [(step.to, step.on) for step in steps])
    asked.faults = _faults(steps)
    gate = _Gate(steps, histories)
    for step in steps:
        case = histories.cases[step.case.pk]
        check_version(case, step.expected_version)
        _check_step(step, case, histories.events[case.pk], asked)
        kind = EVENT_OF_TRANSITION[Status(case.status), step.to]
        passed = gate.passed(step) if step.to in THROUGH_THE_GATE else None
        if kind in DECIDING:
            _refuse_faulty(asked.faults.get(case.household_id, ()), step.faults)
        siblings = [histories.cases[row.pk] for row in others.get(case.household_id, ()) if row != case]
        if kind is EventKind.IDENTIFIED:
            _supersede(histories, siblings, step)
        if kind is EventKind.ROLLED_BACK and any(Status(row.status) in OPEN for row in siblings):
            raise Conflict(_("The household has a newer open case. Go on with that one."), code="case_open")
        _take(histories, case, step, passed)
    histories.close()
    return [histories.cases[step.case.pk] for step in steps]


class _Gate:
    """The exit gate before the steps that lead through it, asked about all of them at once."""

    def __init__(self, steps: Sequence[Step], histories: Histories) -> None:
        self._waiting = [step for step in steps if step.to in THROUGH_THE_GATE]
        self._histories = histories
        self._found: dict[int, tuple[Finding, ...]] = {}

    def passed(self, step: Step) -> list[dict[str, Any]]:
        """What the gate found, to be kept with the step; Conflict where it is shut."""
        if id(step) not in self._found:
            self._ask()
        found = self._found[id(step)]
        if step.to is Status.ELIMINATED:
            proposed = [row for row in self._events(step) if row.kind == EventKind.ELIMINATION_PROPOSED][-1]
            gates.refuse_what_no_longer_holds(no_longer_held(proposed.details.get("gate", ()), found))
        gates.refuse_unless_open(found)
        if step.to is Status.ELIMINATION_PROPOSED and any(
            each.waiver and each.waiver.user == str(step.by.pk) for each in found
        ):
            raise Conflict(
                _("You waived a condition of this elimination. Another person must propose it."), code="same_person"
            )
        return frozen(found)

    def _ask(self) -> None:
        """Ask about all whose case is monitored by now; one that is identified among these steps is asked later."""
        asking = [step for step in self._waiting if self._histories.cases[step.case.pk].identified_on is not None]
        self._waiting = [step for step in self._waiting if step not in asking]
        questions = [
            gates.Question(self._histories.cases[step.case.pk], step.on, _way(step, self._events(step)), step.measures)
            for step in asking
        ]
        self._found |= {id(step): found for step, found in zip(asking, gates.answers(questions), strict=True)}

    def _events(self, step: Step) -> Sequence[CaseEvent]:
        return self._histories.events[step.case.pk]


def options(*, case: Case, by: User, at: datetime) -> list[Option]:
    """The steps that could follow for `case`, forward first, each with the reason why `by` may not take it today.

    What stands before an elimination, the exit gate tells by itself.
    """
    return options_of(cases=[case], by=by, at=at)[case.pk]


def options_of(*, cases: Sequence[Case], by: User, at: datetime) -> dict[UUID, list[Option]]:
    """The same for several cases, in a constant number of queries."""
    on = day_of(at)
    histories: dict[UUID, list[CaseEvent]] = {case.pk: [] for case in cases}
    for event in CaseEvent.objects.filter(case__in=list(histories)).order_by("sequence"):
        histories[event.case_id].append(event)
    targets = {to for case in cases for to in following(Status(case.status))}
    asked = _ask(cases, [(to, on) for to in targets])
    return {
        case.pk: [_option(case, to, by, at, histories[case.pk], asked) for to in following(Status(case.status))]
        for case in cases
    }


def _option(case: Case, to: Status, by: User, at: datetime, history: Sequence[CaseEvent], asked: _Asked) -> Option:
    was = Status(case.status)
    step = Step(case, to, day_of(at), by, at, case.version)
    told = Option(to, EVENT_OF_TRANSITION[was, to], hand_of(was, to))
    try:
        _check_who_and_when(step, case, history, asked)
    except Refused as refusal:
        return Option(told.to, told.kind, told.hand, str(refusal), refusal.stable_code)
    return told


def cases_of(households: Iterable[UUID]) -> dict[UUID, list[Case]]:
    """All episodes of these households."""
    found: dict[UUID, list[Case]] = {}
    for case in Case.objects.filter(household__in=list(households)):
        found.setdefault(case.household_id, []).append(case)
    return found


def _ask(cases: Sequence[Case], moves: Sequence[tuple[Status, date]]) -> _Asked:
    asked = _Asked()
    homes = {case.household_id for case in cases}
    targets = {to for to, _on in moves}
    if targets & {Status.VERIFIED, Status.ELIMINATION_VERIFIED}:
        asked.on_file = evidence.on_file(homes)
    if targets & PASSING:
        days = [on for to, on in moves if to in PASSING]
        asked.notice_days = evidence.notice_days({case.village_id for case in cases}, max(days))
    asked.responsible = evidence.responsible_for(homes)
    return asked


def _faults(steps: Sequence[Step]) -> dict[UUID, list[Found]]:
    """What is wrong in the records of the households that are decided on, as the rules find it on the latest day."""
    deciding = [step for step in steps if step.to in DECIDED]
    if not deciding:
        return {}
    homes = Household.objects.in_bulk({step.case.household_id for step in deciding})
    return quality.blocking_all(households=list(homes.values()), on=max(day_of(step.at) for step in deciding))


def _supersede(histories: Histories, siblings: Sequence[Case], step: Step) -> None:
    """The eliminated episodes among `siblings` end on the day on which the new one enters the register."""
    for other in siblings:
        if Status(other.status) is Status.ELIMINATED:
            _check_order(step, histories.events[other.pk])
            _take(histories, other, Step(other, Status.SUPERSEDED, step.on, step.by, step.at, other.version))


def _check_step(step: Step, case: Case, history: Sequence[CaseEvent], asked: _Asked) -> None:
    _check_who_and_when(step, case, history, asked)
    kind = EVENT_OF_TRANSITION[Status(case.status), step.to]
    if kind in {EventKind.ELIMINATION_PROPOSED, EventKind.ELIMINATED} and _way(step, history) is None:
        raise Invalid(_("Say in which way the risk was eliminated."), field="way")
    if kind in NEEDS_REASON and not step.reason.strip():
        raise Invalid(_("Give the reason."), field="reason")
    if fault := fault_of(kind, step.record):
        raise Invalid(fault.sentence, field=fault.field)
    if kind in {EventKind.VERIFIED, EventKind.ELIMINATION_VERIFIED}:
        evidence.check_on_file(asked.on_file.get(case.household_id), step.on)


def _refuse_faulty(found: Sequence[Found], of_help: Sequence[Name]) -> None:
    names = dict.fromkeys([*(RULES_BY_CODE[each.rule].name for each in found), *of_help])
    if names:
        raise Conflict(
            _("The records contradict themselves: %(faults)s. Mend them before anyone decides.")
            % {"faults": str(BETWEEN).join(str(name) for name in names)},
            code="records_faulty",
        )


def _check_who_and_when(step: Step, case: Case, history: Sequence[CaseEvent], asked: _Asked) -> None:
    """What can be said before anything is filled in: state, permission, person, order and the days of a notice."""
    was = Status(case.status)
    permission = TRANSITIONS.get((was, step.to))
    if permission is None or step.to is Status.SUPERSEDED:
        raise Conflict(
            _("The case is “%(was)s” and cannot become “%(to)s” from there.")
            % {"was": STATUSES[was], "to": STATUSES[step.to]},
            code="wrong_state",
        )
    asked.desk.check(step.by, permission, case.village_id, day_of(step.at), case.household_id)
    if case.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    _check_order(step, history)
    _check_other_person(step, was, [event for event in history if event.kind in STEPS])
    _check_not_responsible(step, was, asked.responsible.get(case.household_id, ()))
    if step.to in PASSING:
        _check_notice_has_hung(step, history, asked.notice_days[case.village_id])


def _check_order(step: Step, history: Sequence[CaseEvent]) -> None:
    last = [*days_of_steps(history).values()][-1]
    if step.on < last:
        raise Invalid(
            _("The step before was taken on %(day)s; this one cannot be earlier.") % {"day": last}, field="on"
        )


def _check_other_person(step: Step, was: Status, transitions: Sequence[CaseEvent]) -> None:
    """No two hands of one procedure are the same person's (DESIGN §5)."""
    hand = hand_of(was, step.to)
    if hand is None or EVENT_OF_TRANSITION[was, step.to] in PROCEDURES:  # whoever begins a procedure has taken no step
        return
    for event, held in _hands_of_the_run(transitions):
        if event.recorded_by_id == step.by.pk and held is not hand:
            raise Conflict(
                _("You took an earlier step of this procedure. Another person must take this one."),
                code="same_person",
            )


def _hands_of_the_run(transitions: Sequence[CaseEvent]) -> list[tuple[CaseEvent, Hand]]:
    """The steps of the procedure that is under way, each with its hand."""
    begun = max(index for index, event in enumerate(transitions) if event.kind in PROCEDURES)
    hands = PROCEDURES[EventKind(transitions[begun].kind)]
    return [(event, hands[EventKind(event.kind)]) for event in transitions[begun:] if event.kind in hands]


def _check_not_responsible(step: Step, was: Status, responsible: Sequence[evidence.Responsible]) -> None:
    if hand_of(was, step.to) not in REVIEWING:
        return
    if any(each.user == step.by.pk and each.holds(step.on) for each in responsible):
        raise Conflict(
            _("You are responsible for this household. Somebody else must review its case."), code="responsible_person"
        )


def _check_notice_has_hung(step: Step, history: Sequence[CaseEvent], days: int) -> None:
    posted = [day for event, day in _days(history) if event.kind in NOTICES][-1]
    earliest = ends_of_notice(posted, days)
    if step.on < earliest:
        raise Conflict(
            _("The notice hangs since %(posted)s and has to hang for %(days)d days. Come back on %(earliest)s.")
            % {"posted": posted, "days": days, "earliest": earliest},
            code="notice_running",
        )


def _days(history: Sequence[CaseEvent]) -> list[tuple[CaseEvent, date]]:
    days = days_of_steps(history)
    return [(event, days[event.pk]) for event in history if event.pk in days]


def _way(step: Step, history: Sequence[CaseEvent]) -> EliminationWay | None:
    """The way of the elimination: as given, else as proposed."""
    if step.way is not None:
        return step.way
    proposed = [event for event in history if event.kind == EventKind.ELIMINATION_PROPOSED]
    if step.to is Status.ELIMINATED and proposed and proposed[-1].details.get("way"):
        return EliminationWay(proposed[-1].details["way"])
    return None


def _take(histories: Histories, case: Case, step: Step, gate: list[dict[str, Any]] | None = None) -> None:
    kind = EVENT_OF_TRANSITION[Status(case.status), step.to]
    facts: dict[str, Any] = {"status": step.to.value}
    details: dict[str, Any] = details_of(step.record)
    way = _way(step, histories.events[case.pk])
    case.status = step.to.value
    case.version += 1
    if kind is EventKind.IDENTIFIED:
        case.identified_on = step.on
    if kind is EventKind.ELIMINATION_PROPOSED and way is not None:
        details["way"] = way.value
    if kind is EventKind.ELIMINATED and way is not None:
        facts["elimination_way"] = case.elimination_way = way.value
        case.eliminated_on = step.on
    if kind is EventKind.ROLLED_BACK:
        case.eliminated_on, case.elimination_way = None, ""
    if step.reason:
        details["reason"] = step.reason
    if gate is not None:
        details["gate"] = gate
    histories.add(case, kind, on=step.on, by=step.by, at=step.at, facts=facts, details=details)
