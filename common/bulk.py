"""Writing many rows in one statement: the rows travel as one JSON text, which PostgreSQL reads as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
from django.contrib.postgres.fields import ArrayField, RangeField
from django.db import connection
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)

ROWS_A_STATEMENT = 2000  # more than a part of a run, which is a thousand and what belongs to the last household
# Values of these travel as they are; a moment keeps its zone.
PLAIN = (BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField, UUIDField, ArrayField, JSONField)
Write = Callable[[Any], Any]
Row = TypeVar("Row", bound=Model)


def insert_all(rows: Iterable[Row]) -> list[Row]:
    """Add rows of one model, a statement for each two thousand; keys that the database gives out are not told."""
    given = list(rows)
    for start in range(0, len(given), ROWS_A_STATEMENT):
        batch = given[start : start + ROWS_A_STATEMENT]
        fields = [field for field in batch[0]._meta.concrete_fields if not field.generated]
        if batch[0].pk is None:
            fields = [field for field in fields if not field.primary_key]
        listed = ", ".join(f'"{field.column}"' for field in fields)
        table = batch[0]._meta.db_table
        _run(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM {_table(fields)}', batch, fields)  # noqa: S608
        for row in batch:
            row._state.adding = False
    return given


def update_all(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the fields `names` of rows of one model: a statement for each two thousand, each with its own values."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        batch = rows[start : start + ROWS_A_STATEMENT]
        options = batch[0]._meta
        named = {field.name: field for field in options.concrete_fields}
        key = next(field for field in named.values() if field.primary_key)
        fields = [key, *(named[name] for name in names)]
        changes = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields[1:])
        _run(
            f'UPDATE "{options.db_table}" AS held SET {changes} '  # noqa: S608 (names of our own tables and columns)
            f'FROM {_table(fields)} WHERE held."{key.column}" = new."{key.column}"',
            batch,
            fields,
        )


def _run(sql: str, rows: Sequence[Model], fields: Sequence[Field[Any, Any]]) -> None:
    writers = [(field.column, field.attname, _writer(field)) for field in fields]
    told = [
        {column: getattr(row, name) if write is None else write(getattr(row, name)) for column, name, write in writers}
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, [orjson.dumps(told, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str).decode()])


def _table(fields: Sequence[Field[Any, Any]]) -> str:
    columns = ", ".join(f'"{field.column}" {_type(field)}' for field in fields)
    return f"json_to_recordset(%s::json) AS new({columns})"


@cache
def _type(field: Field[Any, Any]) -> str:
    """The type of the column, without its length: what is too long is refused, never cut."""
    return str(field.db_type(connection)).split("(")[0] + ("[]" if isinstance(field, ArrayField) else "")


@cache
def _writer(field: Field[Any, Any]) -> Write | None:
    """How a value of the field is written into JSON; None where it is written as it is."""
    kind = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(kind, PLAIN):
        return None
    if isinstance(kind, BinaryField):
        return _hex
    if isinstance(kind, RangeField):
        return _range
    return lambda value: None if value is None else str(field.get_db_prep_save(value, connection))


def _hex(value: Any) -> str | None:
    return None if value is None else "\\x" + bytes(value).hex()


def _range(value: Any) -> str | None:
    if value is None:
        return None
    first, last = ("" if end is None else str(end) for end in (value.lower, value.upper))
    return f"{value.bounds[0]}{first},{last}{value.bounds[1]}"
