"""Import monitoring lines from CSV: division, valid_from, amount (yuan per person and year), source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.operations import users
from common import csv_lines
from common.commands import FINE, CouldNotRun, ServiceCommand
from households.models import Division
from households.operations import divisions
from households.rules import line_lists
from households.rules.line_lists import COLUMNS, LineRow


class Command(ServiceCommand):
    """All lines of the file or none; running it twice changes nothing more."""

    help = "Import monitoring lines from a CSV file with the columns division,valid_from,amount,source."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> int:
        try:
            rows = _read(options["file"])
        except ValueError as error:
            raise CouldNotRun(f"{options['file']} cannot be taken over: {error}.") from error
        with transaction.atomic():
            for row in rows:
                _take(row)
        self.stdout.write(f"{len(rows)} monitoring lines are in place.")
        return FINE


def _read(path: Path) -> list[LineRow]:
    with csv_lines.opened(path) as stream:
        columns, lines = csv_lines.read(stream)
        csv_lines.check_columns(columns, required=COLUMNS)
        return list(line_lists.read_rows(lines))


def _take(row: LineRow) -> None:
    division = Division.objects.filter(pk=row.division).first()
    if division is None:
        raise CouldNotRun(f"line {row.line}: division {row.division} is not known. Import it first.")
    divisions.set_line(
        division=division,
        valid_from=row.valid_from,
        amount=row.amount,
        source=row.source,
        by=users.system_account(),
        at=timezone.now(),
    )
