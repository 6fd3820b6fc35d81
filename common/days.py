"""Days as people write them, with all their digits, and those that nobody can ask for."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from common.refusals import Invalid
from common.texts import shown

# Before it there was no authority that could have recorded or printed anything about its divisions.
FIRST_DAY = date(1949, 10, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_day(text: str) -> date:
    """The day that `text` names, as 2022-09-05; ValueError, with a sentence, for any other way to write one."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the form is right, but there is no such day: the same sentence
    raise ValueError(f"{shown(text)} is no day; write it as 2022-09-05")


def refuse_future(field: str, *, is_ahead: bool) -> None:
    """Invalid, naming the parameter, where it asks for what is still to come."""
    if is_ahead:
        raise Invalid(_("The future is not known. Ask for today or an earlier day."), code="future", field=field)


def refuse_too_old(field: str, day: date, earliest: date = FIRST_DAY) -> None:
    """Invalid, naming the parameter, for days before any record."""
    if day < earliest:
        told = {"day": earliest}
        sentence = _("No record is that old. Ask for %(day)s or a later day.") % told
        raise Invalid(sentence, code="invalid_parameter", field=field)
