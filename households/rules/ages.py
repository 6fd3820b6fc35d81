"""How old a person is."""

from __future__ import annotations

from datetime import date


def completed_years(born: date, on: date) -> int:
    """Age on that day, in completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
