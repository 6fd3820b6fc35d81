"""Statements asked of the driver's lowest level (libpq): prepared once a connection, sent and awaited in one call.

A cursor costs several times as much; it is for statements that will not be asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors
from psycopg.abc import Transformer
from psycopg.adapt import PyFormat
from psycopg.adapt import Transformer as transformer  # noqa: N813 (made by whichever implementation is installed)
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus

PLACE = re.compile(r"%%|%\((\w+)\)s")
MOST_HELD = 200  # statements a connection keeps prepared; each takes some memory of its server process


class Known:
    """A statement that a connection has prepared: its name, and what writes its values and reads its answers."""

    def __init__(self, name: bytes, values: Transformer) -> None:
        self.name, self.values, self.has_answered = name, values, False


class Held:
    """All that one connection has prepared, by its SQL."""

    def __init__(self) -> None:
        self.numbers = count()
        self.statements: dict[str, Known] = {}


_held: WeakKeyDictionary[psycopg.Connection[Any], Held] = WeakKeyDictionary()


def may_be_asked(connection: psycopg.Connection[Any]) -> bool:
    """Whether a statement would be part of what the connection is doing; a transaction begins with a cursor."""
    return connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE


def ask(connection: psycopg.Connection[Any], sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with its slots `%(name)s`, which cast what they are given; the driver's errors."""
    held = _held.get(connection)
    if held is None:
        held = _held[connection] = Held()
    known = held.statements.pop(sql, None) or _prepared(connection, held, sql, values)
    held.statements[sql] = known  # behind all that were asked for before
    given: Any = known.values.dump_sequence(tuple(values.values()), [PyFormat.TEXT] * len(values))
    answer = connection.pgconn.exec_prepared(known.name, given, result_format=Format.BINARY)
    if answer.status != ExecStatus.TUPLES_OK:
        raise _error(connection, answer)
    known.values.set_pgresult(answer, set_loaders=not known.has_answered)  # they are the same for every answer
    known.has_answered = True
    rows = known.values.load_rows(0, answer.ntuples, tuple)
    known.values.set_pgresult(None, set_loaders=False)
    return rows


def _prepared(connection: psycopg.Connection[Any], held: Held, sql: str, values: Mapping[str, Any]) -> Known:
    if len(held.statements) >= MOST_HELD:
        oldest = held.statements.pop(next(iter(held.statements)))
        connection.pgconn.exec_(b"DEALLOCATE " + oldest.name)
    numbers = {slot: f"${number}" for number, slot in enumerate(values, 1)}
    text = PLACE.sub(lambda found: numbers[found[1]] if found[1] else "%", sql)
    name = b"kept_%d" % next(held.numbers)
    answer = connection.pgconn.prepare(name, text.encode())
    if answer.status != ExecStatus.COMMAND_OK:
        raise _error(connection, answer)
    return Known(name, transformer(connection))


def _error(connection: psycopg.Connection[Any], answer: Any) -> psycopg.Error:
    told = errors.error_from_result(answer)
    # Where the connection is lost there is no answer, and therefore no code that would tell the error's class.
    return psycopg.OperationalError(str(told)) if connection.pgconn.status == ConnStatus.BAD else told
