"""Repairs of an inconsistent relation: which single figure, printed otherwise, would mend it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from reports.rules.expressions import Comparison, figures_in
from reports.rules.intervals import NOT_NEGATIVE, Interval, of_printed
from reports.rules.solutions import solve
from reports.rules.sources import PublishedFigure

MOST_INTEGERS = 1000
MOST_PRINTED = 20


@dataclass(frozen=True, slots=True)
class Repair:
    """The true values of one figure that would make the relation possible, all other figures as printed.

    `low` to `high` in the unit of the figure (None: without end).  `integers`: the whole numbers among them where the
    figure is an exact count and they are at most 1000.  `printed`: where the figure is rounded, the values that could
    then have been printed, at most 20.  `nearest`: what comes closest to the figure as it is printed now.
    `domain`: what a figure in its unit can be at all.
    """

    figure: str
    low: Fraction | None
    high: Fraction | None
    low_open: bool
    high_open: bool
    integers: tuple[int, ...] | None
    printed: tuple[Fraction, ...] | None
    nearest: Fraction
    domain: Interval = NOT_NEGATIVE


def find_repairs(
    comparison: Comparison, intervals: Mapping[str, Interval], printed: Mapping[str, PublishedFigure]
) -> tuple[Repair, ...]:
    """Return the repairs of an inconsistent comparison, the smallest relative change first.

    A figure that two separate stretches of values would mend has a repair for each; an exact count that no whole number
    would mend has none.
    """
    named = dict.fromkeys(figure for figure in figures_in(comparison) if figure in printed)
    repairs = [
        repair
        for figure in named
        for part in solve(comparison, figure, intervals, domain=printed[figure].domain)
        for repair in _repairs_within(part, printed[figure])
    ]
    return tuple(sorted(repairs, key=lambda repair: _relative_change(repair, printed[repair.figure].value)))


def _repairs_within(part: Interval, figure: PublishedFigure) -> Iterator[Repair]:
    """Yield the repair that a stretch of true values gives, unless nothing in it can be printed."""
    integers: tuple[int, ...] | None = None
    values: tuple[Fraction, ...] | None = None
    nearest = _nearest(part, figure.value)
    if figure.is_count:
        integers = part.whole_numbers(at_most=MOST_INTEGERS)
        nearest = _nearest_whole(part, figure.value)
        if nearest not in part:
            return
    elif figure.step > 0:
        values = _printable(part, figure)
        if values == ():
            return
        nearest = min(values, key=lambda value: abs(value - figure.value)) if values else nearest
    # Where what is printed would do, the contradiction lies elsewhere and there is nothing to print otherwise.
    if figure.value in part or (values is not None and figure.value in values):
        return
    yield Repair(
        figure.id, part.low, part.high, part.low_open, part.high_open, integers, values, nearest, figure.domain
    )


def _nearest(part: Interval, value: Fraction) -> Fraction:
    if part.low is not None and value < part.low:
        return part.low
    if part.high is not None and value > part.high:
        return part.high
    return value


def _nearest_whole(part: Interval, value: Fraction) -> Fraction:
    first, last = part.first_whole, part.last_whole
    if first is not None and value < first:
        return Fraction(first)
    if last is not None and value > last:
        return Fraction(last)
    return value


def _printable(part: Interval, figure: PublishedFigure) -> tuple[Fraction, ...] | None:
    """List what could be printed, on the grid of the figure's step, for some true value in the stretch."""
    step, anchor = figure.step, figure.value
    lowest = figure.domain.low if figure.at_least else part.low
    if lowest is None or part.high is None:
        return None
    # Rounded half up, v stands for v - step/2 (a member) to v + step/2 (not one); "at least v" for all from v on.
    if not figure.at_least:
        lowest -= step / 2
    if figure.domain.low is not None:
        lowest = max(lowest, figure.domain.low)
    highest = part.high if figure.at_least else part.high + step / 2
    first, last = math.ceil((lowest - anchor) / step), math.floor((highest - anchor) / step)
    if last - first > MOST_PRINTED + 1:
        return None
    grid = (anchor + count * step for count in range(first, last + 1))
    values = tuple(value for value in grid if _prints(value, figure, part))
    return values if len(values) <= MOST_PRINTED else None


def _prints(value: Fraction, figure: PublishedFigure, part: Interval) -> bool:
    admissible = of_printed(value, figure.step, figure.at_least).intersection(figure.domain)
    return admissible is not None and admissible.intersection(part) is not None


def _relative_change(repair: Repair, value: Fraction) -> tuple[bool, Fraction]:
    """Order by the change relative to what is printed now; a change from zero comes last, by its size."""
    change = abs(repair.nearest - value)
    return (value == 0, change if value == 0 else change / abs(value))
