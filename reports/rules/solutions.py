"""Which values of one figure make a comparison possible while all the other figures stay as they are."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from reports.rules.enclosures import divides_by_zero, divisors_in, enclose, is_possible
from reports.rules.expressions import Comparison, Expression, Figure, Negation, Number, Operation, figures_in
from reports.rules.intervals import EVERYTHING, NOT_NEGATIVE, Interval, merged
from reports.rules.polynomials import (
    UNKNOWN,
    Polynomial,
    Quotient,
    added,
    combined,
    constant,
    multiplied,
    root,
    without_roots,
)

# Limits that keep a long relation from being solved at length: how many ends are tried, how often a figure is named.
MOST_CORNERS = 256
MOST_TIMES = 12

Parts = tuple[Interval, ...]

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def solve(
    comparison: Comparison, figure: str, intervals: Mapping[str, Interval], *, domain: Interval = NOT_NEGATIVE
) -> Parts:
    """Return the values of the figure within `domain` for which the comparison is possible, as separate intervals.

    Exact where the figure is named once and no other is named twice.  A figure named several times is solved at the
    ends of the others' intervals where the relation is linear in it once divisions are cleared; else () is returned.
    """
    times = list(figures_in(comparison)).count(figure)
    if _is_divided_elsewhere(comparison, figure, intervals):
        found: Parts = ()
    elif times == 1:
        found = _solve_backwards(comparison, figure, intervals)
    elif times <= MOST_TIMES:
        found = _solve_between_breakpoints(comparison, figure, intervals, domain)
    else:
        found = ()
    return merged(_present(part.intersection(domain) for part in found))


def _is_divided_elsewhere(comparison: Comparison, figure: str, intervals: Mapping[str, Interval]) -> bool:
    """Tell whether a divisor without the figure is exactly zero, which no value of the figure can mend."""
    divisors = (divisor for side in (comparison.left, comparison.right) for divisor in divisors_in(side))
    others = (enclose(divisor, intervals) for divisor in divisors if figure not in figures_in(divisor))
    return any(other.is_point and 0 in other for other in others)


def _present(parts: Iterable[Interval | None]) -> Parts:
    return tuple(part for part in parts if part is not None)


def _solve_backwards(comparison: Comparison, figure: str, intervals: Mapping[str, Interval]) -> Parts:
    """Start from what the figure's side may be worth and undo one operation after another on the way to the figure."""
    side, other, operator = comparison.left, comparison.right, comparison.operator
    if figure not in figures_in(side):
        side, other, operator = other, side, _MIRRORED[operator]
    wanted = _satisfying(operator, enclose(other, intervals))
    while not isinstance(side, Figure):
        side, wanted = _undo(side, wanted, figure, intervals)
    return wanted


def _satisfying(operator: str, bound: Interval) -> Parts:
    """Return every x for which `x operator y` holds with some y in the bound."""
    match operator:
        case "=":
            return (bound,)
        case "<=" | "<":
            return (Interval(high=bound.high, high_open=operator == "<" or bound.high_open),)
        case ">=" | ">":
            return (Interval(low=bound.low, low_open=operator == ">" or bound.low_open),)
        case _:
            if not bound.is_point:
                return (EVERYTHING,)
            return (Interval(high=bound.high, high_open=True), Interval(low=bound.low, low_open=True))


def _undo(node: Expression, wanted: Parts, figure: str, intervals: Mapping[str, Interval]) -> tuple[Expression, Parts]:
    """Go down to the operand that names the figure; return it with the values it needs for the node to be wanted."""
    match node:
        case Negation(operand):
            return operand, merged(-part for part in wanted)
        case Operation(operator, left, right):
            if figure in figures_in(left):
                known = enclose(right, intervals)
                return left, merged(_each(_LEFT_OPERAND[operator], wanted, known))
            known = enclose(left, intervals)
            return right, merged(_each(_RIGHT_OPERAND[operator], wanted, known))
    raise ValueError(f"{figure} is not named in {node}.")


def _each(undo: Callable[[Interval, Interval], Parts], wanted: Parts, known: Interval) -> Iterator[Interval]:
    for part in wanted:
        yield from undo(part, known)


def _factor(result: Interval, known: Interval) -> Parts:
    if 0 in result and 0 in known:
        return (EVERYTHING,)
    return tuple(result / part for part in known.without_zero())


def _dividend(result: Interval, known: Interval) -> Parts:
    return tuple(result * part for part in known.without_zero())


def _divisor(result: Interval, known: Interval) -> Parts:
    if 0 in result and 0 in known:
        return EVERYTHING.without_zero()
    return tuple(part for share in result.without_zero() for part in (known / share).without_zero())


_LEFT_OPERAND: dict[str, Callable[[Interval, Interval], Parts]] = {
    "+": lambda result, known: (result - known,),
    "-": lambda result, known: (result + known,),
    "*": _factor,
    "/": _dividend,
}
_RIGHT_OPERAND: dict[str, Callable[[Interval, Interval], Parts]] = {
    "+": lambda result, known: (result - known,),
    "-": lambda result, known: (known - result,),
    "*": _factor,
    "/": _divisor,
}


