"""Verdicts on published figures: does the exact computed value lie among the values that print so?"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from reports.rules.intervals import Interval, exact
from reports.rules.sources import PublishedFigure


class VerdictKind(StrEnum):
    """What can be said of a published figure."""

    MATCHES = "matches"
    MATCHES_ONE_BASIS = "matches_one_basis"  # of a figure whose basis is open: one reading matches, another differs
    DIFFERS = "differs"
    NOT_JUDGED = "not_judged"  # computed from records of another division than the source speaks of
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A published figure held against a computed value.

    `interval` holds the true values that print so; `difference` is computed minus printed value, in the figure's unit,
    also where both match within the rounding (None where nothing was computed or nothing is judged).
    """

    kind: VerdictKind
    interval: Interval
    difference: Fraction | None


def judge(figure: PublishedFigure, computed: Fraction | Decimal | int | None, *, is_elsewhere: bool = False) -> Verdict:
    """Hold a computed value, in the unit of the figure, against what is printed; None is not computable.

    `is_elsewhere`: the value is that of another division, so that nothing follows from it.
    """
    interval = figure.interval
    if computed is None:
        return Verdict(VerdictKind.NOT_COMPUTABLE, interval, None)
    if is_elsewhere:
        return Verdict(VerdictKind.NOT_JUDGED, interval, None)
    value = Fraction(computed) if isinstance(computed, Decimal) else exact(computed)
    kind = VerdictKind.MATCHES if value in interval else VerdictKind.DIFFERS
    return Verdict(kind, interval, value - figure.value)


def of_all(kinds: Collection[VerdictKind]) -> VerdictKind:
    """The verdict on a figure from those on its readings: a match only where no reading differs."""
    if {VerdictKind.MATCHES, VerdictKind.DIFFERS} <= set(kinds):
        return VerdictKind.MATCHES_ONE_BASIS
    return next(kind for kind in VerdictKind if kind in kinds)
