"""Numbers in templates."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django import template

from common import numbers

register = template.Library()


@register.filter
def grouped(value: Fraction | Decimal | int | None) -> str:
    """A number with thousands separators, a dash for None."""
    return numbers.grouped(value)
