"""Intervals of exact rationals with open or closed ends, and what can hold between two of them."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


def exact(value: Fraction | int) -> Fraction:
    """Return the value as a fraction; a float is refused because it is not the number that was written."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise TypeError(f"{value!r} is not an exact number: pass a Fraction or a whole number.")
    return Fraction(value)


class _End(NamedTuple):
    """One end of an interval: where it lies (infinite: unbounded) and whether it is a member."""

    at: Fraction | float
    reached: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from low to high; an end of None is unbounded, an open end is not itself a member."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            value = getattr(self, end)
            if value is None:
                object.__setattr__(self, f"{end}_open", True)
            else:
                object.__setattr__(self, end, exact(value))
        if self.low is None or self.high is None:
            return
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError(f"There is no number from {self.low} to {self.high}: give the lower end first.")

    @classmethod
    def point(cls, value: Fraction | int) -> "Interval":
        """Return the interval whose only member is this value."""
        return cls(exact(value), exact(value))

    @property
    def is_point(self) -> bool:
        """Tell whether the interval has exactly one member."""
        return self.low is not None and self.low == self.high

    def __contains__(self, value: Fraction | int) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def __neg__(self) -> "Interval":
        return _between(_End(-self._top.at, self._top.reached), _End(-self._bottom.at, self._bottom.reached))

    def __add__(self, other: "Interval") -> "Interval":
        return _between(_sum(self._bottom, other._bottom), _sum(self._top, other._top))

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [_product(mine, theirs) for mine in self._ends for theirs in other._ends]
        lowest, highest = min(corner.at for corner in corners), max(corner.at for corner in corners)
        return _between(
            _End(lowest, any(corner.reached for corner in corners if corner.at == lowest)),
            _End(highest, any(corner.reached for corner in corners if corner.at == highest)),
        )

    def __truediv__(self, other: "Interval") -> "Interval":
        """Divide; a divisor that may be zero can give anything, so the quotient is then unbounded."""
        return EVERYTHING if 0 in other else self * other._reciprocal()

    def intersection(self, other: "Interval") -> "Interval | None":
        """Return the numbers that lie in both intervals, or None when there are none."""
        bottom = max(self._bottom, other._bottom, key=lambda end: (end.at, not end.reached))
        top = min(self._top, other._top, key=lambda end: (end.at, end.reached))
        if bottom.at > top.at or (bottom.at == top.at and not (bottom.reached and top.reached)):
            return None
        return _between(bottom, top)

    def without_zero(self) -> tuple["Interval", ...]:
        """Return the negative and the positive part of the interval, where it has them."""
        parts = (self.intersection(NEGATIVE), self.intersection(POSITIVE))
        return tuple(part for part in parts if part is not None)

    def whole_numbers(self, *, at_most: int) -> tuple[int, ...] | None:
        """List the whole numbers in the interval, or None when there are more than `at_most`."""
        first, last = self.first_whole, self.last_whole
        if first is None or last is None or last - first + 1 > at_most:
            return None
        return tuple(range(first, last + 1))

    @property
    def first_whole(self) -> int | None:
        """The smallest whole number not below the interval (None when unbounded below)."""
        if self.low is None:
            return None
        return math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)

    @property
    def last_whole(self) -> int | None:
        """The largest whole number not above the interval (None when unbounded above)."""
        if self.high is None:
            return None
        return math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)

    @property
    def _bottom(self) -> _End:
        return _End(-math.inf if self.low is None else self.low, not self.low_open)

    @property
    def _top(self) -> _End:
        return _End(math.inf if self.high is None else self.high, not self.high_open)

    @property
    def _ends(self) -> tuple[_End, _End]:
        return self._bottom, self._top

    def _reciprocal(self) -> "Interval":
        """Return 1 / x for every member; the interval lies wholly on one side of zero."""
        positive = self._top.at > 0
        return _between(_inverse(self._top, positive=positive), _inverse(self._bottom, positive=positive))


EVERYTHING = Interval()
NEGATIVE = Interval(high=Fraction(0), high_open=True)
POSITIVE = Interval(low=Fraction(0), low_open=True)
NOT_NEGATIVE = Interval(low=Fraction(0))

_CAN_HOLD: dict[str, Callable[[Interval, Interval], bool]] = {
    "=": lambda left, right: left.intersection(right) is not None,
    "!=": lambda left, right: not (left.is_point and left == right),
    "<": lambda left, right: left._bottom.at < right._top.at,
    ">": lambda left, right: right._bottom.at < left._top.at,
    "<=": lambda left, right: _reaches(left._bottom, right._top),
    ">=": lambda left, right: _reaches(right._bottom, left._top),
}


def of_printed(value: Fraction, step: Fraction, at_least: bool = False) -> Interval:
    """Return the true values that print as `value`, rounded half up to `step` (0: exact), or "at least" it."""
    if step < 0:
        raise ValueError(f"A rounding step cannot be negative ({step}): give 0 for an exact figure.")
    if at_least:
        return Interval(low=value)
    if step == 0:
        return Interval.point(value)
    half = exact(step) / 2
    return Interval(value - half, value + half, high_open=True)


def can_hold(left: Interval, comparison: str, right: Interval) -> bool:
    """Tell whether some member of `left` and some member of `right` satisfy the comparison (=, !=, <, <=, >, >=)."""
    return _CAN_HOLD[comparison](left, right)


def merged(parts: Iterable[Interval]) -> tuple[Interval, ...]:
    """Join intervals that overlap or touch, in ascending order, so that no number lies in two of them."""
    joined: list[Interval] = []
    for part in sorted(parts, key=lambda part: (part._bottom.at, not part._bottom.reached)):
        if joined and _touches(joined[-1]._top, part._bottom):
            joined[-1] = _between(joined[-1]._bottom, max(joined[-1]._top, part._top))
        else:
            joined.append(part)
    return tuple(joined)


def _touches(top: _End, bottom: _End) -> bool:
    return bottom.at < top.at or (bottom.at == top.at and (bottom.reached or top.reached))


def _reaches(bottom: _End, top: _End) -> bool:
    return bottom.at < top.at or (bottom.at == top.at and bottom.reached and top.reached)


def _between(bottom: _End, top: _End) -> Interval:
    return Interval(_finite(bottom.at), _finite(top.at), not bottom.reached, not top.reached)


def _finite(at: Fraction | float) -> Fraction | None:
    return at if isinstance(at, Fraction) else None


def _sum(one: _End, other: _End) -> _End:
    for end in (one, other):
        if not isinstance(end.at, Fraction):
            return end
    return _End(one.at + other.at, one.reached and other.reached)


def _product(one: _End, other: _End) -> _End:
    if one.at == 0 or other.at == 0:
        # Zero times any member is zero: one reached zero is enough, however far the other interval extends.
        return _End(Fraction(0), (one.at == 0 and one.reached) or (other.at == 0 and other.reached))
    if isinstance(one.at, Fraction) and isinstance(other.at, Fraction):
        return _End(one.at * other.at, one.reached and other.reached)
    return _End(math.inf if (one.at > 0) == (other.at > 0) else -math.inf, False)


def _inverse(end: _End, *, positive: bool) -> _End:
    if not isinstance(end.at, Fraction):
        return _End(Fraction(0), False)
    if end.at == 0:
        return _End(math.inf if positive else -math.inf, False)
    return _End(1 / end.at, end.reached)
