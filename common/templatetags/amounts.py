"""How amounts of money stand on a page."""

from __future__ import annotations

from decimal import Decimal

from django import template

from common.numbers import written

register = template.Library()


@register.filter
def yuan(value: Decimal | None) -> str:
    """An amount as a reader expects it, with thousands apart; a dash where there is none."""
    return written(value)
