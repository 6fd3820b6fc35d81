"""Deadlines: kept in step with the events of cases, paused and resumed, and climbing when they are overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit, users
from accounts.permissions import Permission
from common.bulk import insert_all, update_all
from common.fitting import check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import Case, CaseEvent, Deadline, DeadlinePause, Escalation
from households.operations.clock_books import ClockBook
from households.rules.clocks import Owner, Pause, levels_to_tell
from households.rules.deadlines import Happening, PausesByTerm, Term, terms_of
from households.rules.history import OF_HOUSEHOLD, EventKind, village_on
from households.rules.procedure import TAKEN_OVER

ROWS_A_STATEMENT = 1000
# What a term decides of its row; the case, the clock and the event that began it name the row.
DERIVED = (
    "village",
    "length",
    "unit",
    "limit",
    "owner",
    "climbs_every",
    "started_on",
    "due_on",
    "is_estimated",
    "paused_on",
    "ended_on",
    "ending",
)
ATTRIBUTES = tuple("village_id" if name == "village" else name for name in DERIVED)
Key = tuple[UUID, str, int]
Rows = Mapping[UUID, Sequence[CaseEvent]]


def refresh(cases: Sequence[Case], events: Rows) -> None:
    """Bring the stored deadlines of `cases` in line with their events; part of the operation that wrote the events."""
    stored = stored_deadlines(cases)
    expected = expected_deadlines(cases, events, stored.values())
    adding = [row for key, row in expected.items() if key not in stored]
    changed = [_taken_over(stored[key], row) for key, row in expected.items() if key in stored]
    gone = [row.pk for key, row in stored.items() if key not in expected]
    insert_all(adding)
    update_all([row for row in changed if row is not None], DERIVED)
    if gone:
        # No clock calls for them any more: neither was anything paused, nor is anybody overdue.
        DeadlinePause.objects.filter(deadline__in=gone).delete()
        Escalation.objects.filter(deadline__in=gone).delete()
        Deadline.objects.filter(pk__in=gone).delete()


def expected_deadlines(cases: Sequence[Case], events: Rows, stored: Iterable[Deadline]) -> dict[Key, Deadline]:
    """The rows, not written, that the events of `cases` call for, by case, clock and event."""
    clocks = ClockBook()
    pauses = _pauses(stored)
    return {
        (case.pk, term.clock.code, term.sequence): _row(case, term)
        for case in cases
        for term in terms_of(happenings(events[case.pk]), clocks, pauses.get(case.pk, {}), case.first_landed_on)
    }


def stored_deadlines(cases: Iterable[Case]) -> dict[Key, Deadline]:
    """The rows of `cases` as they are kept, by case, clock and event."""
    rows = Deadline.objects.filter(case__in=[case.pk for case in cases])
    return {(row.case_id, row.clock, row.event_sequence): row for row in rows}


def differences(cases: Sequence[Case]) -> list[tuple[UUID, str]]:
    """What `refresh` would change, each with its case; nothing where the stored deadlines follow from the events."""
    stored = stored_deadlines(cases)
    expected = expected_deadlines(cases, events_of(cases), stored.values())
    found: list[tuple[UUID, str]] = []
    for key in sorted({*stored, *expected}, key=str):
        told, wanted = (_contents(rows.get(key)) for rows in (stored, expected))
        if told != wanted:
            case, clock, sequence = key
            name = f"case {case}: {clock} since event {sequence}"
            found.append((case, f"{name} is stored as {told}, and events call for {wanted}"))
    return found


def happenings(rows: Sequence[CaseEvent]) -> list[Happening]:
    """The events of one case as the clocks see them: each on its right day and where the household lived on that day.

    Corrections are left out, so is an end of the household that was taken back (clocks run on as if it never was), and
    what another system decided: it starts no clock here.
    """
    days = {row.corrects_id: row.occurred_on for row in rows if row.corrects_id}
    facts = [row.facts for row in rows]
    restored = max((row.sequence for row in rows if row.kind == EventKind.HOUSEHOLD_RESTORED), default=0)
    counted = [
        (row, days.get(row.pk, row.occurred_on))
        for row in rows
        if row.kind != EventKind.CORRECTED
        and not (row.kind in OF_HOUSEHOLD and row.sequence <= restored)
        and TAKEN_OVER not in row.details
    ]
    return [Happening(row.sequence, row.kind, day, village_on(day, facts)) for row, day in counted]


@transaction.atomic
def note_landed(*, first_days: Mapping[UUID, date | None]) -> None:
    """The first measure of each case landed on that day, of None no measure has; told by the app of measures."""
    cases = list(Case.objects.select_for_update(no_key=True).filter(pk__in=list(first_days)).order_by("pk"))
    changed = [case for case in cases if case.first_landed_on != first_days[case.pk]]
    for case in changed:
        case.first_landed_on = first_days[case.pk]
    update_all(changed, ("first_landed_on",))
    if changed:
        refresh(changed, events_of(changed))


def events_of(cases: Iterable[Case]) -> dict[UUID, list[CaseEvent]]:
    """The events of each case, in the order in which they were recorded."""
    events: dict[UUID, list[CaseEvent]] = defaultdict(list)
    for row in CaseEvent.objects.filter(case__in=[case.pk for case in cases]).order_by("case", "sequence"):
        events[row.case_id].append(row)
    return events


@transaction.atomic
def pause(*, deadline: Deadline, reason: str, on: date, by: User, at: datetime) -> Deadline:
    """The clock stands still from that day on, for a reason that others can read."""
    deadline, case = _locked(deadline, by, at)
    if deadline.ended_on is not None:
        raise Conflict(_("The deadline has ended; there is nothing to pause."), code="wrong_state")
    if deadline.paused_on is not None:
        raise Conflict(_("The clock stands still since %(day)s.") % {"day": deadline.paused_on}, code="wrong_state")
    if not reason.strip():
        raise Invalid(_("Give the reason."), field="reason")
    check_text(reason, field="reason")
    last_end = max((row.ends_on for row in deadline.pauses.all() if row.ends_on), default=deadline.started_on)
    _check_between(on, max(deadline.started_on, last_end), at)
    if deadline.due_on is not None and on > deadline.due_on:
        raise Invalid(
            _("The deadline was %(day)s; a clock that has run out cannot be paused.") % {"day": deadline.due_on},
            field="on",
        )
    DeadlinePause.objects.create(
        deadline=deadline, village_id=case.village_id, reason=reason.strip(), starts_on=on, paused_at=at, paused_by=by
    )
    return _refreshed(deadline, case, "deadline.paused", {"on": on.isoformat(), "reason": reason.strip()}, by, at)


@transaction.atomic
def resume(*, deadline: Deadline, on: date, by: User, at: datetime) -> Deadline:
    """The clock runs again from that day on, which counts."""
    deadline, case = _locked(deadline, by, at)
    held = deadline.pauses.filter(ends_on__isnull=True).first()
    if held is None:
        raise Conflict(_("The clock does not stand still."), code="wrong_state")
    _check_between(on, held.starts_on, at)
    held.ends_on, held.resumed_at, held.resumed_by = on, at, by
    held.save(update_fields=("ends_on", "resumed_at", "resumed_by"))
    return _refreshed(deadline, case, "deadline.resumed", {"on": on.isoformat()}, by, at)


def escalate(*, on: date, at: datetime, under: str = "", most: int = ROWS_A_STATEMENT) -> int:
    """Tell each level above of what is overdue on that day, once each; gives how many were told.

    Works through so many deadlines a transaction: what was written when the work is cut off stays, and the next run
    goes on from there.
    """
    overdue = Deadline.objects.overdue(on).under(under).order_by("pk")
    told, last = 0, UUID(int=0)
    while keys := list(overdue.filter(pk__gt=last).values_list("pk", flat=True)[:most]):
        told += _escalate(Deadline.objects.overdue(on).filter(pk__in=keys), on, at)
        last = keys[-1]
    return told


@transaction.atomic
def _escalate(chosen: QuerySet[Deadline], on: date, at: datetime) -> int:
    deadlines = list(chosen.select_for_update(no_key=True).order_by("pk"))
    already = set(Escalation.objects.filter(deadline__in=deadlines).values_list("deadline_id", "level"))
    rows = [
        Escalation(
            pk=new_id(), deadline=deadline, village_id=deadline.village_id, level=level, due_on=deadline.due_on, at=at
        )
        for deadline in deadlines
        if deadline.due_on is not None
        for level in levels_to_tell(deadline.due_on, Owner(deadline.owner), deadline.climbs_every, on)
        if (deadline.pk, level.value) not in already
    ]
    insert_all(rows)
    if rows:
        system = users.system_account()
        audit.write(_entry(row.deadline, "deadline.escalated", {"to": row.level}, system, at) for row in rows)
    return len(rows)


def _pauses(stored: Iterable[Deadline]) -> Mapping[UUID, PausesByTerm]:
    rows = {row.pk: row for row in stored}
    held_by_case: dict[UUID, dict[tuple[str, int], list[Pause]]] = defaultdict(dict)
    for held in DeadlinePause.objects.filter(deadline__in=list(rows)) if rows else ():
        row = rows[held.deadline_id]
        of_term = held_by_case[row.case_id].setdefault((row.clock, row.event_sequence), [])
        of_term.append(Pause(held.starts_on, held.ends_on))
    return held_by_case


def _row(case: Case, term: Term) -> Deadline:
    clock = term.clock
    return Deadline(
        pk=new_id(),
        case_id=case.pk,
        village_id=case.village_id,
        clock=clock.code,
        event_sequence=term.sequence,
        length=clock.length,
        unit=clock.unit.value,
        limit=clock.limit.value,
        owner=clock.owner.value,
        climbs_every=clock.climbs_every,
        started_on=term.started_on,
        due_on=term.due_on,
        is_estimated=term.is_estimated,
        paused_on=term.paused_on,
        ended_on=term.ended_on,
        ending=term.ending.value if term.ending else "",
    )


def _contents(row: Deadline | None) -> dict[str, object] | None:
    return None if row is None else {name: getattr(row, name) for name in ATTRIBUTES}


def _taken_over(held: Deadline, wanted: Deadline) -> Deadline | None:
    """The stored row with what the new one says; None where it says it already."""
    if _contents(held) == _contents(wanted):
        return None
    for name in ATTRIBUTES:
        setattr(held, name, getattr(wanted, name))
    return held


def _locked(deadline: Deadline, by: User, at: datetime) -> tuple[Deadline, Case]:
    case = Case.objects.select_for_update(no_key=True).get(pk=deadline.case_id)
    access.check(by, Permission.PAUSE_DEADLINE, case.village_id, day_of(at))
    return Deadline.objects.get(pk=deadline.pk), case


def _check_between(on: date, earliest: date, at: datetime) -> None:
    if not earliest <= on <= day_of(at):
        raise Invalid(_("The day must lie between %(earliest)s and today.") % {"earliest": earliest}, field="on")


def _refreshed(
    deadline: Deadline, case: Case, action: str, changes: dict[str, str], by: User, at: datetime
) -> Deadline:
    refresh([case], events_of([case]))
    audit.write([_entry(deadline, action, changes, by, at)])
    deadline.refresh_from_db()
    return deadline


def _entry(deadline: Deadline, action: str, changes: dict[str, str], by: User, at: datetime) -> AuditEvent:
    return audit.entry(
        action=action,
        subject=deadline,
        by=by,
        at=at,
        division_code=deadline.village_id,
        changes={"case": str(deadline.case_id), "clock": deadline.clock, **changes},
    )
