"""Rows as JSON that PostgreSQL builds, from the very queryset that any other reader of the rows would use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast
from rest_framework import serializers

from common.keyset import Order, Position, cut, expression_of, field_of, page_of
from common.statements import Given, Statement, kept


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, each the text of a JSON object, with the positions from which the pages around it are read."""

    rows: list[str]
    before: Position | None
    after: Position | None


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything about a page but where it begins: which columns, in which order, how many rows."""

    columns: tuple[tuple[str, Any], ...]
    order: Order
    size: int


@cache
def columns_of(row: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """For each field of the serializer what it is read from: a column, or what `Meta.computed` says; money as text."""
    meta = getattr(row, "Meta", None)
    computed: Mapping[str, Any] = getattr(meta, "computed", {})
    columns: dict[str, Any] = {}
    for name, field in row().fields.items():
        path = str(field.source or name).replace(".", "__")
        is_money = isinstance(field, serializers.DecimalField)
        columns[name] = computed.get(name) or (Cast(F(path), CharField()) if is_money else path)
    return columns


def page(rows: Callable[[], QuerySet[Any]], shape: Shape, position: Position | None, *, key: Hashable = None) -> Page:
    """
    Up to `shape.size` rows beyond the position, in one query.

    `key` tells all that `rows()` depends on: with it, `rows()` is called and compiled only once for the key.
    """
    backward = position is not None and position.backward

    def make() -> Statement:
        held = rows()
        values = [Given(slot, field_of(name, held)) for slot, name in zip(slots, shape.order.keys, strict=False)]
        cut_off = page_of(held, shape.order, values=values, backward=backward)[: shape.size + 1]
        return _statement(cut_off, shape.columns, shape.order)

    given = {f"key{number}": value for number, value in enumerate(position.values)} if position else {}
    slots = tuple(given)
    statement = make() if key is None else kept((key, shape, slots, backward), make)
    found = statement.run("default", is_kept=key is not None, **given)
    page_rows, before, after = cut(found, shape.size, position, lambda row: row[1:])
    return Page([row[0] for row in page_rows], before, after)


def every(rows: QuerySet[Any], columns: Mapping[str, Any]) -> list[str]:
    """All rows of a queryset that is known to be short, in its own order."""
    return [row[0] for row in _statement(rows, tuple(columns.items()), None).run(rows.db)]


def keyed(
    rows: Callable[[], QuerySet[Any]],
    columns: Mapping[str, Any],
    keys: tuple[str, ...],
    *,
    key: Hashable,
    **given: Any,
) -> list[tuple[str, ...]]:
    """For each row its JSON text and the values of `keys` as text; `given` are the values of its slots (see `page`)."""

    def make() -> Statement:
        return _statement(rows(), tuple(columns.items()), Order("keys", keys))

    found: list[tuple[str, ...]] = kept(key, make).run("default", is_kept=True, **given)
    return found


def in_chunks(rows: QuerySet[Any], columns: Mapping[str, Any], order: Order, size: int) -> Iterator[list[str]]:
    """
    All rows in the order, so many at a time, as they stood when the first was asked for.

    The server keeps the result (a cursor that outlives its transaction), so that however long it takes to read, this
    process holds one chunk and no transaction stays open, which would keep back what others are told.
    """
    statement = _statement(page_of(rows, order), tuple(columns.items()), None)
    if not statement.sql:
        return
    with connections[rows.db].chunked_cursor() as cursor:
        cursor.execute(statement.sql, [])
        while found := cursor.fetchmany(size):
            yield [row[0] for row in found]


def _statement(rows: QuerySet[Any], columns: Sequence[tuple[str, Any]], order: Order | None) -> Statement:
    """For each row its JSON text, then the values of the keys as text."""
    wanted = [column for _name, column in columns]
    places = []
    for key in order.keys if order else ():
        expression = expression_of(key, rows)
        if isinstance(expression, F) and key in wanted:
            places.append(wanted.index(key))
        else:
            places.append(len(wanted))
            wanted.append(expression)
    given = ", ".join(f"c{number}" for number in range(len(wanted)))
    named = ", ".join(f'r.c{number} AS "{name}"' for number, (name, _column) in enumerate(columns))
    keys = "".join(f", r.c{place}::text" for place in places)

    def wrapped(inner: str) -> str:
        told = f"SELECT row_to_json(j)::text{keys} FROM ({inner}) AS r({given})"  # noqa: S608 (names of our own)
        return f"{told} CROSS JOIN LATERAL (SELECT {named}) AS j"

    return Statement.of(rows.values_list(*wanted), wrapped)
