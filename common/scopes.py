"""Whose rows the database may show: a scope entered at a door and told to PostgreSQL, which refuses the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import psycopg

T = TypeVar("T")
# What row-level security reads (common.protection): arrays as PostgreSQL writes them, empty or missing for nobody.
RECORDS, FIGURES, KEYS = "shouwang.records", "shouwang.figures", "shouwang.keys"


@dataclass(frozen=True, slots=True)
class Scope:
    """
    Codes under which records may be read and written, codes under which figures may, and keys of single records.

    Every code begins with "", which therefore stands for everywhere. A scope without codes shows no placed row at all;
    unlike no scope, it is of somebody whose acts may be written down.
    """

    records: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    keys: tuple[UUID, ...] = ()

    def settings(self) -> tuple[str, str, str]:
        """What the three settings say."""
        return _array(self.records), _array(self.figures), _array(self.keys)


EVERYWHERE = Scope(("",), ("",))
NOWHERE = Scope()
UNSET = ("", "", "")

_present: ContextVar[Scope | None] = ContextVar("scope", default=None)


def present() -> Scope | None:
    """The scope in which this thread or task acts; None outside of any, where the database shows and takes nothing."""
    return _present.get()


@contextmanager
def acting_in(scope: Scope | None) -> Iterator[None]:
    """Inside the block the database shows what `scope` reaches; whatever was entered within it ends with the block."""
    before = _present.set(scope)
    try:
        yield
    finally:
        _present.reset(before)


@contextmanager
def everywhere() -> Iterator[None]:
    """Inside the block the product itself acts: commands, jobs and migrations. No door for users enters it."""
    with acting_in(EVERYWHERE):
        yield


def enter(scope: Scope | None) -> None:
    """From now on, until the block of `acting_in` around ends, the database shows what `scope` reaches."""
    _present.set(scope)


def forget(connection: psycopg.Connection[Any]) -> None:
    """Leave no scope on a connection that goes back to its pool."""
    connection.execute("; ".join(f"RESET {name}" for name in (RECORDS, FIGURES, KEYS)))
    connection.commit()


def under(scope: Scope | None, rows: Iterable[T]) -> Iterator[T]:
    """`rows`, each read in `scope` although it is asked for later, as the lines of a file are."""
    remaining = iter(rows)
    while True:
        with acting_in(scope):
            try:
                row = next(remaining)
            except StopIteration:
                return
        yield row


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"
