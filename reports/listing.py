"""Pages of a long list that begin after or before a row, in an order that the reader chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.names import Name
from common.refusals import Invalid

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 500
BETWEEN = "_"


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by `keys`: columns or annotations that are never null, of which the last is unique; each with its reader."""

    name: Name
    keys: Mapping[str, Callable[[str], Any]]
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, with the marks of the first and the last where there are rows before and after them."""

    rows: tuple[Any, ...]
    before: str
    after: str
    is_whole: bool


def code(text: str) -> str:
    """The code of a village in a mark; ValueError where it is none."""
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return text


DAY, KEY = date.fromisoformat, UUID


def page(rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", size: int | None = None) -> Page:
    """The rows after a mark, or those before it; Invalid where the mark names no row of such a list."""
    size = size or ROWS_A_PAGE
    is_back = bool(before) and not after
    mark = after or before
    is_down = order.is_descending is not is_back
    held = rows.order_by(*(f"-{key}" if is_down else key for key in order.keys))
    if mark:
        held = held.filter(_beyond(order, mark, "lt" if is_down else "gt", field="before" if is_back else "after"))
    found = list(held[: size + 1])
    is_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    has_before, has_after = (is_more, True) if is_back else (bool(mark), is_more)
    return Page(
        rows=tuple(found),
        before=_mark(order, found[0]) if found and has_before else "",
        after=_mark(order, found[-1]) if found and has_after else "",
        is_whole=not mark and not is_more,
    )


def every(rows: QuerySet[Any], order: Order) -> Iterator[tuple[Any, ...]]:
    """All rows, a chunk at a time, so that a long file is never held whole."""
    after = ""
    while True:
        chunk = page(rows, order, after=after, size=ROWS_A_CHUNK)
        if chunk.rows:
            yield chunk.rows
        after = chunk.after
        if not after:
            return


def order_asked(asked: str, offered: Mapping[str, Order]) -> Order:
    """The order of that name, the first one offered where none is asked; Invalid where it is not offered."""
    order = offered.get(asked) if asked else next(iter(offered.values()))
    if order is None:
        raise Invalid(
            _("There is no order “%(name)s”. Known: %(known)s.") % {"name": asked, "known": ", ".join(offered)},
            code="invalid_parameter",
            field="sort",
        )
    return order


def _mark(order: Order, row: Any) -> str:
    return BETWEEN.join(str(getattr(row, key)) for key in order.keys)


def _beyond(order: Order, mark: str, sign: str, *, field: str) -> Q:
    """Rows whose keys, compared one after the other, lie beyond the mark; the first key alone bounds the scan."""
    try:
        values = [read(part) for read, part in zip(order.keys.values(), mark.split(BETWEEN), strict=True)]
    except ValueError as error:
        raise Invalid(
            _("“%(field)s” does not name a row of the list. Start from its first page.") % {"field": field},
            code="invalid_parameter",
            field=field,
        ) from error
    keys = list(order.keys)
    beyond = Q()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = Q(**{f"{key}__{sign}": value}) | (Q(**{key: value}) & beyond if beyond else Q())
    return beyond & Q(**{f"{keys[0]}__{sign}e": values[0]})
