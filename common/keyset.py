"""Pages that begin after a row: a deep page costs what the first one does, and no row is missed or shown twice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, DateField, Expression, F, Field, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from common.refusals import Invalid

LONGEST_CURSOR = 2000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Order:
    """Rows in the order of `keys` (columns or annotations; the last is unique), from the end if `descending`."""

    name: str
    keys: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Between two rows: behind the row with these `values` of the keys, or before it where `backward`."""

    values: tuple[Any, ...]
    backward: bool = False


class Beyond(Expression):
    """Whether the keys, compared as a row, lie beyond the values: one condition that an index on the keys serves."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, keys: Iterable[Any], values: Iterable[Any], sign: str) -> None:
        super().__init__()
        self.keys = list(keys)
        self.values = list(values)
        self.sign = sign

    def get_source_expressions(self) -> list[Any]:
        return [*self.keys, *self.values]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.keys, self.values = list(exprs[: len(self.keys)]), list(exprs[len(self.keys) :])

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, right = [compiler.compile(each) for each in self.keys], [compiler.compile(each) for each in self.values]
        sql = f"({', '.join(part for part, _ in left)}) {self.sign} ({', '.join(part for part, _ in right)})"
        return sql, tuple(value for _, values in (*left, *right) for value in values)


def order_asked(text: str | None, offered: Mapping[str, tuple[str, ...]]) -> Order:
    """The order that `sort` asks for, the first one offered where it asks for none; Invalid where it is not offered."""
    if not text:
        name, keys = next(iter(offered.items()))
        return Order(name, keys)
    name = text.removeprefix("-")
    if name not in offered:
        told = {"name": text, "known": ", ".join(f"{each}, -{each}" for each in offered)}
        raise Invalid(
            _("There is no order “%(name)s”. Known: %(known)s.") % told, code="invalid_parameter", field="sort"
        )
    return Order(name, offered[name], text.startswith("-"))


def encode(order: Order, position: Position) -> str:
    """A position as the opaque text of an address; it tells nothing that the row did not, and grants nothing."""
    said = [order.name, order.descending, position.backward, *position.values]
    return base64.urlsafe_b64encode(orjson.dumps(said)).rstrip(b"=").decode()


def decode(text: str, order: Order, rows: QuerySet[Any]) -> Position:
    """The position that `encode` wrote for this order of rows; Invalid where it is damaged or of another order."""
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError
        name, descending, backward, *values = orjson.loads(base64.b64decode(_padded(text), b"-_", validate=True))
        if (name, descending) != (order.name, order.descending) or type(backward) is not bool:
            raise ValueError
        read = tuple(_read(field_of(key, rows), value) for key, value in zip(order.keys, values, strict=True))
    except (ValueError, TypeError, ValidationError, binascii.Error, UnicodeError) as error:
        raise Invalid(
            _("The cursor is damaged or belongs to another list. Start from the first page."),
            code="invalid_cursor",
            field="cursor",
        ) from error
    return Position(read, backward)


def page_of(rows: QuerySet[Any], order: Order, *, values: Sequence[Any] = (), backward: bool = False) -> QuerySet[Any]:
    """The rows in the order, read backward if so; with `values`, one for each key, only those beyond them."""
    reverse = order.descending is not backward
    keys = [expression_of(key, rows) for key in order.keys]
    ordered = rows.order_by(*(key.desc() if reverse else key.asc() for key in keys))
    return ordered.filter(Beyond(keys, values, "<" if reverse else ">")) if values else ordered


def cut(
    found: Sequence[Row], size: int, position: Position | None, keys: Callable[[Row], tuple[Any, ...]]
) -> tuple[list[Row], Position | None, Position | None]:
    """
    The page of what was read from a position, in the order of the list, and where the pages before and after begin.

    `found` holds one row more than `size` where there are more; `keys` reads the values of a row's keys.
    """
    is_more, page = len(found) > size, list(found[:size])
    if not page:
        return [], None, None
    backward = position is not None and position.backward
    if backward:
        page.reverse()
    is_before, is_after = (is_more, True) if backward else (position is not None, is_more)
    before = Position(keys(page[0]), backward=True) if is_before else None
    return page, before, Position(keys(page[-1])) if is_after else None


def expression_of(key: str, rows: QuerySet[Any]) -> F | Coalesce:
    """What rows are ordered by: the column or annotation, or the end of all days where a day is missing."""
    model: type[Model] = rows.model
    if key in rows.query.annotations or not column_of(key, model).null:
        return F(key)
    return Coalesce(F(key), Value(date.max), output_field=DateField())


def field_of(key: str, rows: QuerySet[Any]) -> Field[Any, Any]:
    """The type of the column or annotation that a key names."""
    model: type[Model] = rows.model
    annotation = rows.query.annotations.get(key)
    return column_of(key, model) if annotation is None else annotation.output_field


def _padded(text: str) -> bytes:
    return text.encode("ascii") + b"=" * (-len(text) % 4)


def _read(field: Field[Any, Any], value: Any) -> Any:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return field.to_python(value)


@cache
def column_of(key: str, model: type[Model]) -> Field[Any, Any]:
    """The column that a key names; a foreign key's is the key of what it points to."""
    try:
        field: Any = model._meta.get_field(key.removesuffix("_id"))
    except FieldDoesNotExist:
        field = model._meta.get_field(key)
    found: Field[Any, Any] = field.target_field if field.is_relation else field
    return found
