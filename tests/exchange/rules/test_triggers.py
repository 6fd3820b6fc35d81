"""The triggers of the feed, and that the database has exactly those that are declared."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from exchange.rules.changes import KINDS
from exchange.rules.triggers import TABLES, Way, function_of, triggers_of, untold


def test_every_kind_is_told_by_a_table_of_its_own():
    assert sorted(each.kind for told in TABLES.values() for each in told if each.way is Way.OWN) == sorted(KINDS)


def test_a_table_is_told_and_no_longer_told_by_the_same_names():
    made = function_of("households_case", TABLES["households_case"]) + triggers_of("households_case")
    assert made.count("CREATE TRIGGER told_") == 3
    for event in ("insert", "delete", "update"):
        assert f"told_{event} AFTER" in made
        assert f"DROP TRIGGER told_{event} ON households_case" in untold("households_case")


@pytest.mark.django_db
def test_the_database_tells_of_the_tables_that_are_declared():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'told\\_%' AND NOT tgisinternal"
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == set(TABLES)
    assert found <= {model._meta.db_table for model in apps.get_models()}


@pytest.mark.django_db
def test_the_functions_of_the_database_are_those_that_the_code_declares():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'exchange\\_tell\\_%'")
        found = dict(cursor.fetchall())
    for table, told in TABLES.items():
        assert found[f"exchange_tell_{table}"] in function_of(table, told)
