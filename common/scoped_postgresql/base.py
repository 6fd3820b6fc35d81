"""Django's connection to PostgreSQL, which tells the present scope before a statement is run in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from common import scopes
from common.scopes import Scope

TELL = (
    f"SELECT set_config('{scopes.RECORDS}', %s, false), set_config('{scopes.FIGURES}', %s, false), "
    f"set_config('{scopes.KEYS}', %s, false)"
)
UNKNOWN = object()


# Its stubs leave out what runs at the end of a transaction.
Connection: Any = base.DatabaseWrapper


class DatabaseWrapper(Connection):
    """
    A connection that never runs a statement under the scope of somebody else.

    `told` is the scope that the server last heard of; the settings belong to the session, so that a statement of the
    same scope costs no question more. What a rollback may have undone is told again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.told: Scope | object | None = UNKNOWN
        self.is_telling = False
        self.execute_wrappers.append(self._in_scope)

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection of which nothing is known yet, be it new or from the pool."""
        self.told = UNKNOWN
        return super().get_new_connection(conn_params)

    @property
    def is_watched(self) -> bool:
        """Whether somebody else wants to see each statement, as tests and DEBUG do."""
        return self.queries_logged or len(self.execute_wrappers) > 1

    def tell_scope(self) -> None:
        """Tell the server in which scope the next statement runs, where it does not know and is not told by that."""
        wanted = scopes.present()
        if self.told == wanted or self.is_telling or self._is_failed():
            return
        self.told = UNKNOWN
        with self.wrap_database_errors:
            psycopg.Cursor(self.connection).execute(TELL, wanted.settings() if wanted else scopes.UNSET)
        self.told = wanted

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Inside the block the statement tells the scope itself, of whomever it finds; it reads no protected table."""
        self.told, self.is_telling = UNKNOWN, True
        try:
            yield
        finally:
            self.is_telling = False

    def _in_scope(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.tell_scope()
        return execute(sql, params, many, context)

    def _commit(self) -> Any:
        if self._is_failed():  # PostgreSQL answers with a rollback
            self.told = UNKNOWN
        try:
            return super()._commit()
        except Exception:
            self.told = UNKNOWN
            raise

    def _rollback(self) -> Any:
        self.told = UNKNOWN
        return super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            super()._savepoint_rollback(sid)
        finally:
            self.told = UNKNOWN

    def _is_failed(self) -> bool:
        """Whether nothing but a rollback can be run in the transaction that is open."""
        held = self.connection
        return held is not None and held.info.transaction_status == TransactionStatus.INERROR
