"""Amounts of money on a page."""

from decimal import Decimal

from django.template import Context, Template


def test_a_page_groups_an_amount_and_shows_a_dash_for_none():
    page = Template("{% load amounts %}{{ paid|yuan }} {{ lent|yuan }}")
    assert page.render(Context({"paid": Decimal("12758.00"), "lent": None})) == "12,758 –"
