"""Tables as CSV that a spreadsheet opens: in UTF-8 with its mark, row by row, and no cell that it would execute."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.http import StreamingHttpResponse

Cell = str | int | Decimal | Fraction | date | None
BYTE_ORDER_MARK = "\ufeff"
PLACES = 6
# What a spreadsheet takes for the beginning of a formula.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that hands on what is written to it."""

    def write(self, text: str) -> str:
        return text


def answer(name: str, header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> StreamingHttpResponse:
    """A download called `name`.csv with the header and the rows, sent as they are read."""
    response = StreamingHttpResponse(lines([header], rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def lines(*parts: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The rows of all parts as lines, the byte-order mark before the first."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK
    for rows in parts:
        for row in rows:
            yield writer.writerow([text_of(cell) for cell in row])


def text_of(cell: Cell) -> str:
    """A cell as text: numbers plain with at most six decimals, days in ISO form, text that cannot become a formula."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell
    if isinstance(cell, Fraction | Decimal):
        exact = Fraction(cell)
        text = f"{round(Decimal(exact.numerator) / Decimal(exact.denominator), PLACES):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return cell.isoformat() if isinstance(cell, date) else str(cell)
