"""Row-level security as a step of a migration: of a table the database shows and takes what the scope reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import Field, Model

from common.scopes import FIGURES, KEYS, RECORDS

POLICY = "within_scope"


def told(setting: str, kind: str = "text") -> str:
    """The array that a setting holds, read once a query; null, which nothing equals, where none is set."""
    return f"(SELECT nullif(current_setting('{setting}', true), '')::{kind}[])::{kind}[]"


def begins(column: str, setting: str = RECORDS) -> str:
    """Whether the code in `column` lies under one of the codes of the setting."""
    return f"{column} ^@ ANY ({told(setting)})"


def likely(condition: str) -> str:
    """
    The condition, in a form of which PostgreSQL expects that nearly all rows satisfy it.

    It knows nothing of what a setting holds, would expect one row in twenty and read pages in another way; queries ask
    for rows within their scope by themselves, so that the condition hardly ever takes one away.
    """
    return f"(CASE WHEN {condition} THEN 1 ELSE 0 END) <> 0"


class ProtectRows(Operation):
    """
    Rows of a model are shown and taken where one of `places` lies in the scope, where the record at the end of the path
    `keys` is among its keys, or where one of the rows that `through` points to is shown itself.

    `figures`: the scope of who reads figures counts, for rows that name nobody. One line for a new model, for example
    `ProtectRows("visit", places=["village"], keys="household")` or `ProtectRows("answer", through=["visit"])`.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        name: str,
        places: Sequence[str] = (),
        keys: str = "",
        through: Sequence[str] = (),
        *,
        figures: bool = False,
    ) -> None:
        self.name, self.places, self.keys, self.through, self.figures = name, places, keys, through, figures

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Policies are no part of the models' state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Protect the table, also from its owner."""
        model = to_state.apps.get_model(app_label, self.name)
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY {POLICY} ON {table} USING ({self.condition(model)})"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Show every row again."""
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.name)._meta.db_table)
        schema_editor.execute(
            f"DROP POLICY {POLICY} ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; "
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )

    def describe(self) -> str:
        """What the step does."""
        return f"Protect the rows of {self.name}"

    @property
    def migration_name_fragment(self) -> str:
        """Part of a migration's name."""
        return f"protect_{self.name.lower()}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How the step is written."""
        given = {"places": self.places, "keys": self.keys, "through": self.through, "figures": self.figures}
        return type(self).__name__, [self.name], {name: value for name, value in given.items() if value}

    def condition(self, model: type[Model]) -> str:
        """What a row must satisfy to be shown or taken."""
        setting = FIGURES if self.figures else RECORDS
        parts = [begins(f'"{_column(model, place)}"', setting) for place in self.places]
        parts += [_shown(model, field) for field in self.through]
        if self.keys:
            parts.append(_among(model, self.keys.split("__")))
        return likely(" OR ".join(parts))


def _column(model: type[Model], name: str) -> str:
    return _field(model, name).column


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _shown(model: type[Model], name: str) -> str:
    """Whether the row that a foreign key points to is shown, as its own table decides."""
    field = _field(model, name)
    other: Any = field.related_model
    table, key = other._meta.db_table, other._meta.pk.column
    return f'EXISTS (SELECT FROM "{table}" AS other WHERE other."{key}" = "{model._meta.db_table}"."{field.column}")'


def _among(model: type[Model], path: Sequence[str]) -> str:
    """Whether the record at the end of the path is among the keys of the scope."""
    field = _field(model, path[0])
    if len(path) == 1:
        return f'"{field.column}" = ANY ({told(KEYS, "uuid")})'
    other: Any = field.related_model
    reached = f'SELECT "{other._meta.pk.column}" FROM "{other._meta.db_table}" WHERE {_among(other, path[1:])}'  # noqa: S608
    return f'"{field.column}" IN ({reached})'
