"""Work: what a job does for a run until somebody is to be asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.models import Run
from exchange.operations import parts, runs, staging, undoing, vault
from exchange.rules.archives import Unusable
from exchange.rules.runs import FOLLOWS, WORKING, RunState

# A part takes less; a run that is taken up too early is left to whom it belongs.
LONGEST_SILENCE = timedelta(seconds=20)
# How long a file that nobody goes on with is kept, and what a run holds of people.
FILES_KEPT_FOR = timedelta(days=1)
CONTENTS_KEPT_FOR = timedelta(days=90)
PARTS = {
    RunState.TRYING: parts.try_part,
    RunState.APPLYING: parts.apply_part,
    RunState.ROLLING_BACK: undoing.undo_part,
}


def step(*, key: UUID, at: datetime, clock: Callable[[], datetime]) -> bool:
    """Do the next part of a run; gives whether another follows. Whatever fails is told on the run.

    `clock` tells the moment again while a long file is read.
    """
    run = Run.objects.filter(pk=key).first()
    if run is None or RunState(run.state) not in WORKING:
        return False
    if RunState(run.state) is RunState.READING:
        return _read(run, clock)
    return PARTS[RunState(run.state)](key=key, at=at)


def _read(run: Run, clock: Callable[[], datetime]) -> bool:
    try:
        for number in staging.stage(run=run):
            if not _beat(run, number, clock()):
                return False
    except Unusable as fault:
        return _fail(run.pk, fault.code, str(fault), clock())
    except FileNotFoundError:
        return _fail(run.pk, "file_gone", _("The file is not kept any more. Send it again."), clock())
    with transaction.atomic():
        held = runs.locked(run.pk)
        if held is None or RunState(held.state) is not RunState.READING:
            return False
        counts = staging.arrange(run=held)
        runs.move(held, RunState.TRYING, clock(), counts=counts, total=staging.pending(held))
    return True


def _beat(run: Run, number: int, at: datetime) -> bool:
    """Tell that the work goes on; gives whether it is still wanted."""
    still = Run.objects.filter(pk=run.pk, state=RunState.READING.value)
    return still.update(total=number, done=number, beat_at=at) == 1


def fail(*, key: UUID, at: datetime, reason: str = "", code: str = "fault") -> None:
    """The run cannot go on, by a fault of ours unless a reason is given: what is written stays written."""
    told = reason or _("Something went wrong on our side. What is written already can be rolled back.")
    _fail(key, code, told, at)


def _fail(key: UUID, code: str, sentence: str, at: datetime) -> bool:
    with transaction.atomic():
        run = runs.locked(key)
        if run is not None and RunState.FAILED in FOLLOWS[RunState(run.state)]:
            runs.end(run, RunState.FAILED, at, fault_code=code, fault=sentence[:500])
    return False


def silent(*, at: datetime) -> list[UUID]:
    """Runs on which nobody has worked for a while: a worker died, or the broker was away. They go on where they are."""
    rows = Run.objects.filter(state__in=[state.value for state in WORKING], beat_at__lt=at - LONGEST_SILENCE)
    return list(rows.values_list("pk", flat=True))


def tidy(*, at: datetime) -> int:
    """Delete files that nobody went on with, and what old runs hold of people; gives how many runs were tidied."""
    left = Run.objects.filter(state__in=("waiting", "tried"), at__lt=at - FILES_KEPT_FOR).exclude(stored_as="")
    for run in left:
        vault.forget(name=run.stored_as)
    left_keys = [run.pk for run in left]
    Run.objects.filter(pk__in=left_keys).update(stored_as="")
    old = Run.objects.filter(at__lt=at - CONTENTS_KEPT_FOR).exclude(state__in=[state.value for state in WORKING])
    number = 0
    for run in old.filter(items__isnull=False).distinct():
        run.items.all().delete()
        number += 1
    return number + len(left_keys)
