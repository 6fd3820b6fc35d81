"""Runs: opening one for a file or a batch, and what its owner asks of it; the work is done part by part elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotAllowed, NotFound
from exchange.models import KnownHeading, Run
from exchange.operations import vault
from exchange.rules.archives import Form, Unusable, form_of
from exchange.rules.headings import ROWS_LOOKED_AT, SheetPlan, guessed, plain_heading
from exchange.rules.kinds import KindCode
from exchange.rules.runs import CANCELLABLE, DOES, FOLLOWS, RunKind, RunState
from exchange.rules.texts import Text
from exchange.rules.workbooks import Workbook
from households.models import Posting

# What permits to send records, of households first.
OPENS = (Permission.REGISTER_HOUSEHOLD, Permission.TAKE_OVER_CASE, Permission.MANAGE_DIVISIONS)


def division_of(*, user: User, on: Any) -> str:
    """The division in whose name `user` sends records; NotAllowed where no posting permits to."""
    for permission in OPENS:
        if codes := Posting.objects.codes(user, permission, on):
            return str(codes[0])
    raise NotAllowed(_("None of your postings permits to send records. Ask an administrator for one that does."))


def open_import(
    *,
    file: IO[bytes],
    size: int,
    name: str,
    by: User,
    at: datetime,
    kind: KindCode | None = None,
    origin: str = "",
    is_whole: bool = False,
    language: str = "",
) -> Run:
    """Take a file: it is kept encrypted, and tried at once where all its columns are known; else they are asked for.

    `kind` is what every sheet holds, where the headings do not tell; `origin` the system that identified the cases.
    """
    division = division_of(user=by, on=day_of(at))
    check_text(origin, field="origin", most=100)
    try:
        plans = read_plans(file, size, by, kind)
    except Unusable as fault:
        raise Invalid(str(fault), code=fault.code, field="file") from fault
    key = new_id()
    file.seek(0)
    stored = vault.keep(name=f"imports/{key}", chunks=iter(lambda: file.read(vault.BYTES_A_PIECE), b""))
    is_clear = any(plan.kinds for plan in plans) and not any(plan.missing for plan in plans)
    with transaction.atomic():
        run = Run.objects.create(
            id=key,
            kind=RunKind.IMPORT.value,
            state=(RunState.READING if is_clear else RunState.WAITING).value,
            division_id=division,
            by=by,
            at=at,
            name=name[-200:],
            language=language,
            stored_as=stored,
            size=size,
            sheets=[plan.plain() for plan in plans],
            origin=origin.strip(),
            is_whole=is_whole,
            began_at=at,
            beat_at=at,
        )
        _audit("run.opened", run, by, at)
    return run


@transaction.atomic
def open_batch(*, is_trial: bool, is_whole: bool, by: User, at: datetime, language: str = "") -> Run:
    """Take a batch that is too large to be answered at once; its items are staged by who opens it."""
    run = Run.objects.create(
        kind=RunKind.BATCH.value,
        state=(RunState.TRYING if is_trial else RunState.APPLYING).value,
        division_id=division_of(user=by, on=day_of(at)),
        by=by,
        at=at,
        language=language,
        is_whole=is_whole,
        is_trial_only=is_trial,
        applied_at=None if is_trial else at,
        began_at=at,
        beat_at=at,
    )
    _audit("run.opened", run, by, at)
    return run


def read_plans(file: IO[bytes], size: int, user: User, kind: KindCode | None) -> list[SheetPlan]:
    """How each sheet of the file is best read; Unusable where there is nothing to read."""
    rows = KnownHeading.objects.filter(user=user).values_list("kind", "heading", "column")
    remembered = {(KindCode(code), heading): column for code, heading, column in rows}
    book = book_of(file, size)
    found = [
        (sheet, guessed(sheet, list(islice(book.rows(sheet.number), ROWS_LOOKED_AT)), remembered, kind))
        for sheet in book.sheets
    ]
    plans = [_unread(plan) if sheet.is_hidden else plan for sheet, plan in found if plan is not None]
    if not plans:
        raise Unusable("empty", _("The file has no rows."))
    return plans


def _unread(plan: SheetPlan) -> SheetPlan:
    """A hidden sheet is read only when somebody says so: who sent the file may not know of it."""
    return SheetPlan(plan.number, plan.name, plan.line, plan.headings)


def book_of(file: IO[bytes], size: int) -> Workbook | Text:
    """The file as sheets with rows; Unusable where it cannot be taken."""
    return Workbook(file) if form_of(file, size) is Form.XLSX else Text(file)


@transaction.atomic
def begin(*, run: Run, plans: Sequence[SheetPlan], by: User, at: datetime) -> Run:
    """Read the file with these columns; what they were called is remembered for the next file."""
    run = _locked(run, by, RunState.READING, at)
    if not any(plan.kinds for plan in plans):
        raise Invalid(_("Say of at least one sheet what it holds."), field="kind")
    for plan in plans:
        if plan.missing:
            told = _(", ").join(str(column.heading) for column in plan.missing)
            raise Invalid(
                _("Sheet %(sheet)s lacks: %(columns)s.") % {"sheet": plan.name or "1", "columns": told},
                field=f"sheet-{plan.number}",
                code="missing",
            )
    run.sheets = [plan.plain() for plan in plans]
    run.save(update_fields=("sheets",))
    _remember(plans, by)
    return run


@transaction.atomic
def apply(*, run: Run, by: User, at: datetime) -> Run:
    """Write what the trial said; with `is_whole` only where nothing would be refused."""
    run = _locked(run, by, RunState.APPLYING, at)
    counts = Counter(run.counts)
    if run.is_whole and counts["refused"]:
        raise Conflict(
            _("All or nothing was asked for, and %(number)d rows are refused. Mend them and send the file again.")
            % {"number": counts["refused"]},
            code="held_back",
        )
    run.total = sum(counts[became.value] for became in DOES)
    if not run.total:
        raise Conflict(_("There is nothing to write: the file changes nothing."), code="nothing_to_do")
    run.applied_at = at
    run.save(update_fields=("total", "applied_at"))
    vault.forget(name=run.stored_as)
    Run.objects.filter(pk=run.pk).update(stored_as="")
    _audit("run.applied", run, by, at)
    return run


@transaction.atomic
def cancel(*, run: Run, by: User, at: datetime) -> Run:
    """End the run where it stands; what is written already stays, and can be rolled back."""
    if RunState(run.state) not in CANCELLABLE:
        raise _wrong_state(run)
    run = end(_held(run, by), RunState.CANCELLED, at)
    _audit("run.cancelled", run, by, at)
    return run


def end(run: Run, state: RunState, at: datetime, **told: Any) -> Run:
    """The run, which is locked, ends before its time; of what was still to be written nothing has become."""
    if RunState(run.state) is RunState.APPLYING:
        run.items.filter(is_applied=False, became__in=[became.value for became in DOES]).update(became="")
        rows = run.items.exclude(became="").order_by().values_list("became").annotate(number=Count("pk"))
        told |= {"counts": dict(rows), "done": run.done}
    vault.forget(name=run.stored_as)
    return move(run, state, at, stored_as="", ended_at=at, **told)


def wrote_what_stands(run: Run) -> bool:
    """Whether something that the run wrote has not been taken back."""
    return run.applied_at is not None and run.items.filter(is_applied=True).exclude(undone="undone").exists()


@transaction.atomic
def roll_back(*, run: Run, by: User, at: datetime) -> Run:
    """Take back what the run wrote, row by row from the last; what somebody changed since is kept, with the reason."""
    if run.applied_at is None:
        raise _nothing_written()
    run = _locked(run, by, RunState.ROLLING_BACK, at)
    run.total = run.items.filter(is_applied=True).exclude(undone="undone").count()
    if not run.total:
        raise _nothing_written()
    run.items.filter(undone="kept").update(undone="", undone_told="")
    run.save(update_fields=("total",))
    _audit("run.rolled_back", run, by, at)
    return run


def move(run: Run, state: RunState, at: datetime, **changes: Any) -> Run:
    """The run, which is locked, goes on to `state`; a state in which a job works begins with nothing done."""
    if state not in FOLLOWS.get(RunState(run.state), frozenset()):
        raise _wrong_state(run)
    told = {"done": 0, "place": -1, "position": -1, "began_at": at, "beat_at": at, **changes}
    run.state = state.value
    for name, value in told.items():
        setattr(run, name, value)
    run.save(update_fields=("state", *told))
    return run


def locked(key: UUID) -> Run | None:
    """The run, locked for the transaction; None where another worker holds it."""
    rows = Run.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("by")
    return rows.filter(pk=key).first()


@contextmanager
def alone(key: UUID) -> Iterator[bool]:
    """Whether this worker alone works on the run inside the block; the database lets go when the worker dies."""
    number = key.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def note_faulty_read(*, run: Run, by: User, at: datetime) -> None:
    """The faulty rows of the file were given back, which hold what is personal: that stands in the trail."""
    _audit("run.faulty_rows_read", run, by, at)


def seen_by(user: User, key: UUID) -> Run:
    """The run under that key if it is the user's own; NotFound otherwise."""
    run: Run | None = Run.objects.filter(pk=key, by=user).first()
    if run is None:
        raise NotFound(_("There is no such run of yours."))
    return run


