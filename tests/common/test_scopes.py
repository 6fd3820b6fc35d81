"""The scope of whoever acts reaches the database, and no connection carries it to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from common import scopes
from common.scopes import EVERYWHERE, NOWHERE, Scope

HELD = f"SELECT current_setting('{scopes.RECORDS}', true), current_setting('{scopes.KEYS}', true)"
KEY = UUID("0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11")


def test_a_scope_is_told_as_arrays():
    assert Scope(("62", "6301"), ("62",), (KEY,)).settings() == ('{"62","6301"}', '{"62"}', f'{{"{KEY}"}}')
    assert (NOWHERE.settings(), EVERYWHERE.settings()) == (("{}", "{}", "{}"), ('{""}', '{""}', "{}"))


def test_what_is_entered_ends_with_the_block_around():
    with scopes.acting_in(NOWHERE):
        with scopes.acting_in(None):
            scopes.enter(EVERYWHERE)
            assert scopes.present() == EVERYWHERE
        assert scopes.present() == NOWHERE


def test_a_thread_begins_without_a_scope():
    seen: list[object] = []
    thread = Thread(target=lambda: seen.append(scopes.present()))
    thread.start()
    thread.join()
    assert (seen, scopes.present()) == ([None], EVERYWHERE)


@pytest.mark.django_db
def test_the_database_hears_of_each_change_and_of_nothing_else():
    def held() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            return cursor.fetchone()

    with scopes.acting_in(Scope(("62",), ("62",), (KEY,))):
        assert held() == ('{"62"}', f'{{"{KEY}"}}')
        told = connection.told
        assert held()[0] == '{"62"}'
        assert connection.told is told
    with scopes.acting_in(None):
        assert held() == ("", "")


@pytest.fixture
def pool(db: None) -> Iterator[ConnectionPool]:
    """A pool of one connection, as production keeps its connections."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    with ConnectionPool(kwargs=given, min_size=1, max_size=1, reset=scopes.forget, open=True) as pool:
        yield pool


def test_a_connection_from_the_pool_carries_no_scope_of_who_had_it_before(pool: ConnectionPool):
    def tell(held: psycopg.Connection) -> int:
        held.execute(
            f"SELECT set_config('{scopes.RECORDS}', '{{62}}', false), set_config('{scopes.KEYS}', '{{}}', false)"
        )
        return held.info.backend_pid

    with pool.connection() as held:
        before = tell(held)
    with pool.connection() as held:
        assert held.info.backend_pid == before
        assert held.execute(HELD).fetchone() in {("", ""), (None, None)}
