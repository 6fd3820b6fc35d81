"""Polynomials in one unknown, worked out by hand."""

from fractions import Fraction

import pytest

from reports.rules.polynomials import UNKNOWN, added, combined, constant, multiplied, root, without_roots, worth


def polynomial(*coefficients: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(coefficient) for coefficient in coefficients)


def test_sums_and_products_drop_the_powers_that_cancel():
    assert added(polynomial(1, 2, 3), polynomial(4, 0, -3)) == polynomial(5, 2)
    assert multiplied(polynomial(-1, 1), polynomial(1, 1)) == polynomial(-1, 0, 1)
    assert multiplied(polynomial(), polynomial(1, 1)) == ()


def test_quotients_over_the_same_divisor_are_not_widened():
    # 1/x + 2/x = 3/x
    one, two = combined("/", constant(Fraction(1)), UNKNOWN), combined("/", constant(Fraction(2)), UNKNOWN)
    assert combined("+", one, two) == (polynomial(3), polynomial(0, 1))


def test_quotients_over_different_divisors_are_brought_together():
    # 5 - 1/x = (5x - 1)/x
    inverse = combined("/", constant(Fraction(1)), UNKNOWN)
    assert combined("-", constant(Fraction(5)), inverse) == (polynomial(-1, 5), polynomial(0, 1))


def test_dividing_by_what_is_always_zero_gives_nothing():
    assert combined("/", UNKNOWN, combined("-", UNKNOWN, UNKNOWN)) is None


@pytest.mark.parametrize(
    ("coefficients", "expected"), [((3, 2), Fraction(-3, 2)), ((3,), None), ((), None), ((1, 2, 3), None)]
)
def test_only_a_polynomial_of_degree_one_has_the_one_root(coefficients, expected):
    assert root(polynomial(*coefficients)) == expected


def test_known_roots_are_divided_out_as_often_as_they_go_in():
    # x^2 (x - 2) (2x - 6) = 12 x^2 - 10 x^3 + 2 x^4
    assert without_roots(polynomial(0, 0, 12, -10, 2), [Fraction(0), Fraction(2), Fraction(7)]) == polynomial(-6, 2)
    assert without_roots((), [Fraction(0)]) == ()


def test_a_polynomial_is_worth_the_sum_of_its_powers():
    assert worth(polynomial(1, 2, 3), Fraction(2)) == 17
