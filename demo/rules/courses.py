"""The days of a case and of its measures, within what the source's dates and the procedure allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.rules.outlines import Outline
from demo.rules.records import Course, PlannedHousehold
from demo.rules.solution import MONTHS_BEFORE_ELIMINATION
from households.rules.codes import EliminationWay
from households.workflow import Status

# Monitoring of the three types began in 2020; identification takes some twenty days.
_FIRST_IDENTIFIED = date(2020, 1, 25)
_LONGEST_BEFORE_PERIOD = 730
# From the clue to the identification, in days (see _course).
LONGEST_BEFORE_IDENTIFIED = 20
# With less room than this between the first day and the period, the first day does not bind.
_LEAST_ROOM = 220
_NATURAL_GAP = 30
# Half a year has passed when the elimination is proposed, and the procedure takes up to twenty days.
_LONGEST_PROCEDURE = 20
_ASSISTED_GAP = MONTHS_BEFORE_ELIMINATION.days + 1 + _LONGEST_PROCEDURE
_PROPOSED_SHARE = 0.02
_MONTH = 28
_DAY, _HANGING = timedelta(days=1), timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that bind every case, as ordinals."""

    earliest: int
    period_start: int
    as_of: int

    @classmethod
    def of(cls, *, period_start: date, as_of: date) -> Calendar:
        """The calendar of a source."""
        start, first = period_start.toordinal(), _FIRST_IDENTIFIED.toordinal()
        earliest = start - _LONGEST_BEFORE_PERIOD
        if start - first >= _LEAST_ROOM:
            earliest = max(earliest, first)
        return cls(earliest, start, as_of.toordinal())


def draw_course(outline: Outline, calendar: Calendar, rng: Random) -> Course:
    """Days on which a household was reported, verified, reviewed, identified, and where it ended, eliminated."""
    way = outline.outcome.way
    low, high = calendar.earliest, calendar.period_start - 1
    if outline.is_new:
        low, high = calendar.period_start, calendar.as_of
    if way is None:
        identified = rng.randint(low, high)
        return _course(identified, _proposed(identified, calendar, rng), None, None, rng)
    gap = _ASSISTED_GAP if way is EliminationWay.ASSISTED else _NATURAL_GAP
    latest = calendar.as_of if outline.outcome.is_in_period else calendar.period_start - 1
    identified = rng.randint(low, max(low, min(high, latest - gap)))
    first = calendar.period_start if outline.outcome.is_in_period else identified
    eliminated = rng.randint(min(max(identified + gap, first), latest), latest)
    return _course(identified, max(identified, eliminated - rng.randint(12, _LONGEST_PROCEDURE)), eliminated, way, rng)


def draw_landing_days(course: Course, count: int, calendar: Calendar, rng: Random) -> list[date]:
    """Days on which measures landed: the first within a month of identification, all before the risk was eliminated."""
    identified = course.identified_on.toordinal()
    end = calendar.as_of if course.eliminated_on is None else max(identified, course.eliminated_on.toordinal() - 1)
    first = rng.randint(min(identified + 1, end), min(identified + _MONTH, end))
    days = [first, *(rng.randint(first, end) for _ in range(count - 1))]
    return [date.fromordinal(day) for day in sorted(days[:count])]


def steps_of(planned: Course | PlannedHousehold, as_of: date) -> list[tuple[Status, date]]:
    """The steps of a case after its clue with their days, the notices hanging their five days, none after `as_of`."""
    taken = [
        (Status.VERIFIED, planned.verified_on),
        (Status.COMPARED, planned.verified_on + _DAY),
        (Status.REVIEWED, planned.reviewed_on),
        (Status.NOTICED, planned.reviewed_on),
        (Status.TOWNSHIP_PASSED, planned.identified_on - _DAY),
        (Status.MONITORED, planned.identified_on),
    ]
    if (proposed := planned.elimination_proposed_on) is not None:
        end = planned.eliminated_on
        room = 7 if end is None else (end - proposed - _HANGING).days
        pause = timedelta(days=min(2, max(0, room // 3)))
        reviewed = proposed + 2 * pause
        passed = reviewed + _HANGING if end is None else max(reviewed + _HANGING, end - _DAY)
        taken += [
            (Status.ELIMINATION_PROPOSED, proposed),
            (Status.ELIMINATION_VERIFIED, proposed + pause),
            (Status.ELIMINATION_REVIEWED, reviewed),
            (Status.ELIMINATION_NOTICED, reviewed),
            (Status.ELIMINATION_TOWNSHIP_PASSED, passed),
        ]
        if end is not None:
            taken.append((Status.ELIMINATED, end))
    return [(status, day) for status, day in taken if day <= as_of]


def _proposed(identified: int, calendar: Calendar, rng: Random) -> int | None:
    """A few of those still monitored are proposed for elimination and wait for the decision."""
    day = calendar.as_of - rng.randint(1, 10)
    is_due = day - identified >= _ASSISTED_GAP and rng.random() < _PROPOSED_SHARE
    return day if is_due else None


def _course(
    identified: int, proposed: int | None, eliminated: int | None, way: EliminationWay | None, rng: Random
) -> Course:
    reviewed = identified - rng.randint(7, 9)
    verified = reviewed - rng.randint(3, 6)
    reported = verified - rng.randint(2, 5)
    return Course(
        reported_on=date.fromordinal(reported),
        verified_on=date.fromordinal(verified),
        reviewed_on=date.fromordinal(reviewed),
        identified_on=date.fromordinal(identified),
        elimination_proposed_on=None if proposed is None else date.fromordinal(proposed),
        eliminated_on=None if eliminated is None else date.fromordinal(eliminated),
        way=way,
    )
