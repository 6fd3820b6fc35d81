"""The two per-capita amounts of an income survey."""

from decimal import Decimal

import pytest

from households.rules.incomes import IncomeItems


def items(**changed):
    values = {
        "wage": "12000",
        "business": "8000.50",
        "property": "300",
        "transfer": "2500.25",
        "business_expense": "3000.75",
        "claims": "1000",
        "self_paid": "7000",
    } | changed
    return IncomeItems(**{name: Decimal(value) for name, value in values.items()})


def test_gross_adds_the_four_kinds_of_income():
    assert items().gross == Decimal("22800.75")


def test_net_takes_off_what_the_business_cost():
    assert items().net == Decimal("19800.00")


def test_the_reference_adds_claims_and_takes_off_self_paid_spending():
    assert items().reference_total == Decimal("13800.00")


def test_both_amounts_per_person_are_in_cents():
    assert str(items().per_capita(3)) == "6600.00"
    assert str(items().reference_per_capita(3)) == "4600.00"
    assert str(items().per_capita(7)) == "2828.57"


@pytest.mark.parametrize(
    ("wage", "expected"), [("0.01", "0.01"), ("0.03", "0.02"), ("0.05", "0.03"), ("-0.01", "-0.01")]
)
def test_half_a_cent_is_rounded_up_and_not_to_even(wage, expected):
    alone = items(wage=wage, business="0", property="0", transfer="0", business_expense="0", claims="0", self_paid="0")
    assert alone.per_capita(2) == Decimal(expected)


def test_a_household_without_members_counts_as_one():
    assert items().per_capita(0) == items().per_capita(1) == Decimal("19800.00")
    assert items().reference_per_capita(0) == Decimal("13800.00")


def test_spending_can_bring_the_reference_below_zero():
    assert items(self_paid="30000").reference_per_capita(2) == Decimal("-4600.00")
