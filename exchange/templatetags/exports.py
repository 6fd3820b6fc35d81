"""The part of a list's page from which its rows are taken along as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template

from exchange.out_lists import OFFERS, Offer
from exchange.rules.export_states import FORMATS, Format
from exchange.rules.out_columns import column_of
from exchange.rules.page_state import columns_of
from households.operations.exports import LONGEST_PURPOSE
from households.rules.levels import below, level_of
from reports import pages

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tick:
    """A column that can be ticked."""

    value: str
    heading: str
    is_ticked: bool


@register.inclusion_tag("exchange/export_dialog.html", takes_context=True)
def export_dialog(
    context: Mapping[str, Any], listed: str, *, state: Mapping[str, str], columns: Sequence[str] = (), **more: str
) -> dict[str, Any]:
    """The form for the list `listed` in this state of its page, with the columns of the page ticked."""
    offer = OFFERS[listed]
    scope = pages.parameters(context["scope"]) if "scope" in context else {}
    if listed == "indicators" and (level := below(level_of(context["scope"].division))):
        more["by"] = level.value
    told = {**scope, **{name: str(value) for name, value in state.items()}, **more}
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "listed": listed,
        "state": urlencode(told),
        **choices(offer, columns_of(columns, offer.columns) or offer.first),
    }


def choices(offer: Offer, ticked: Sequence[str], shape: str = Format.XLSX.value) -> dict[str, Any]:
    """What the form offers for a list."""
    return {
        "columns": [
            Tick(name, str(column_of(offer.code, name).heading), name in ticked)
            for name in dict.fromkeys((*ticked, *offer.first, *offer.columns))
        ],
        "formats": [(each.value, str(name), each.value == shape) for each, name in FORMATS.items()],
        "has_numbers": bool(offer.number_field),
        "longest_purpose": LONGEST_PURPOSE,
    }
