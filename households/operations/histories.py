"""Adding events to histories: the one place where a case's events, spans, deadlines and audit rows are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from common.bulk import insert_all, update_all
from common.fitting import LONGEST_REMARK, check_text
from common.moments import day_of
from common.refusals import Invalid
from households.models import Case, CaseEvent, HouseholdMove, Membership
from households.operations import deadlines, spans
from households.rules.history import STEPS, EventKind
from households.rules.procedure import LONGEST_TEXT

ROWS_A_STATEMENT = 1000
TICK = timedelta(microseconds=1)
SNAPSHOT = (
    "status",
    "reported_on",
    "household_type",
    "has_no_labour",
    "identified_on",
    "eliminated_on",
    "elimination_way",
    "village",
    "version",
)


class Histories:
    """The cases of one operation, locked, with their events; `close` writes what was added, all in one transaction."""

    def __init__(self, cases: Iterable[Case]) -> None:
        keys = sorted({case.pk for case in cases})
        locked = Case.objects.select_for_update(of=("self",), no_key=True).select_related("household")
        self.cases: dict[UUID, Case] = {case.pk: case for case in locked.filter(pk__in=keys).order_by("pk")}
        self.events: dict[UUID, list[CaseEvent]] = defaultdict(list)
        for event in CaseEvent.objects.filter(case__in=keys).order_by("case", "sequence"):
            self.events[event.case_id].append(event)
        # What an operation records is later than all that was known of the household: knowledge once served stays true.
        self._moment: dict[UUID, datetime] = {}
        for key, history in self.events.items():
            household = self.cases[key].household_id
            self._moment[household] = max(
                history[-1].recorded_at + TICK, self._moment.get(household, history[-1].recorded_at)
            )
        self._added: list[CaseEvent] = []
        self._audit: list[AuditEvent] = []

    def begin(self, case: Case) -> None:
        """Take up a case that was just created."""
        self.cases[case.pk] = case

    def add(
        self,
        case: Case,
        kind: EventKind,
        *,
        on: date,
        by: User,
        at: datetime,
        facts: dict[str, Any],
        details: dict[str, Any] | None = None,
        corrects: CaseEvent | None = None,
    ) -> CaseEvent:
        """Write down that `kind` happened to `case` on that day; the future is refused."""
        if on > day_of(at):
            raise Invalid(_("%(day)s lies in the future. Give the day on which it happened.") % {"day": on}, field="on")
        for name, text in (details or {}).items():
            if isinstance(text, str):
                check_text(text, field=name, most=LONGEST_REMARK if name == "reason" else LONGEST_TEXT)
        history = self.events[case.pk]
        recorded_at = self._moment[case.household_id] = max(at, self._moment.get(case.household_id, at))
        event = CaseEvent(
            case=case,
            village_id=case.village_id,
            sequence=len(history) + 1,
            kind=kind.value,
            occurred_on=on,
            recorded_at=recorded_at,
            recorded_by=by,
            facts=facts,
            details=details or {},
            corrects=corrects,
        )
        history.append(event)
        self._added.append(event)
        # What the exit gate found is kept once, in the event, which nobody can change either.
        told = {name: value for name, value in (details or {}).items() if name != "gate"}
        self._audit.append(
            audit.entry(
                action=f"case.{kind.value}",
                subject=case,
                by=by,
                at=at,
                division_code=case.village_id,
                changes={"on": on.isoformat(), "facts": facts, "details": told},
            )
        )
        return event

    def close(self) -> None:
        """Write the events, the cases as they stand now, their spans, their deadlines and the audit rows."""
        if not self._added:
            return
        touched = [self.cases[key] for key in dict.fromkeys(event.case_id for event in self._added)]
        insert_all(self._added)
        update_all(touched, SNAPSHOT)
        spans.refresh(touched)
        deadlines.refresh(touched, self.events)
        audit.write(self._audit)


def days_of_steps(history: Sequence[CaseEvent]) -> dict[UUID, date]:
    """The day of each step of the workflow by the event's key, in the order taken, corrections heeded."""
    days = {row.pk: row.occurred_on for row in history if row.kind in STEPS}
    for row in history:
        if row.corrects_id in days:
            days[row.corrects_id] = row.occurred_on
    return days


def household_series(households: Sequence[Any], since: dict[UUID, date]) -> dict[UUID, dict[str, list[list[Any]]]]:
    """For each household, how many members it has from which day on, and its village, as facts of an event.

    `since` is the day on which the series of each household may begin.
    """
    changes: dict[UUID, dict[date, int]] = {household.pk: defaultdict(int) for household in households}
    if not changes:
        return {}
    rows = Membership.objects.filter(household__in=list(changes)).values_list("household_id", "joined_on", "left_on")
    moves: dict[UUID, list[HouseholdMove]] = defaultdict(list)
    for move in HouseholdMove.objects.filter(household__in=list(changes)).order_by("moved_on"):
        moves[move.household_id].append(move)
    for household_id, joined_on, left_on in rows:
        changes[household_id][max(joined_on, since[household_id])] += 1
        if left_on is not None:
            changes[household_id][max(left_on, since[household_id])] -= 1
    return {
        household.pk: {
            "persons": _running(changes[household.pk], since[household.pk]),
            "village": _villages(household, moves[household.pk], since[household.pk]),
        }
        for household in households
    }


def _villages(household: Any, moves: Sequence[HouseholdMove], since: date) -> list[list[Any]]:
    first = moves[0].from_village_id if moves else household.village_id
    later = [[max(move.moved_on, since).isoformat(), move.to_village_id] for move in moves]
    return [[since.isoformat(), first], *later]


def _running(changes: dict[date, int], since: date) -> list[list[Any]]:
    count = 0
    series: list[list[Any]] = []
    for day in sorted({since, *changes}):
        count += changes.get(day, 0)
        series.append([day.isoformat(), count])
    return series
