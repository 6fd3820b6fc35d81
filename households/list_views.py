"""What lists of records by their moment share: the page that the address asks for, and the addresses around it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Prefetch, QuerySet, Value
from django.http import HttpRequest

from common.keyset import Order, Position, cut, decode, encode, page_of
from households.models import Membership
from households.rules.codes import Relationship

ROWS_A_PAGE = 50
# The head of the household that a row is about, whose name stands for it.
HEADS = Prefetch(
    "household__memberships",
    Membership.objects.filter(relationship=Relationship.HEAD, left_on__isnull=True).select_related("member"),
    "heads",
)


def newest_first(request: HttpRequest, rows: QuerySet[Any], moment: str) -> tuple[list[Any], dict[str, Any]]:
    """One page of `rows`, the latest `moment` first, with heads; and what the pager tells. Invalid for a bad cursor."""
    order = Order("newest", (moment, "id"), descending=True)
    cursor = request.GET.get("cursor", "")
    position = decode(cursor, order, rows) if cursor else None
    values = [Value(each) for each in position.values] if position else ()
    found = page_of(rows, order, values=values, backward=position is not None and position.backward)

    def keys(row: Model) -> tuple[str, str]:
        return getattr(row, moment).isoformat(), str(row.pk)

    page, before, after = cut(list(found.prefetch_related(HEADS)[: ROWS_A_PAGE + 1]), ROWS_A_PAGE, position, keys)
    return page, {
        "is_later_page": position is not None,
        "first_address": _address(request, order, None),
        "previous_address": _address(request, order, before) if before else "",
        "next_address": _address(request, order, after) if after else "",
    }


def _address(request: HttpRequest, order: Order, position: Position | None) -> str:
    asked = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    if position is not None:
        asked.append(("cursor", encode(order, position)))
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
