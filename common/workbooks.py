"""Tables as XLSX, written row by row in constant memory; a text stays a text and is never run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rustpy_xlsxwriter import FastExcel, Format

ROWS_A_SHEET = 1_000_000  # a sheet holds 1,048,576
NARROWEST, WIDEST = 10, 40
HEADING_COLOUR = "#DCE6F1"
NUMBERS = {"number": "0", "money": "0.00", "exact": "General"}

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, which no other of the table has, and whether it holds text, numbers or money."""

    heading: str
    kind: str = "text"


def write(path: Path, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], expected: int) -> None:
    """
    Write the rows to a workbook; as many sheets as `expected` rows need, each with the headings.

    Every row is written, also where there are more than expected; whatever `rows` raises ends the writing.
    """
    headings = [column.heading for column in columns]
    numbers = frozenset(place for place, column in enumerate(columns) if column.kind in NUMBERS)
    remaining = iter(rows)
    sheets = max(1, -(-expected // ROWS_A_SHEET))
    book = FastExcel(str(path)).freeze(row=1)
    for number in range(1, sheets + 1):
        most = ROWS_A_SHEET if number < sheets else None
        book = book.sheet(
            name if number == 1 else f"{name} {number}",
            _or_headings(headings, (_cells(headings, numbers, row) for row in islice(remaining, most))),
            column_widths=[float(_width(heading)) for heading in headings],
            column_formats={column.heading: _format(column.kind) for column in columns},
            header_format=Format().set_bold().set_background_color(HEADING_COLOUR),
            autofilter=False,
        )
    book.save()


def _or_headings(headings: Sequence[str], rows: Iterator[dict[str, Value]]) -> Iterator[dict[str, Value]]:
    """The rows; a table without any has an empty one, so that its headings are written all the same."""
    first = next(rows, None)
    yield dict.fromkeys(headings) if first is None else first
    yield from rows


def _cells(headings: Sequence[str], numbers: frozenset[int], row: Sequence[Value]) -> dict[str, Value]:
    return {
        heading: value if value is None or place not in numbers else float(value)
        for place, (heading, value) in enumerate(zip(headings, row, strict=True))
    }


def _format(kind: str) -> Format:
    if kind in NUMBERS:
        return Format().set_num_format(NUMBERS[kind])
    # Marked as text: also what begins like a formula stays one when somebody edits the cell.
    return Format().set_num_format("@").set_quote_prefix()


def _width(heading: str) -> int:
    """Room for the heading; Chinese signs are as wide as two others."""
    return min(WIDEST, max(NARROWEST, 2 + sum(2 if ord(sign) > 0x2E80 else 1 for sign in heading)))
