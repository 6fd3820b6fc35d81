"""Files that go out: a list written as XLSX, CSV or JSON lines while it is read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from common import crypto, scopes, sheets, workbooks
from common.ids import new_id
from common.moments import day_of
from common.refusals import Refused
from exchange.models import ExportJob
from exchange.operations import export_jobs
from exchange.out_lists import Asked, Source, opened
from exchange.rules.export_states import Format
from exchange.rules.out_columns import Value
from households import access

Progress = Callable[[int], None]
Clock = Callable[[], datetime]
FOLDER = "exports"
LEFTOVER = timedelta(days=1)
LOG = logging.getLogger(__name__)


class _Stopped(Exception):
    """The file is not wanted any more, or another run has taken it over."""


def unrestricted(division: str = "") -> tuple[date, date] | None:
    """No days but those that the parameters name."""
    return None


def carry_out(key: UUID, now: Clock) -> ExportJob | None:
    """
    Write the file of an export as who asked for it may read the list now, and keep it encrypted.

    None where nothing is to be done. A run that is cut off leaves nothing that could be fetched; the next one begins
    anew, and what the first had written of the file is deleted then.
    """
    job = export_jobs.take_up(key=key, at=now())
    if job is None:
        return None
    with translation.override(job.language), _workplace(str(job.pk)) as folder:
        try:
            rows = _written(job, folder / "file", now)
            _kept(job, folder / "file", rows, now())
        except _Stopped:
            LOG.info("Export %s is not wanted any more.", job.pk)
        except Refused as refusal:
            export_jobs.fail(job=job, fault=str(refusal), at=now())
        except (OperationalError, InterfaceError):
            raise  # the database is away: the file is begun anew
        except Exception:
            export_jobs.fail(job=job, fault=_("The file could not be written. Ask for it again."), at=now())
            raise
    job.refresh_from_db()
    return job


def _written(job: ExportJob, path: Path, now: Clock) -> int:
    """Write the file in the scope of who asked for it, and tell of it in one's own; gives how many rows there were."""
    own = scopes.present()

    def tell(rows: int) -> None:
        with scopes.acting_in(own):
            if not export_jobs.tell(job=job, rows=rows, at=now()):
                raise _Stopped

    with scopes.acting_in(access.scope_of(job.asked_by, day_of(now()))):
        source = opened(_asked(job), job.asked_by, unrestricted)
        return write(source, Format(job.format), path, tell, job.rows_expected)


def _kept(job: ExportJob, path: Path, rows: int, at: datetime) -> None:
    """Keep the file encrypted, unless another run has taken it over."""
    size, name = path.stat().st_size, _stored(path)
    kept_until = at + settings.EXPORTS_KEPT_FOR
    if not export_jobs.finish(job=job, rows=rows, file=name, size=size, at=at, kept_until=kept_until):
        default_storage.delete(name)
        raise _Stopped


def _asked(job: ExportJob) -> Asked:
    """What was asked for; the moment as known at which it is read was settled when it was asked for."""
    parameters = {name: value for name, value in job.parameters.items() if name != "known_at"}
    moment = job.parameters.get("known_at")
    at = datetime.fromisoformat(moment) if moment else job.asked_at
    return Asked(job.listed, parameters, at, tuple(job.columns), job.whole_numbers)


def _stored(path: Path) -> str:
    with path.open("rb") as content, TemporaryFile() as sealed:
        crypto.seal(content, sealed)
        sealed.seek(0)
        return default_storage.save(f"{FOLDER}/{new_id()}", File(sealed))


def fetched(job: ExportJob) -> Iterator[bytes]:
    """The content of a file that is kept, part by part."""
    with default_storage.open(job.file) as sealed:
        yield from crypto.unseal(sealed)


def at_once(source: Source, shape: Format, rows: int) -> bytes:
    """The file of a list that is known to be short."""
    with _workplace(str(new_id())) as folder:
        write(source, shape, folder / "file", lambda _rows: None, rows)
        return (folder / "file").read_bytes()


def clear_leftovers(at: datetime) -> None:
    """Delete what runs that died left on this machine."""
    for folder in settings.EXPORTS_DIR.glob("*"):
        if folder.stat().st_mtime < (at - LEFTOVER).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _workplace(name: str) -> Iterator[Path]:
    """A folder for what is being written; what an earlier run left there is deleted first."""
    folder: Path = settings.EXPORTS_DIR / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(source: Source, shape: Format, path: Path, progress: Progress, expected: int) -> int:
    """Write all rows to the file; gives how many. `progress` hears of each part, and may end it by what it raises."""
    counted = _Counted(source, progress)
    WRITERS[shape](counted, path, expected)
    return counted.rows


class _Counted:
    """The rows of a list as they are read, counted."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self.source, self.progress, self.rows = source, progress, 0

    def chunks(self) -> Iterator[list[str]]:
        """The rows as JSON."""
        for chunk in self.source.chunks():
            yield chunk
            self.rows += len(chunk)
            self.progress(self.rows)

    def cells(self) -> Iterator[list[Value]]:
        """The rows as cells."""
        columns = self.source.columns
        for chunk in self.chunks():
            for text in chunk:
                row: dict[str, Any] = orjson.loads(text)
                yield [column.cell(row[column.name]) for column in columns]


def _xlsx(rows: _Counted, path: Path, expected: int) -> None:
    columns = [workbooks.Column(str(column.heading), column.kind) for column in rows.source.columns]
    workbooks.write(path, str(rows.source.offer.name)[:25], columns, rows.cells(), expected)


def _csv(rows: _Counted, path: Path, _expected: int) -> None:
    header = [str(column.heading) for column in rows.source.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(sheets.lines([header], rows.cells()))


def _jsonl(rows: _Counted, path: Path, _expected: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for chunk in rows.chunks():
            file.writelines(f"{row}\n" for row in chunk)


WRITERS: dict[Format, Callable[[_Counted, Path, int], None]] = {
    Format.XLSX: _xlsx,
    Format.CSV: _csv,
    Format.JSON_LINES: _jsonl,
}
