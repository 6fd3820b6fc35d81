"""Files that are written by a job: asked for, taken up, told of while they are written, kept for a time, fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.refusals import Conflict, NotFound
from exchange.models import ExportJob
from exchange.models.export_job import ExportJobQuerySet
from exchange.rules.export_states import UNDER_WAY, ExportState, Format
from households.operations import exports
from households.operations.exports import Export

MOST_UNDER_WAY = 5
LONGEST_FAULT = 500
# A run that was not heard of for so long is gone: it tells of every part, which takes seconds.
SILENCE = timedelta(minutes=2)
# A file that waits longer is queued anew, since the broker may have been away or lost the job; it is written once.
LONGEST_WAIT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to write: an export, the columns, the format, and the language of headings and codes."""

    export: Export
    columns: Sequence[str]
    format: Format
    language: str


@transaction.atomic
def ask(*, wanted: Wanted, by: User, at: datetime) -> ExportJob:
    """Write down the export and line its file up; refused like the export itself, and while too many are under way."""
    export = wanted.export
    exports.record(export=export, by=by, at=at)
    if ExportJob.objects.of(by).under_way().count() >= MOST_UNDER_WAY:
        raise Conflict(
            _("%(most)d of your files are still being written. Wait for one of them, or cancel it.")
            % {"most": MOST_UNDER_WAY},
            code="too_many_exports",
        )
    return ExportJob.objects.create(
        asked_by=by,
        asked_at=at,
        heard_at=at,
        place_id=export.place,
        listed=export.name,
        parameters=dict(export.parameters),
        columns=list(wanted.columns),
        format=wanted.format.value,
        language=wanted.language,
        purpose=export.purpose.strip(),
        whole_numbers=export.whole_numbers,
        reason=export.reason.strip() if export.whole_numbers else "",
        rows_expected=export.rows,
    )


def take_up(*, key: UUID, at: datetime) -> ExportJob | None:
    """The file, claimed for the run that begins; None where it is not to be written, or another run is alive."""
    silent = ExportJob.objects.filter(state=ExportState.WRITING.value, heard_at__lt=at - SILENCE)
    free = ExportJob.objects.filter(state=ExportState.WAITING.value) | silent
    claim = uuid4()
    told = {"claim": claim, "began_at": at, "heard_at": at, "rows_written": 0, "state": ExportState.WRITING.value}
    if not free.filter(pk=key).update(**told):
        return None
    return ExportJob.objects.select_related("asked_by").get(pk=key)


def tell(*, job: ExportJob, rows: int, at: datetime) -> bool:
    """Write down how far the run is; false where the file is no longer its own: cancelled, or taken over."""
    return bool(_own(job).update(rows_written=rows, heard_at=at))


@transaction.atomic
def finish(*, job: ExportJob, rows: int, file: str, size: int, at: datetime, kept_until: datetime) -> bool:
    """The file is there; false where it is no longer the run's own."""
    told = {"state": ExportState.READY.value, "rows_written": rows, "file": file, "size": size, "ended_at": at}
    if not _own(job).update(**told, claim=None, heard_at=at, kept_until=kept_until):
        return False
    _write_down("export_written", job, job.asked_by, at, {"rows": rows, "list": job.listed})
    return True


def fail(*, job: ExportJob, fault: str, at: datetime) -> None:
    """The file cannot be written: a sentence says why."""
    told = {"state": ExportState.FAILED.value, "fault": fault[:LONGEST_FAULT], "ended_at": at}
    _own(job).update(**told, claim=None, heard_at=at)


@transaction.atomic
def cancel(*, key: UUID, by: User, at: datetime) -> ExportJob:
    """Give up a file that is still to come; Conflict where it is not."""
    job = found(key=key, by=by)
    under_way = ExportJob.objects.under_way().filter(pk=job.pk)
    if not under_way.update(state=ExportState.CANCELLED.value, claim=None, ended_at=at, heard_at=at):
        raise Conflict(_("This file is not being written any more."), code="export_has_ended")
    _write_down("export_cancelled", job, by, at, {"list": job.listed})
    job.refresh_from_db()
    return job


@transaction.atomic
def fetch(*, key: UUID, by: User, at: datetime, permission: Permission) -> ExportJob:
    """The file for who asked for it, as long as the postings that it needs hold; each time is written down."""
    job = found(key=key, by=by)
    needed = Export(job.listed, job.place_id, {}, 0, "", permission, job.whole_numbers)
    exports.check_may_read(export=needed, by=by, at=at)
    if not job.is_ready or job.kept_until is None or job.kept_until <= at:
        sentences = {
            True: _("The file is still being written. Come back when it is ready."),
            False: _("The file is kept no longer. Ask for it again."),
        }
        raise Conflict(sentences[ExportState(job.state) in UNDER_WAY], code="export_not_ready")
    _write_down("export_fetched", job, by, at, {"list": job.listed, "rows": job.rows_written})
    return job


def found(*, key: UUID, by: User) -> ExportJob:
    """What `by` asked for under that key; NotFound for everybody else."""
    job = ExportJob.objects.of(by).filter(pk=key).first()
    if job is None:
        raise NotFound(_("There is no such file of yours."))
    return job


def delete_old(*, at: datetime) -> int:
    """Delete the files that are kept no longer; gives how many."""
    gone = list(ExportJob.objects.to_be_deleted(at).values_list("pk", "file"))
    for key, file in gone:
        default_storage.delete(file)
        ExportJob.objects.filter(pk=key).update(state=ExportState.EXPIRED.value, file="")
    return len(gone)


def abandoned(*, at: datetime) -> list[UUID]:
    """Files under way of which nothing was heard for a while: their runs died, or were never begun."""
    gone = ExportJob.objects.silent_since(at - SILENCE)
    unbegun = ExportJob.objects.filter(state=ExportState.WAITING.value, heard_at__lt=at - LONGEST_WAIT)
    return list((gone | unbegun).values_list("pk", flat=True))


def _own(job: ExportJob) -> ExportJobQuerySet:
    return ExportJob.objects.filter(pk=job.pk, claim=job.claim, state=ExportState.WRITING.value)


def _write_down(action: str, job: ExportJob, by: User, at: datetime, changes: Mapping[str, object]) -> None:
    audit.write(
        [
            audit.entry(
                action=action,
                subject=job,
                by=by,
                at=at,
                division_code=job.place_id,
                changes={**changes, "format": job.format},
            )
        ]
    )