def _locked(run: Run, by: User, state: RunState, at: datetime) -> Run:
    return move(_held(run, by), state, at)


def _held(run: Run, by: User) -> Run:
    """The run, locked, for who sent it."""
    held = Run.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    if held.by_id != by.pk:
        raise NotAllowed(_("Only who sent the file can go on with it."))
    return held


def _nothing_written() -> Conflict:
    return Conflict(_("The run has written nothing that could be taken back."), code="nothing_to_do")


def _wrong_state(run: Run) -> Conflict:
    return Conflict(
        _("This is not possible now: the run stands at “%(state)s”.") % {"state": run.state_name}, code="wrong_state"
    )


def _remember(plans: Sequence[SheetPlan], user: User) -> None:
    rows = {
        (code.value, plain_heading(plan.headings[place])[:120]): name
        for plan in plans
        for code, columns in plan.kinds.items()
        for place, name in columns.items()
    }
    KnownHeading.objects.bulk_create(
        [KnownHeading(user=user, kind=kind, heading=told, column=name) for (kind, told), name in rows.items() if told],
        update_conflicts=True,
        unique_fields=["user", "kind", "heading"],
        update_fields=["column"],
    )


def _audit(action: str, run: Run, by: User, at: datetime) -> None:
    told = {"name": run.name, "kind": run.kind, "counts": run.counts}
    audit.write([audit.entry(action=action, subject=run, by=by, at=at, division_code=run.division_id, changes=told)])
