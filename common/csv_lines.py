"""Reading CSV of which every record stands on one line, so that a bad line is named and the others are still read."""

from __future__ import annotations

import csv
import gzip
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from common.texts import shown

GZIP = b"\x1f\x8b"
LONGEST_LINE = 10_000
INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])  # control, format and separator characters

Record = Mapping[str, str]


class BadFile(ValueError):
    """The file as a whole cannot be read as such a table."""


class BadLine(ValueError):
    """One line cannot be read; the others can."""


@contextmanager
def opened(path: Path) -> Iterator[Iterable[bytes]]:
    """The bytes of a file, unpacked where it is compressed (gzip). Raises BadFile where it cannot be read."""
    try:
        with path.open("rb") as stored:
            if stored.peek(len(GZIP)).startswith(GZIP):
                with gzip.open(stored) as unpacked:
                    yield unpacked
            else:
                yield stored
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(getattr(error, "strerror", None) or str(error)) from error


def read(stream: Iterable[bytes]) -> tuple[tuple[str, ...], Iterator[tuple[int, Record | BadLine]]]:
    """The columns that the first line names, and each further line by its number: as a record, or why it is none.

    Raises BadFile where the first line names no columns or one twice, and where a line is not UTF-8.
    """
    lines = _texts(stream)
    _number, first = next(lines, (1, ""))
    try:
        columns = tuple(_cells(first))
    except BadLine as error:
        raise BadFile(f"the first line cannot be read: {error}") from error
    twice = [name for position, name in enumerate(columns) if name in columns[:position]]
    if twice:
        raise BadFile(f"the first line names the column {shown(twice[0])} twice; remove one of the two")
    return columns, _records(columns, lines)


def check_columns(columns: Sequence[str], *, required: Sequence[str], optional: Sequence[str] = ()) -> None:
    """Raises BadFile where a required column is missing or one is unknown."""
    if set(required) <= set(columns) <= {*required, *optional}:
        return
    may_miss = f"; {', '.join(optional)} may be left out" if optional else ""
    raise BadFile(
        f"the first line must name the columns {','.join([*required, *optional])}, not {shown(','.join(columns))}"
        + may_miss
    )


def _texts(stream: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(stream, start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise BadFile(f"line {number} is not UTF-8; save the file as UTF-8") from None
        text = text.rstrip("\r\n")
        if number == 1:
            text = text.removeprefix("\ufeff")
        if text:
            yield number, text


def _records(columns: tuple[str, ...], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, Record | BadLine]]:
    for number, text in lines:
        try:
            yield number, _record(columns, text)
        except BadLine as error:
            yield number, error


def _record(columns: tuple[str, ...], text: str) -> Record:
    cells = _cells(text)
    if len(cells) != len(columns):
        raise BadLine(f"the line has {len(cells)} cells and the first line names {len(columns)} columns")
    record = dict(zip(columns, cells, strict=True))
    if not text.isprintable():
        _refuse_invisible(record)
    return record


def _cells(text: str) -> list[str]:
    if len(text) > LONGEST_LINE:
        raise BadLine(f"the line has {len(text)} characters; no line has more than {LONGEST_LINE}")
    if '"' not in text:
        return [cell.strip() for cell in text.split(",")]
    try:
        [cells] = csv.reader([text], strict=True)
    except csv.Error as error:
        raise BadLine(
            'a quote is not closed on its line or stands inside a cell; write "" for a quote inside a quoted cell'
        ) from error
    return [cell.strip() for cell in cells]


def _refuse_invisible(record: Record) -> None:
    for column, cell in record.items():
        for letter in cell:
            if unicodedata.category(letter) in INVISIBLE:
                raise BadLine(f"{column} holds the invisible character U+{ord(letter):04X}; remove it")
