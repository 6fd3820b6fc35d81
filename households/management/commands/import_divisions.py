"""Import a list of administrative divisions from CSV, also compressed (.gz)."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.operations import users
from common.commands import DIFFERENCES, FINE, CouldNotRun, ServiceCommand
from households.operations import divisions
from households.rules.division_lists import BadList, DivisionRow, Fault, check_header, read_rows, refuse_orphans

FAULTS_SHOWN = 100


class Command(ServiceCommand):
    """Good lines are taken over, bad ones are named by line; running it twice changes nothing more."""

    help = (
        "Import divisions from a CSV or CSV.gz file (columns code,name[,level,parent,valid_from,valid_to,successor])."
    )
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> int:
        rows: list[DivisionRow] = []
        faults: list[Fault] = []
        try:
            with _opened(options["file"]) as stream:
                for row in read_rows(_lines(stream)):
                    (faults if isinstance(row, Fault) else rows).append(row)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, BadList) as error:
            raise CouldNotRun(f"{options['file']} cannot be read: {error}") from error
        kept, orphans = refuse_orphans(rows, divisions.known_codes)
        faults = sorted([*faults, *orphans], key=lambda fault: fault.line)
        taken = divisions.take_over(rows=kept, by=users.system_account(), at=timezone.now())
        self._tell(taken, faults, options["format"])
        return DIFFERENCES if faults else FINE

    def _tell(self, taken: divisions.Taken, faults: list[Fault], form: str) -> None:
        if form == "json":
            self.print_json(
                {
                    "added": taken.added,
                    "changed": taken.changed,
                    "unchanged": taken.unchanged,
                    "refused": [{"line": fault.line, "reason": fault.sentence} for fault in faults],
                }
            )
        else:
            self.stdout.write(
                f"{taken.added} divisions added, {taken.changed} changed, {taken.unchanged} as they were."
            )
        for fault in faults[:FAULTS_SHOWN]:
            self.stderr.write(f"line {fault.line}: {fault.sentence}")
        if len(faults) > FAULTS_SHOWN:
            self.stderr.write(f"… and {len(faults) - FAULTS_SHOWN} more lines")


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _lines(stream: IO[str]) -> Iterator[tuple[int, dict[str | None, str | None]]]:
    reader = csv.DictReader(stream, strict=True)
    check_header(reader.fieldnames)
    for cells in reader:
        yield reader.line_num, cells
