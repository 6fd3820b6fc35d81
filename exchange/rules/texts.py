"""Reading .csv row by row: UTF-8 with or without its mark, or GB18030, whatever sign stands between the cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from exchange.rules.archives import Unusable
from exchange.rules.grid import LONGEST_CELL, MOST_COLUMNS, Cell, Row, SheetName, too_wide

SIGNS = (",", "\t", ";", "，")
ENCODINGS = ("utf-8-sig", "gb18030")
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
        lines = csv.reader(self._lines(), delimiter=self._sign)
        before = 0
        try:
            for cells in lines:
                line, before = before + 1, lines.line_num
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
    """The sign that stands most often in the first lines."""
    told = lines.read(4096)
    return max(SIGNS, key=told.count)


def _value(cell: str) -> Cell:
    told = cell.strip()
    found = QUOTED.fullmatch(told)
    return (found[1] if found else told)[: LONGEST_CELL + 1] or None
