"""Numbers as readers see them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from common.numbers import decimals_of, fixed, grouped, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3248, "3,248"),
        (Fraction(777000000), "777,000,000"),
        (Decimal("0.5"), "0.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(1, 200), "0.01"),
        (0, "0"),
        (-1200, "-1,200"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(-1, 1000), "0"),
        (10**29 + 1, "100,000,000,000,000,000,000,000,000,001"),
        (Fraction(10**31 + 1, 100), "100,000,000,000,000,000,000,000,000,000.01"),
        (None, "–"),
    ],
)
def test_a_number_is_grouped_by_thousands_and_rounded_half_up_without_idle_zeros(value: object, text: str):
    assert grouped(value) == text


def test_a_percentage_keeps_its_two_decimals():
    assert fixed(Fraction(65800, 958)) == "68.68"
    assert fixed(Fraction(50)) == "50.00"


def test_a_number_without_decimals_is_rounded_to_the_whole():
    assert fixed(Fraction(5, 2), 0) == "3"
    assert fixed(Fraction(-5, 2), 0) == "-3"


@pytest.mark.parametrize(
    ("step", "places"), [("0", 0), ("1", 0), ("1000", 0), ("1/10", 1), ("1/100", 2), ("1/4", 2), ("1/3", 12)]
)
def test_the_step_tells_how_many_decimals_were_printed(step: str, places: int):
    assert decimals_of(Fraction(step)) == places


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12758.00"), "12,758"),
        ("5000.00", "5,000"),
        (Decimal("12758.5"), "12,758.50"),
        (Decimal("0"), "0"),
        (Decimal("-1500.25"), "-1,500.25"),
        (None, "–"),
    ],
)
def test_an_amount_has_thousands_apart_and_its_cents_only_where_there_are_some(value: object, text: str):
    assert written(value) == text
