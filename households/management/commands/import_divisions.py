"""Import a list of administrative divisions from CSV, also compressed (.gz)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.operations import users
from common import csv_lines
from common.commands import DIFFERENCES, FINE, CouldNotRun, ServiceCommand
from households.operations import divisions
from households.rules import division_lists
from households.rules.division_lists import DATES, OPTIONAL, REQUIRED, DivisionRow, Fault

FAULTS_SHOWN = 100


class Command(ServiceCommand):
    """Good lines are taken over, bad ones are named by line; running it twice changes nothing more.

    Of a division that is known already only that is changed for which the file has a column.
    """

    help = (
        "Import divisions from a CSV or CSV.gz file (columns code,name[,level,parent,valid_from,valid_to,successor])."
    )
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> int:
        try:
            columns, rows, faults = _read(options["file"])
        except csv_lines.BadFile as error:
            raise CouldNotRun(f"{options['file']} cannot be read: {error}.") from error
        if len(columns & set(DATES)) == 1:
            rows, misdated = division_lists.refuse_misdated(rows, columns, divisions.held_dates())
            faults += misdated
        pointing = divisions.held_successors() if "successor" in columns else None
        rows, unconnected = division_lists.refuse_unconnected(rows, divisions.known_codes, pointing)
        faults = sorted([*faults, *unconnected], key=lambda fault: fault.line)
        taken = divisions.take_over(rows=rows, columns=columns, by=users.system_account(), at=timezone.now())
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


def _read(path: Path) -> tuple[set[str], list[DivisionRow], list[Fault]]:
    rows: list[DivisionRow] = []
    faults: list[Fault] = []
    with csv_lines.opened(path) as stream:
        columns, lines = csv_lines.read(stream)
        csv_lines.check_columns(columns, required=REQUIRED, optional=OPTIONAL)
        for row in division_lists.read_rows(lines):
            (faults if isinstance(row, Fault) else rows).append(row)
    return set(columns), rows, faults
