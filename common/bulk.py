"""Writing many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

ROWS_A_STATEMENT = 1000


def update_all(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the fields `names` of rows of one model: a statement for each thousand, whatever each row's values are."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        _update(rows[start : start + ROWS_A_STATEMENT], names)


def _update(rows: Sequence[Model], names: Sequence[str]) -> None:
    options = rows[0]._meta
    named = {field.name: field for field in options.concrete_fields}
    fields = [*(field for field in named.values() if field.primary_key), *(named[name] for name in names)]
    columns = [field.column for field in fields]
    arrays = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields]
    casts = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    changes = ", ".join(f'"{column}" = new."{column}"' for column in columns[1:])
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{options.db_table}" AS held SET {changes} '  # noqa: S608 (names of our own tables and columns)
            f'FROM unnest({casts}) AS new({listed}) WHERE held."{columns[0]}" = new."{columns[0]}"',
            arrays,
        )
