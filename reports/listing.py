"""Pages of a long list of the site, in an order that the reader chose; cut as those of the API are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from common import keyset
from common.keyset import Position
from common.names import Name
from common.refusals import Invalid

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by `keys`: columns or annotations, of which the last is unique; with its name for the reader."""

    name: Name
    keys: keyset.Order


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, with the cursors of the pages before and after where there are such."""

    rows: tuple[Any, ...]
    before: str
    after: str
    is_whole: bool


def page(rows: QuerySet[Any], order: Order, *, cursor: str = "", size: int | None = None) -> Page:
    """The rows where the cursor says, the first ones without; Invalid where it is not of such a list."""
    size, by = size or ROWS_A_PAGE, order.keys
    position = keyset.decode(cursor, by, rows) if cursor else None
    found, before, after = keyset.cut(_read(rows, by, position, size), size, position, lambda row: _values(by, row))
    return Page(
        rows=tuple(found),
        before=keyset.encode(by, before) if before else "",
        after=keyset.encode(by, after) if after else "",
        is_whole=position is None and after is None,
    )


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


def _read(rows: QuerySet[Any], by: keyset.Order, position: Position | None, size: int) -> list[Any]:
    """The rows beyond a position, one more than the page holds."""
    if position is None:
        return list(keyset.page_of(rows, by)[: size + 1])
    fields = [keyset.field_of(key, rows) for key in by.keys]
    values = [Value(value, output_field=field) for value, field in zip(position.values, fields, strict=True)]
    return list(keyset.page_of(rows, by, values=values, backward=position.backward)[: size + 1])


def _values(by: keyset.Order, row: Any) -> tuple[str, ...]:
    return tuple(str(getattr(row, key)) for key in by.keys)
