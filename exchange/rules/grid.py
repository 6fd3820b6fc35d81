"""Rows of cells as any file gives them, and what a cell may be that holds no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from exchange.rules.archives import Unusable

MOST_COLUMNS = 16_384
MOST_ROWS = 300_000
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class NoValue:
    """A cell that promises a value and holds none; the sentence says what to do."""

    code: str
    sentence: str


class Since1904(int):
    """A whole number of a workbook that counts its days from 1904; in a column of days it may be one."""


Cell = str | int | float | bool | datetime | NoValue | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its line, from 1, and its cells from the first column on."""

    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a file: its place in it, what it is called, and whether who opens the file does not see it."""

    number: int
    name: str
    is_hidden: bool = False


def too_wide() -> Unusable:
    """More columns than any spreadsheet has."""
    return Unusable("too_many_columns", _("A sheet has at most %(most)d columns.") % {"most": MOST_COLUMNS})


def too_long() -> Unusable:
    """More rows than are taken at once."""
    return Unusable("too_many_rows", _("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})


def without_value() -> NoValue:
    """A formula that was never computed."""
    return NoValue(
        "formula_without_value",
        _("The cell holds a formula that was never computed. Open the file, save it, or put the value there."),
    )


def in_percent() -> NoValue:
    """A number that is shown as a share of a hundred: neither it nor what is shown is an amount."""
    return NoValue("cell_in_percent", _("The cell shows a percentage. Put the number there, in the format of numbers."))


def in_error(told: str) -> NoValue:
    """A cell that shows an error of the spreadsheet."""
    return NoValue("cell_error", _("The cell shows the error %(told)s. Put the value there.") % {"told": told[:20]})
