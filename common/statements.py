"""Questions compiled once: the SQL of a queryset is kept, prepared by PostgreSQL, and asked again with other values."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connections
from django.db.models import Expression, Field, QuerySet
from psycopg import sql as composing

from common import prepared

MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value that is given each time the statement is run."""

    name: str


class Given(Expression):
    """A value of the column type `field` that is not known before the statement is run."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.slot = Slot(name)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        field: Any = self.output_field
        return f"%s::{field.cast_db_type(connection)}", [self.slot]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its known values written into it and its slots by name; "" where no row can be found at all."""

    sql: str
    slots: tuple[str, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any], wrapped: Callable[[str], str] = str) -> Statement:
        """What `rows` asks, `wrapped` into a larger question."""
        try:
            sql, parameters = rows.query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            return cls("", ())
        # A plan made once must know the values on which it depends; what differs from call to call stays open.
        told = tuple(f"%({each.name})s" if isinstance(each, Slot) else _literal(each) for each in parameters)
        slots = tuple({each.name: None for each in parameters if isinstance(each, Slot)})
        return cls(wrapped(sql.replace("%%", "%%%%") % told), slots)

    def run(self, alias: str, *, is_kept: bool = False, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, with a value for each slot; `is_kept` where the same statement will be asked again."""
        if not self.sql:
            return []
        values = {name: given[name] for name in self.slots}
        connection: Any = connections[alias]
        if not is_kept:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, values)
                found: list[tuple[Any, ...]] = cursor.fetchall()
                return found
        try:
            return _ask(connection, self.sql, values)
        except OperationalError:
            # The connection was kept since an earlier request and may have died meanwhile; a question can be repeated.
            if connection.in_atomic_block or connection.health_check_done:
                raise
            connection.close()
            return _ask(connection, self.sql, values)


def _literal(value: Any) -> str:
    return composing.Literal(value).as_string(None).replace("%", "%%")


def _ask(connection: Any, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    if connection.is_watched or not prepared.may_be_asked(connection.connection):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
    else:
        connection.tell_scope()
        with connection.wrap_database_errors:
            found = prepared.ask(connection.connection, sql, values)
    connection.health_check_done = True
    return found


_kept: dict[Hashable, Statement] = {}


def kept(key: Hashable, make: Callable[[], Statement]) -> Statement:
    """The statement of that key, made at its first use."""
    statement = _kept.get(key)
    if statement is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        statement = _kept[key] = make()
    return statement
