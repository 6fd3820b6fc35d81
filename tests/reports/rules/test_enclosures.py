"""What an expression can be worth between the ends of its figures."""

from fractions import Fraction

from reports.rules.enclosures import divides_by_zero, enclose, is_possible
from reports.rules.expressions import read_relation
from reports.rules.intervals import EVERYTHING, Interval

TWO_TO_THREE = Interval(Fraction(2), Fraction(3), high_open=True)
TEN = Interval.point(10)


def left(text):
    return enclose(read_relation(f"{text} = 0").left, {"a": TWO_TO_THREE, "b": TEN})


def test_an_expression_of_figures_named_once_is_enclosed_exactly():
    assert left("100 * a / b") == Interval(Fraction(20), Fraction(30), high_open=True)
    assert left("b - a") == Interval(Fraction(7), Fraction(8), low_open=True)
    assert left("-(a + 1)") == Interval(Fraction(-4), Fraction(-3), low_open=True)


def test_a_figure_named_twice_only_makes_the_enclosure_wider():
    assert left("a - a") == Interval(Fraction(-1), Fraction(1), low_open=True, high_open=True)


def test_dividing_by_what_may_be_zero_can_give_anything():
    assert left("b / (a - 2)") == EVERYTHING


def test_only_a_divisor_that_is_exactly_zero_makes_a_comparison_meaningless():
    figures = {"a": TWO_TO_THREE, "b": TEN}
    assert divides_by_zero(read_relation("a = a / (b - 10)"), figures)
    assert divides_by_zero(read_relation("-(a / (1 / (b - 10))) = 1"), figures)
    assert not divides_by_zero(read_relation("b = b / (a - 2)"), figures)


def test_a_comparison_is_possible_when_both_sides_can_meet():
    figures = {"a": TWO_TO_THREE, "b": TEN}
    assert is_possible(read_relation("a = b / 4"), figures)
    assert not is_possible(read_relation("a = b / 3 + 1"), figures)
