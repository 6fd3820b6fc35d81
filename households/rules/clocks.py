"""Clocks: the last day of a statutory term, counted from an event of a case (DOMAIN §3.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import ngettext

from common.names import Name
from households.rules.working_days import is_known, is_working_day, working_day_after, working_day_from

ONE_DAY = timedelta(days=1)
CLIMBS_EVERY = 3  # working days, where a clock does not say otherwise; not official


class Unit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


UNITS: dict[Unit, Name] = {
    Unit.WORKING_DAYS: Name("工作日", "working days"),
    Unit.DAYS: Name("天", "days"),
    Unit.MONTHS: Name("月", "months"),
}


class Limit(StrEnum):
    """Which side of the due day is right: until it, or from it on."""

    LATEST = "latest"
    NOT_BEFORE = "not_before"


LIMITS: dict[Limit, Name] = {
    Limit.LATEST: Name("不晚于", "by"),
    Limit.NOT_BEFORE: Name("不早于", "not before"),
}


class Owner(StrEnum):
    """Who answers for a term, from below up: what is overdue climbs from one to the next."""

    CASEWORKER = "caseworker"
    TOWNSHIP = "township"
    COUNTY = "county"


OWNERS: dict[Owner, Name] = {
    Owner.CASEWORKER: Name("帮扶干部", "caseworker"),
    Owner.TOWNSHIP: Name("乡镇", "township"),
    Owner.COUNTY: Name("县级", "county"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A term: it begins with one of the events `starts`, ends with one of `stops`, and `owner` answers for it.

    While it is overdue, the next level above is told every `climbs_every` working days.
    """

    code: str
    starts: frozenset[str]
    stops: frozenset[str]
    length: int
    unit: Unit
    owner: Owner
    limit: Limit = Limit.LATEST
    climbs_every: int = CLIMBS_EVERY


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `first` to the day before `until`; None while it still stands still."""

    first: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the clock stands still on that day."""
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a term, or the first one from a limit not before; None while its clock stands still.

    It is `estimated` where it lies in a year whose holidays the State Council has not arranged yet.
    """

    on: date | None
    is_estimated: bool = False


def due_day(start: date, clock: Clock, pauses: Sequence[Pause] = ()) -> DueDay:
    """When the term that began on `start` ends.

    The day of the start is not counted, a term of months ends on the day of the same number or on the month's last
    one, and a last day on which offices do not work is put off to the next on which they do (Civil Code, articles 201
    to 203). Days on which the clock stands still are not counted.
    """
    running = _without_pauses(start, clock.length, clock.unit)
    due = _put_off(start, running, clock, pauses) if pauses else running
    if due is None:
        return DueDay(None)
    if clock.limit is Limit.LATEST and clock.unit is not Unit.WORKING_DAYS:
        due = working_day_from(due)
    counts_working_days = clock.limit is Limit.LATEST or clock.unit is Unit.WORKING_DAYS
    return DueDay(due, is_estimated=counts_working_days and not is_known(due))


def in_words(length: int, unit: Unit) -> str:
    """The length of a term as people say it."""
    words = {
        Unit.WORKING_DAYS: ngettext("%(count)d working day", "%(count)d working days", length),
        Unit.DAYS: ngettext("%(count)d day", "%(count)d days", length),
        Unit.MONTHS: ngettext("%(count)d month", "%(count)d months", length),
    }
    return words[unit] % {"count": length}


def levels_to_tell(due_on: date, owner: Owner, climbs_every: int, on: date) -> list[Owner]:
    """Who must have been told by the day `on` of a term that ended on `due_on`: its owner first, then those above.

    The owner is told on the first working day after the last day, each next level `climbs_every` working days later.
    """
    owners = list(Owner)
    above = owners[owners.index(owner) :]
    return [each for number, each in enumerate(above) if on >= working_day_after(due_on, 1 + number * climbs_every)]


def _without_pauses(start: date, length: int, unit: Unit) -> date:
    if unit is Unit.WORKING_DAYS:
        return working_day_after(start, length)
    return start + timedelta(days=length) if unit is Unit.DAYS else months_after(start, length)


def months_after(start: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _put_off(start: date, due: date, clock: Clock, pauses: Sequence[Pause]) -> date | None:
    """The day reached by as many counted days after `start` as there are up to `due`, those of pauses left out."""
    works = is_working_day if clock.unit is Unit.WORKING_DAYS else _always
    to_count = sum(works(start + timedelta(days=number)) for number in range(1, (due - start).days + 1))
    day = start
    while to_count:
        day += ONE_DAY
        held = [pause for pause in pauses if pause.holds_on(day)]
        if any(pause.until is None for pause in held):
            return None
        to_count -= bool(works(day) and not held)
    return day


def _always(day: date) -> bool:
    return True
