"""Pages that begin after a row: a deep page costs what the first one does, and no row is missed or shown twice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, DateField, Expression, F, Field, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from common.refusals import Invalid
from common.statements import Given

LONGEST_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class Order:
    """Rows in the order of `keys` (columns; the last ones are unique), from the end if `descending`."""

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


def decode(text: str, order: Order, model: type[Model]) -> Position:
    """The position that `encode` wrote for this order; Invalid where the text is damaged or of another order."""
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError
        name, descending, backward, *values = orjson.loads(base64.b64decode(_padded(text), b"-_", validate=True))
        if (name, descending) != (order.name, order.descending) or type(backward) is not bool:
            raise ValueError
        read = tuple(_read(key, value, model) for key, value in zip(order.keys, values, strict=True))
    except (ValueError, TypeError, ValidationError, binascii.Error, UnicodeError) as error:
        raise Invalid(
            _("The cursor is damaged or belongs to another list. Start from the first page."),
            code="invalid_cursor",
            field="cursor",
        ) from error
    return Position(read, backward)


def page_of(rows: QuerySet[Any], order: Order, direction: bool | None) -> QuerySet[Any]:
    """
    The rows in the order; beyond a position where `direction` says whether backward from it (None: all rows).

    The values of the position are slots `key0`, `key1` and so on of the statement.
    """
    model: type[Model] = rows.model
    reverse = order.descending is not bool(direction)
    keys = [expression_of(key, model) for key in order.keys]
    ordered = rows.order_by(*(key.desc() if reverse else key.asc() for key in keys))
    if direction is None:
        return ordered
    values = [Given(f"key{number}", field_of(key, model)) for number, key in enumerate(order.keys)]
    return ordered.filter(Beyond(keys, values, "<" if reverse else ">"))


def expression_of(key: str, model: type[Model]) -> F | Coalesce:
    """What rows are ordered by: the column, or the end of all days where a day is missing."""
    field = field_of(key, model)
    return Coalesce(F(key), Value(date.max), output_field=DateField()) if field.null else F(key)


def _padded(text: str) -> bytes:
    return text.encode("ascii") + b"=" * (-len(text) % 4)


def _read(key: str, value: Any, model: type[Model]) -> Any:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return field_of(key, model).clean(value, None)


@cache
def field_of(key: str, model: type[Model]) -> Field[Any, Any]:
    """The column that a key names; a foreign key's is the key of what it points to."""
    try:
        field: Any = model._meta.get_field(key.removesuffix("_id"))
    except FieldDoesNotExist:
        field = model._meta.get_field(key)
    found: Field[Any, Any] = field.target_field if field.is_relation else field
    return found
