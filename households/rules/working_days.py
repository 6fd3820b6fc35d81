"""Statutory working days of China: weekends, public holidays and the days worked in their place (调休)."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from functools import cache

import chinese_calendar

ONE_DAY = timedelta(days=1)
SATURDAY = 5


def is_known(day: date) -> bool:
    """Whether the State Council's arrangement of that year is in the calendar; it is published the autumn before."""
    return day.year in _years()


def is_working_day(day: date) -> bool:
    """Whether offices work on that day; in a year that is not known, Monday to Friday."""
    return chinese_calendar.is_workday(day) if is_known(day) else day.weekday() < SATURDAY


def working_day_after(start: date, count: int) -> date:
    """The working day number `count` after `start`, which is not counted itself; with 0, `start`."""
    if count == 0:
        return start
    first = start + ONE_DAY
    days = _working_days(first.year)
    position = bisect_left(days, first) + count - 1
    if position < len(days):
        return days[position]
    return working_day_after(date(first.year, 12, 31), position - len(days) + 1)


def working_day_from(day: date) -> date:
    """`day` where offices work on it, else the first day after it on which they do."""
    return day if is_working_day(day) else working_day_after(day, 1)


@cache
def _years() -> range:
    known = {day.year for day in chinese_calendar.constants.holidays}
    return range(min(known), max(known) + 1)


@cache
def _working_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    return [day for day in (first + timedelta(days=number) for number in range(length)) if is_working_day(day)]
