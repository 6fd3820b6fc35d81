"""The days of a question: since when figures of a period count, and what of time nobody can ask for; for every door."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from common.days import FIRST_DAY, refuse_future, refuse_too_old
from common.refusals import Invalid

# The period of a day in the first year begins, unless another is asked for, with that year.
EARLIEST = {"as_of": FIRST_DAY, "period_start": FIRST_DAY.replace(month=1, day=1), "known_at": FIRST_DAY}


def first_day(as_of: date, *, asked: date | None = None, usual: date | None = None) -> date:
    """The first day of the period: the one asked for, else the usual one, else 1 January of the year of `as_of`.

    `usual` is a source's own first day; where `as_of` lies before it, it is not of the period that is asked for.
    """
    if asked is not None:
        return asked
    if usual is not None and usual <= as_of:
        return usual
    return as_of.replace(month=1, day=1)


def days_read(
    *,
    as_of: date | None,
    period_start: date | None,
    opening: tuple[date, date] | None,
    usual: date | None,
    today: date,
) -> tuple[date, date]:
    """The day as of which figures are read, and the first day of their period, where not both are asked for.

    `opening` are first and last day of the period that a place is usually read for, none where that is the present.
    """
    if as_of is None and period_start is None and opening is not None:
        return opening[1], opening[0]
    day = as_of or (opening[1] if opening is not None else today)
    return day, first_day(day, asked=period_start, usual=usual)


def refuse_unknowable(
    *, as_of: date, period_start: date, known_at: datetime | None, today: date, now: datetime
) -> None:
    """Invalid for the future, for days before any record, and for a period that begins after its end."""
    refuse_future("as_of", is_ahead=as_of > today)
    refuse_future("known_at", is_ahead=known_at is not None and known_at > now)
    if period_start > as_of:
        raise Invalid(
            _("The period begins after the day as of which it is read."),
            code="invalid_parameter",
            field="period_start",
        )
    days = {"as_of": as_of, "period_start": period_start, "known_at": known_at and known_at.date()}
    for field, day in days.items():
        if day is not None:
            refuse_too_old(field, day, EARLIEST[field])