def _solve_between_breakpoints(
    comparison: Comparison, figure: str, intervals: Mapping[str, Interval], domain: Interval
) -> Parts:
    """Try every value at which possibility can change, and one value in each gap between them.

    With the other figures named once, both sides are monotone in each of them, so that possibility changes only where
    the comparison turns into an equality, or a divisor into zero, with every other figure at an end of its interval.
    """
    corners = _corners(comparison, figure, intervals)
    if corners is None:
        return ()
    points = {Fraction(0)}
    for corner in corners:
        roots = _roots(comparison, figure, corner)
        if roots is None:
            return ()
        points.update(root for root in roots if root in domain)
    gaps = _gaps(sorted(points))
    return tuple(part for part, probe in gaps if _is_solved(comparison, {**intervals, figure: Interval.point(probe)}))


# One end of a figure's interval, as weighted values: a finite end is itself; an unbounded end is the difference of two
# values, because a polynomial that is linear in the figure has, up to a factor, its slope as its limit.
_End = tuple[tuple[Fraction, int], ...]
_Corner = dict[str, _End]
_UNBOUNDED: _End = ((Fraction(1_000_003), 1), (Fraction(1_000_033), -1))


def _corners(comparison: Comparison, figure: str, intervals: Mapping[str, Interval]) -> list[_Corner] | None:
    """Return every choice of ends for the other figures, or None where the ends do not decide."""
    ends: dict[str, list[_End]] = {}
    for named, times in Counter(figures_in(comparison)).items():
        interval = intervals[named]
        if named == figure:
            continue
        if times > 1 and not interval.is_point:
            return None
        ends[named] = [
            _UNBOUNDED if end is None else ((end, 1),) for end in dict.fromkeys((interval.low, interval.high))
        ]
    if math.prod(sum(len(end) for end in choices) for choices in ends.values()) > MOST_CORNERS:
        return None
    return [dict(zip(ends, choice, strict=True)) for choice in itertools.product(*ends.values())]


def _gaps(points: list[Fraction]) -> Iterator[tuple[Interval, Fraction]]:
    """Yield the stretch before the points, every point, and the open stretch behind it, each with a value to try."""
    yield Interval(high=points[0], high_open=True), points[0] - 1
    for point, following in itertools.zip_longest(points, points[1:]):
        yield Interval.point(point), point
        probe = point + 1 if following is None else (point + following) / 2
        yield Interval(point, following, low_open=True, high_open=True), probe


def _is_solved(comparison: Comparison, intervals: Mapping[str, Interval]) -> bool:
    return is_possible(comparison, intervals) and not divides_by_zero(comparison, intervals)


def _roots(comparison: Comparison, figure: str, corner: _Corner) -> list[Fraction] | None:
    """Return where both sides are equal or a divisor is zero; None where that is not a linear question."""
    asked: list[Polynomial] = []
    for choice in itertools.product(*corner.values()):
        values = {name: value for name, (value, _) in zip(corner, choice, strict=True)}
        weight = math.prod(weight for _, weight in choice)
        questions = _questions(comparison, figure, values)
        if questions is None:
            return None
        weighted = [multiplied((Fraction(weight),), question) for question in questions]
        asked = [added(one, other) for one, other in zip(asked, weighted, strict=True)] if asked else weighted
    roots = [root(divisor) for divisor in asked[1:]]
    known = {Fraction(0), *(each for each in roots if each is not None)}
    equality = without_roots(asked[0], known)
    if any(len(question) > 2 for question in (equality, *asked[1:])):
        return None
    last = root(equality)
    return [*known] if last is None else [*known, last]


def _questions(comparison: Comparison, figure: str, values: Mapping[str, Fraction]) -> list[Polynomial] | None:
    """Return what is zero where both sides are equal, then what is zero where each divisor is (None: divided by 0)."""
    sides = (comparison.left, comparison.right)
    divisors = [divisor for side in sides for divisor in divisors_in(side)]
    quotients = [_quotient(node, figure, values) for node in (*sides, *divisors)]
    known = [quotient for quotient in quotients if quotient is not None]
    if len(known) < len(quotients):
        return None
    difference = combined("-", known[0], known[1])
    return [difference[0], *(divisor for divisor, _ in known[2:])] if difference else None


def _quotient(node: Expression, figure: str, values: Mapping[str, Fraction]) -> Quotient | None:
    """Write the expression as one polynomial in the figure over another; None where it divides by zero."""
    match node:
        case Number(value):
            return constant(value)
        case Figure(name):
            return UNKNOWN if name == figure else constant(values[name])
        case Negation(operand):
            return _quotient(Operation("-", Number(Fraction(0)), operand), figure, values)
        case Operation(operator, left, right):
            one, other = _quotient(left, figure, values), _quotient(right, figure, values)
            return None if one is None or other is None else combined(operator, one, other)
