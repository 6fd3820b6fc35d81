"""What an expression can be worth when each figure in it is known only to lie in an interval."""

from collections.abc import Iterator, Mapping

from reports.rules.expressions import Comparison, Expression, Figure, Negation, Number, Operation
from reports.rules.intervals import Interval, can_hold


def enclose(node: Expression, intervals: Mapping[str, Interval]) -> Interval:
    """Return an interval that holds every value of the expression; exact where no figure is named twice."""
    match node:
        case Number(value):
            return Interval.point(value)
        case Figure(id):
            return intervals[id]
        case Negation(operand):
            return -enclose(operand, intervals)
        case Operation(operator, left, right):
            return join(operator, enclose(left, intervals), enclose(right, intervals))


def join(operator: str, left: Interval, right: Interval) -> Interval:
    """Apply one of + - * / to two intervals."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def is_possible(comparison: Comparison, intervals: Mapping[str, Interval]) -> bool:
    """Tell whether the comparison can hold; never False for one that does hold, whatever the true values are."""
    left, right = enclose(comparison.left, intervals), enclose(comparison.right, intervals)
    return can_hold(left, comparison.operator, right)


def divides_by_zero(comparison: Comparison, intervals: Mapping[str, Interval]) -> bool:
    """Tell whether some divisor is exactly zero, so that the comparison says nothing."""
    sides = (comparison.left, comparison.right)
    divisors = (enclose(divisor, intervals) for side in sides for divisor in divisors_in(side))
    return any(divisor.is_point and 0 in divisor for divisor in divisors)


def divisors_in(node: Expression) -> Iterator[Expression]:
    """Yield every expression by which something is divided."""
    match node:
        case Negation(operand):
            yield from divisors_in(operand)
        case Operation(operator, left, right):
            if operator == "/":
                yield right
            yield from divisors_in(left)
            yield from divisors_in(right)
