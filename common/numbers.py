"""Numbers as text for readers: thousands apart, rounded half up, the decimals that were asked for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

ABSENT = "–"


def grouped(value: Fraction | Decimal | int | None, places: int = 2) -> str:
    """A number with thousands separators and at most `places` decimals, without trailing zeros; a dash for None."""
    if value is None:
        return ABSENT
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Fraction | Decimal | int | None, places: int = 2) -> str:
    """A number with thousands separators and exactly `places` decimals; a dash for None."""
    if value is None:
        return ABSENT
    exact = Fraction(value)
    scaled = int(abs(exact) * 10**places + Fraction(1, 2))
    sign = "-" if exact < 0 and scaled else ""
    whole, decimals = divmod(scaled, 10**places)
    return f"{sign}{whole:,}.{decimals:0{places}}" if places else f"{sign}{whole:,}"


def written(value: Decimal | str | None) -> str:
    """An amount of money with thousands separators: whole yuan without decimals, others to the cent; a dash if none."""
    if value is None:
        return ABSENT
    amount = Decimal(value)
    return fixed(amount, 0 if amount == amount.to_integral_value() else 2)


def decimals_of(step: Fraction) -> int:
    """How many decimals a number has that is printed in units of `step`: 1 for a tenth, 0 for 1 and for 1,000."""
    places = 0
    while step and (step * 10**places).denominator != 1 and places < 12:
        places += 1
    return places
