"""Tables for a terminal, with columns as wide as their text (a Chinese character takes two places)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def render(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under the header; the last column is not padded."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(width(row[column]) for row in table) for column in range(len(header) - 1)]
    return "\n".join(_line(row, widths) for row in table) + "\n"


def width(text: str) -> int:
    """The places that `text` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (place - width(cell)) for cell, place in zip(row, widths, strict=False)]
    return "  ".join([*padded, row[-1]])
