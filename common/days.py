"""Days as people write them: year, month and day, in this order and with all their digits."""

from __future__ import annotations

import re
from datetime import date

from common.texts import shown

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_day(text: str) -> date:
    """The day that `text` names, as 2022-09-05; ValueError, with a sentence, for any other way to write one."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the form is right, but there is no such day: the same sentence
    raise ValueError(f"{shown(text)} is no day; write it as 2022-09-05")
