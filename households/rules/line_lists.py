"""Reading a list of monitoring lines: each row checked by itself and against the rows above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.csv_lines import BadLine, Record
from common.days import read_day
from common.texts import shown
from households.rules.levels import level_of

COLUMNS = ("division", "valid_from", "amount", "source")
AMOUNT = re.compile(r"\d{1,8}(\.\d{1,2})?", re.ASCII)
LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class LineRow:
    """One monitoring line as a list gives it: yuan per person and year; `line` is its line in the file."""

    line: int
    division: str
    valid_from: date
    amount: Decimal
    source: str


def read_rows(lines: Iterable[tuple[int, Record | BadLine]]) -> Iterator[LineRow]:
    """Each line as a row; ValueError, with a sentence that names the line, at the first that is none."""
    seen: dict[tuple[str, date], int] = {}
    for number, cells in lines:
        try:
            if isinstance(cells, BadLine):
                raise cells
            row = _row(number, cells)
            first = seen.setdefault((row.division, row.valid_from), number)
            if first != number:
                raise ValueError(f"line {first} sets {row.division} from {row.valid_from} on already; remove one")
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        yield row


def _row(number: int, cells: Record) -> LineRow:
    division, source = cells["division"], cells["source"]
    level_of(division)
    if not AMOUNT.fullmatch(cells["amount"]):
        raise ValueError(
            f"{shown(cells['amount'])} is no amount in yuan below 100 million; write it as 6500 or 6500.50"
        )
    amount = Decimal(cells["amount"])
    if not amount:
        raise ValueError("the amount must be above zero")
    if not 1 <= len(source) <= LONGEST_SOURCE:
        raise ValueError(f"the source, who set the line and where, must have 1 to {LONGEST_SOURCE} characters")
    return LineRow(number, division, read_day(cells["valid_from"]), amount, source)
