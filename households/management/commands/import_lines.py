"""Import monitoring lines from CSV: division, valid_from, amount (yuan per person and year), source."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.operations import users
from common.commands import FINE, CouldNotRun, ServiceCommand
from households.models import Division
from households.operations import divisions

COLUMNS = ["division", "valid_from", "amount", "source"]


class Command(ServiceCommand):
    """All lines of the file or none; running it twice changes nothing more."""

    help = "Import monitoring lines from a CSV file with the columns division,valid_from,amount,source."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> int:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, strict=True)
                if reader.fieldnames != COLUMNS:
                    raise CouldNotRun(f"{options['file']}: the first line must read {','.join(COLUMNS)}.")
                with transaction.atomic():
                    count = sum(_take(reader.line_num, cells) for cells in reader)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CouldNotRun(f"{options['file']} cannot be read: {error}") from error
        self.stdout.write(f"{count} monitoring lines are in place.")
        return FINE


def _take(line: int, cells: dict[str, str]) -> int:
    division = Division.objects.filter(pk=cells["division"]).first()
    if division is None:
        raise CouldNotRun(f"line {line}: division {cells['division']} is not known. Import it first.")
    try:
        amount, valid_from = Decimal(cells["amount"]), date.fromisoformat(cells["valid_from"])
    except (InvalidOperation, ValueError) as error:
        raise CouldNotRun(f"line {line}: {error}. Write a day as 2022-09-05 and an amount as 6500.") from error
    if not amount.is_finite() or amount <= 0:
        raise CouldNotRun(f"line {line}: the amount must be above zero.")
    divisions.set_line(
        division=division,
        valid_from=valid_from,
        amount=amount,
        source=cells["source"],
        by=users.system_account(),
        at=timezone.now(),
    )
    return 1
