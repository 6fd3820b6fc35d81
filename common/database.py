"""The two roles of the database: the owner changes its shape, the application only its rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

MAY = "SELECT, INSERT, UPDATE, DELETE"


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """
    This thread's connection belongs to the role that owns the schema inside the block, to the application after it.

    Raises TransactionManagementError inside a transaction, which a new connection would tear.
    """
    connection = connections[alias]
    before = dict(connection.settings_dict)
    options = {name: value for name, value in before.get("OPTIONS", {}).items() if name != "pool"}
    owner: dict[str, Any] = {**settings.DATABASE_OWNER, "OPTIONS": options}
    if before["USER"] == owner["USER"]:
        yield
        return
    reconnect(connection, owner)
    try:
        yield
    finally:
        reconnect(connection, {name: before[name] for name in owner})


def reconnect(connection: BaseDatabaseWrapper, changes: dict[str, Any]) -> None:
    """Lets the connection be opened anew, at its next use, with other settings."""
    if connection.in_atomic_block:
        raise TransactionManagementError("The role of a connection cannot change inside a transaction.")
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict.update(changes)


def look_up_by_index(alias: str = DEFAULT_DB_ALIAS) -> None:
    """
    Until the transaction ends rows are looked up by index: for work on a thousand records that are known by key.

    PostgreSQL takes a thousand lookups for dearer than reading a table of some hundred thousand rows, which they are
    not once the table is in memory; row-level security makes it read the table of households for each statement.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def grant_before_migrating(alias: str = DEFAULT_DB_ALIAS) -> None:
    """What the owner will make, the application may read and write; a migration can take some of it back."""
    role = application_role(alias)
    if role is None:
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {MAY} ON TABLES TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}")


def grant_after_migrating(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Tables and sequences that are older than the application's role become usable to it too."""
    role = application_role(alias)
    if role is None:
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', n.nspname, c.relname), c.relkind FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
            "WHERE pg_has_role(c.relowner, 'USAGE') AND CASE "
            "WHEN c.relkind IN ('r', 'p', 'v', 'm') THEN NOT has_table_privilege(%s, c.oid, 'SELECT') "
            "WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(%s, c.oid, 'USAGE') END",
            [settings.DATABASE_APPLICATION_ROLE] * 2,
        )
        for name, kind in cursor.fetchall():
            cursor.execute(f"GRANT {'USAGE' if kind == 'S' else MAY} ON {name} TO {role}")


def application_role(alias: str = DEFAULT_DB_ALIAS) -> str | None:
    """The quoted name of the application's role; None where it is the owner itself and needs no grant."""
    name: str = settings.DATABASE_APPLICATION_ROLE
    return None if name == settings.DATABASE_OWNER["USER"] else connections[alias].ops.quote_name(name)
