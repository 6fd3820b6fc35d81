"""Statements at the driver's lowest level answer as a cursor does: in transactions, in scope, and with its errors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction

from common import prepared, scopes
from common.statements import Statement

KEY = UUID("00000000-0000-7000-8000-000000000001")
NOON = datetime(2022, 9, 5, 4, tzinfo=UTC)
ECHO = "SELECT %(key)s::uuid, %(day)s::date, %(at)s::timestamptz, %(text)s::varchar(12), %(none)s::integer, '100 %%'"
VALUES = {"key": KEY, "day": date(2022, 9, 5), "at": NOON, "text": "永登 'x' %s", "none": None}


@pytest.fixture
def raw(transactional_db: None) -> psycopg.Connection:
    connection.ensure_connection()
    return connection.connection


def test_values_come_back_as_they_went_in_however_often_they_are_asked(raw):
    for _ in range(3):
        (row,) = prepared.ask(raw, ECHO, VALUES)
        assert (*row[:2], row[2].astimezone(UTC), *row[3:]) == (*VALUES.values(), "100 %")
    with raw.cursor() as cursor:
        assert cursor.execute(ECHO, VALUES).fetchone() == row


def test_a_slot_that_stands_twice_has_one_value_and_each_statement_its_own_answers(raw):
    twice = "SELECT %(a)s::integer, %(b)s::integer, %(a)s::integer + %(b)s::integer"
    assert prepared.ask(raw, twice, {"a": 2, "b": 3}) == [(2, 3, 5)]
    assert prepared.ask(raw, "SELECT %(a)s::text", {"a": "2"}) == [("2",)]
    assert prepared.ask(raw, twice, {"a": 20, "b": 3}) == [(20, 3, 23)]
    assert prepared.ask(raw, "SELECT 1 WHERE false", {}) == []


def test_a_connection_keeps_so_many_and_prepares_what_it_let_go_once_more(raw, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_HELD", 2)
    for number in (1, 2, 3, 1, 1, 3, 2):
        assert prepared.ask(raw, f"SELECT {number}", {}) == [(number,)]
    with raw.cursor() as cursor:
        names = cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'kept%'").fetchall()
    assert sorted(names) == [("SELECT 2",), ("SELECT 3",)]


def test_what_failed_at_first_is_read_rightly_afterwards(raw):
    divided = "SELECT 10 / %(a)s::integer, '2022-09-05'::date"
    with pytest.raises(psycopg.errors.DivisionByZero):
        prepared.ask(raw, divided, {"a": 0})
    assert prepared.ask(raw, divided, {"a": 2}) == [(5, date(2022, 9, 5))]


@pytest.mark.parametrize(
    "broken", ["SELECT 1 / %(a)s::integer", "SELECT nothing FROM nowhere WHERE %(a)s::integer = 0"]
)
def test_an_error_has_the_class_that_a_cursor_raises_and_leaves_the_connection_in_use(raw, broken):
    with pytest.raises(psycopg.Error) as by_cursor:
        raw.execute(broken, {"a": 0})
    for _ in range(2):
        with pytest.raises(type(by_cursor.value)):
            prepared.ask(raw, broken, {"a": 0})
    assert prepared.ask(raw, "SELECT %(a)s::integer", {"a": 1}) == [(1,)]


def asked(sql: str, **given: object) -> list[tuple[object, ...]]:
    return Statement(sql, tuple(given)).run("default", is_kept=True, **given)


def test_a_kept_statement_raises_what_django_raises(raw):
    with pytest.raises(DataError):
        asked("SELECT 1 / %(a)s::integer", a=0)


def test_a_question_is_repeated_once_where_the_connection_had_died_meanwhile(raw):
    assert asked("SELECT 1") == [(1,)]
    connection.health_check_done = False
    end(raw)
    assert asked("SELECT 1") == [(1,)]
    assert connection.connection is not raw


def test_in_a_transaction_it_is_not_repeated(raw):
    def interrupted() -> None:
        with transaction.atomic():
            assert asked("SELECT 1") == [(1,)]
            end(raw)
            asked("SELECT 1")

    with pytest.raises(OperationalError):
        interrupted()


def test_a_transaction_that_begins_with_it_ends_with_its_end(raw):
    with transaction.atomic():
        began = asked("SELECT txid_current()")
        assert asked("SELECT txid_current()") == began
    assert asked("SELECT txid_current()") != began


def test_it_runs_in_the_present_scope(raw):
    reached = f"SELECT current_setting('{scopes.RECORDS}')"
    for codes in (("6201",), ("6201", "6202"), ("6201",)):
        with scopes.acting_in(scopes.Scope(codes)):
            assert asked(reached) == [("{" + ",".join(f'"{code}"' for code in codes) + "}",)]


def end(raw: psycopg.Connection) -> None:
    """Let the server end the connection, as a restart does."""
    with psycopg.connect(raw.info.dsn, password=raw.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
