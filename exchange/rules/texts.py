"""Reading .csv row by row: UTF-8 with or without its mark, or GB18030, whatever sign stands between the cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from exchange.rules.archives import Unusable
from exchange.rules.grid import LONGEST_CELL, MOST_COLUMNS, Cell, Row, SheetName, too_wide

SIGNS = (",", "\t", ";", "，")
ENCODINGS = ("utf-8-sig", "gb18030")
ROWS_LOOKED_AT = 50
# What stands behind an apostrophe so that no spreadsheet takes it for a formula, as in the files that go out.
DEFUSED = re.compile("'[=+@\\t\\r-]")
# How other systems keep a spreadsheet from rounding a number: ="620121199001010017".
QUOTED = re.compile(r'="([^"]*)"')


class Text:
    """A .csv file; it has one sheet."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sheets = [SheetName(0, "")]
        self._encoding = _encoding(file)
        self._sign = _sign(self._lines())

    def rows(self, number: int) -> Iterator[Row]:
        """The rows that hold anything, each with the line on which it begins."""
        told = _Told(self._lines())
        lines = csv.reader(told, delimiter=self._sign)
        before = 0
        try:
            for cells in lines:
                line, before = before + 1, lines.line_num
                told.check_closed(self._sign, line)
                if len(cells) > MOST_COLUMNS:
                    raise too_wide()
                if any(cell.strip() for cell in cells):
                    yield Row(line, [_value(cell) for cell in cells])
        except csv.Error as error:
            raise Unusable("damaged", _("Line %(line)d cannot be read.") % {"line": before + 1}) from error

    def _lines(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(
            io.BufferedReader(cast(io.RawIOBase, _Lent(self._file))), encoding=self._encoding, newline=""
        )


class _Told:
    """The lines as they are read; those of the record that is being read are kept."""

    def __init__(self, lines: io.TextIOWrapper) -> None:
        self._lines, self._record, self._has_ended = lines, list[str](), False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.readline()
        if not line:
            self._has_ended = True
            raise StopIteration
        self._record.append(line)
        return line

    def check_closed(self, sign: str, line: int) -> None:
        """Unusable where a quotation mark swallowed all that follows it."""
        try:
            if self._has_ended:
                list(csv.reader(self._record, delimiter=sign, strict=True))
        except csv.Error as error:
            if "end of data" in str(error):
                told = _("A quotation mark of line %(line)d is never closed.") % {"line": line}
                raise Unusable("damaged", told) from error
        self._record.clear()


class _Lent(io.RawIOBase):
    """A file that is read through a wrapper and stays open when the wrapper goes."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        told = self._file.read(len(buffer))
        buffer[: len(told)] = told
        return len(told)


def _encoding(file: IO[bytes]) -> str:
    """The first encoding in which all of the file can be read; Unusable where there is none."""
    for encoding in ENCODINGS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := file.read(2**20):
                if "\0" in decoder.decode(chunk):
                    raise Unusable("not_a_sheet", _("The text holds characters that are no text. Save it anew."))
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unusable("encoding", _("The text is neither UTF-8 nor GB18030. Save it as CSV UTF-8."))


def _sign(lines: io.TextIOWrapper) -> str:
    """The sign that cuts the first rows into as many cells each, and into the most."""
    told = list(islice(lines, ROWS_LOOKED_AT))

    def fit(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(len(cells) for cells in csv.reader(told, delimiter=sign) if len(cells) > 1)
        except csv.Error:
            return 0, 0
        return max(((number, width) for width, number in widths.items()), default=(0, 0))

    return max(SIGNS, key=fit)


def _value(cell: str) -> Cell:
    told = cell.strip()
    found = QUOTED.fullmatch(told)
    if DEFUSED.match(told):
        told = told[1:]
    return (found[1] if found else told)[: LONGEST_CELL + 1] or None
