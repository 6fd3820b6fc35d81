"""Polynomials in one unknown with exact coefficients, and quotients of two of them."""

import itertools
from collections.abc import Iterable
from fractions import Fraction

# Coefficients, the constant term first, without zeros at the end: () is zero.
Polynomial = tuple[Fraction, ...]
Quotient = tuple[Polynomial, Polynomial]

ONE: Polynomial = (Fraction(1),)
MINUS_ONE: Polynomial = (Fraction(-1),)
UNKNOWN: Quotient = ((Fraction(0), Fraction(1)), ONE)


def constant(value: Fraction) -> Quotient:
    """Return the quotient that is worth this value whatever the unknown is."""
    return _trimmed([value]), ONE


def added(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the sum of two polynomials."""
    return _trimmed([a + b for a, b in itertools.zip_longest(one, other, fillvalue=Fraction(0))])


def multiplied(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the product of two polynomials."""
    product = [Fraction(0)] * (len(one) + len(other))
    for (i, a), (j, b) in itertools.product(enumerate(one), enumerate(other)):
        product[i + j] += a * b
    return _trimmed(product)


def combined(operator: str, one: Quotient, other: Quotient) -> Quotient | None:
    """Apply one of + - * / to two quotients; None where the divisor is zero whatever the unknown is."""
    (top, bottom), (other_top, other_bottom) = one, other
    if operator == "*":
        return multiplied(top, other_top), multiplied(bottom, other_bottom)
    if operator == "/":
        return (multiplied(top, other_bottom), multiplied(bottom, other_top)) if other_top else None
    if operator == "-":
        other_top = multiplied(MINUS_ONE, other_top)
    if bottom == other_bottom:
        return added(top, other_top), bottom
    return added(multiplied(top, other_bottom), multiplied(other_top, bottom)), multiplied(bottom, other_bottom)


def root(polynomial: Polynomial) -> Fraction | None:
    """Return where a polynomial of degree one is zero, None for any other degree."""
    return -polynomial[0] / polynomial[1] if len(polynomial) == 2 else None


def without_roots(polynomial: Polynomial, roots: Iterable[Fraction]) -> Polynomial:
    """Divide a polynomial by every factor that belongs to one of these roots, as often as it goes in."""
    for known in roots:
        while polynomial and worth(polynomial, known) == 0:
            polynomial = _divided(polynomial, known)
    return polynomial


def worth(polynomial: Polynomial, unknown: Fraction) -> Fraction:
    """Return what the polynomial is worth for a value of the unknown."""
    return sum((factor * unknown**power for power, factor in enumerate(polynomial)), Fraction(0))


def _divided(polynomial: Polynomial, known: Fraction) -> Polynomial:
    """Divide by (unknown - known), which goes in without a rest."""
    quotient: list[Fraction] = []
    carried = Fraction(0)
    for factor in reversed(polynomial):
        carried = carried * known + factor
        quotient.append(carried)
    return _trimmed(quotient[-2::-1])


def _trimmed(coefficients: list[Fraction]) -> Polynomial:
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    return tuple(coefficients)
