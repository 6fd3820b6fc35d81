"""Parts: a thousand items of a run are tried or written at a time, in one transaction with what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent
from assistance.models import Measure
from common.bulk import update_all
from common.moments import day_of
from exchange.models import Run, RunItem
from exchange.models.run import sealed, unsealed
from exchange.operations import runner, runs
from exchange.operations.staging import counted, read
from exchange.rules.kinds import KindCode
from exchange.rules.outcomes import Became, Item, Outcome
from exchange.rules.runs import DOES, RunKind, RunState
from households.models import Case, Household, Member

ITEMS_A_PART = runner.ITEMS_A_PART
MOST_OF_A_HOME = 500  # items of one household that are kept together
WRITTEN = ("became", "status", "code", "field", "told", "record", "household", "based_on", "version", "is_applied")
# Kinds whose rows count their changes.
VERSIONED: dict[KindCode, Any] = {
    KindCode.HOUSEHOLD: Household,
    KindCode.MEMBER: Member,
    KindCode.CASE: Case,
    KindCode.MEASURE: Measure,
}
# Of these, those that count what becomes of others: a household its members, a case those whom it counts.
COUNTED_WITH = (KindCode.HOUSEHOLD, KindCode.CASE)
OVERTAKEN = frozenset({"version_missing", "stale"})


@transaction.atomic
def try_part(*, key: UUID, at: datetime) -> bool:
    """Try the next items without keeping anything; gives whether there may be more to do."""
    run = runs.locked(key)
    if run is None or RunState(run.state) is not RunState.TRYING:
        return False
    rows = _next(run, Q(became=""))
    if not rows:
        _close(run, RunState.TRIED, at)
        return False
    is_file = run.kind == RunKind.IMPORT.value  # other systems say on which version a change is based
    outcomes = runner.carry_out(items=_items(run, rows), by=run.by, at=at, keep=False, trusts_present=is_file)
    for row, outcome in zip(rows, outcomes, strict=True):
        _tell(row, outcome)
        row.record = outcome.id if outcome.became in {Became.CHANGED, Became.UNCHANGED} else ""
    _advance(run, rows, at, {})
    return True


def apply_part(*, key: UUID, at: datetime) -> bool:
    """Write the next items, all of them where all or nothing was asked for; gives whether there may be more to do."""
    with transaction.atomic():
        run = runs.locked(key)
        if run is None or RunState(run.state) is not RunState.APPLYING:
            return False
        if not run.is_whole:
            return _apply_next(run, at)
    return _apply_whole(key, at)


def _apply_next(run: Run, at: datetime) -> bool:
    rows = _next(run, _to_apply(run))
    if not rows:
        _close(run, RunState.APPLIED, at, ended_at=at)
        return False
    before = Counter(row.became for row in rows)
    _write(run, rows, at)
    _advance(run, rows, at, before)
    return True


class _HeldBack(Exception):
    """Carries the refused items out of the transaction in which nothing is kept."""

    def __init__(self, rows: Sequence[RunItem]) -> None:
        super().__init__()
        self.rows = rows


def _apply_whole(key: UUID, at: datetime) -> bool:
    try:
        with transaction.atomic():
            run = runs.locked(key)
            if run is None or RunState(run.state) is not RunState.APPLYING:
                return False
            while rows := _next(run, _to_apply(run)):
                before = Counter(row.became for row in rows)
                _write(run, rows, at)
                if refused := [row for row in rows if row.became == Became.REFUSED.value]:
                    raise _HeldBack(refused)
                _advance(run, rows, at, before)
            _close(run, RunState.APPLIED, at, ended_at=at)
    except _HeldBack as held:
        with transaction.atomic():
            run = runs.locked(key)
            if run is not None:
                update_all(held.rows, WRITTEN)
                _close(run, RunState.TRIED, at, applied_at=None)
    return False


def _write(run: Run, rows: Sequence[RunItem], at: datetime) -> None:
    outcomes = runner.carry_out(items=_items(run, rows), by=run.by, at=at)
    for row, outcome in zip(rows, outcomes, strict=True):
        trial = row.record
        _tell(row, outcome)
        row.is_applied = outcome.became in DOES
        if row.became == Became.REFUSED.value and row.code in OVERTAKEN and run.kind == RunKind.IMPORT.value:
            row.record = trial
            _tell_overtaken(row)
    _read_versions(rows)


def _read_versions(rows: Sequence[RunItem]) -> None:
    """The versions at the end of the part, whatever others of its items did to the same record."""
    for kind in COUNTED_WITH:
        model = VERSIONED[kind]
        applied = [row for row in rows if row.kind == kind.value and row.is_applied]
        if applied:
            held = model._base_manager.filter(pk__in=[row.record for row in applied])
            versions = {str(pk): version for pk, version in held.values_list("pk", "version")}
            for row in applied:
                row.version = versions.get(row.record, row.version)


def _next(run: Run, wanted: Q) -> list[RunItem]:
    """The next items in their order: a thousand, and those that belong to the household of the last of them."""
    after = Q(place__gt=run.place) | Q(place=run.place, position__gt=run.position)
    rows = list(
        run.items.filter(wanted, after, place__gte=run.place).order_by("place", "position")[
            : ITEMS_A_PART + MOST_OF_A_HOME
        ]
    )
    end = min(len(rows), ITEMS_A_PART)
    while end < len(rows) and rows[end].place == rows[end - 1].place != 0:
        end += 1
    return rows[:end]


def _to_apply(run: Run) -> Q:
    tried = Q(is_applied=False, became__in=[became.value for became in DOES])
    return tried | Q(became="") if run.kind == RunKind.BATCH.value else tried


def _items(run: Run, rows: Sequence[RunItem]) -> list[Item | Outcome]:
    return [read(run, row, unsealed(row.content)) for row in rows]


def _tell(row: RunItem, outcome: Outcome) -> None:
    row.became, row.status, row.code = outcome.became.value, outcome.status, outcome.code
    row.field, row.record, row.household = outcome.field, outcome.id, outcome.household
    row.based_on, row.version = outcome.based_on, outcome.version
    told = {"message": outcome.message, "changes": {name: list(pair) for name, pair in outcome.changes.items()}}
    row.told = sealed({name: value for name, value in told.items() if value}) if any(told.values()) else None


def _tell_overtaken(row: RunItem) -> None:
    """Say who changed the record after the trial, and when."""
    row.code, row.status = "changed_since", 409
    last = AuditEvent.objects.filter(subject_id=row.record).select_related("actor").order_by("id").last()
    if last is None or not row.record:
        message = _("The record was changed after the trial. Send the file again to see what it would change now.")
    else:
        message = _(
            "%(who)s changed the record on %(day)s, after the trial. Send the file again to see what it would change."
        ) % {"who": last.actor, "day": day_of(last.at)}
    row.told = sealed({"message": message})


def _advance(run: Run, rows: Sequence[RunItem], at: datetime, before: Any) -> None:
    """Write what became of the items, and how far the run is, in the transaction of the part."""
    update_all(rows, WRITTEN)
    counts = Counter(run.counts)
    counts.update(Counter(row.became for row in rows))
    counts.subtract(before)
    run.counts = {became: number for became, number in counts.items() if number}
    run.done = min(run.done + len(rows), run.total)
    run.place, run.position, run.beat_at = rows[-1].place, rows[-1].position, at
    run.save(update_fields=("counts", "done", "place", "position", "beat_at"))


def _close(run: Run, state: RunState, at: datetime, **changes: Any) -> None:
    kept = {"done": run.total, "counts": counted(run)}
    runs.move(run, state, at, **cast(dict[str, Any], {**kept, **changes}))
