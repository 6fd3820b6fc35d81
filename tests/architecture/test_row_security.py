"""Every table whose rows belong to a place is protected by the database, from the application as from its owner."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps
from django.db import connection

from common.protection import POLICY
from tests.architecture.reading import APPS, sources, tree

# What is known to everyone who is signed in, or must be read before anyone is: why each stays open.
OPEN = {
    "households_division": "names of places, those above one's own too",
    "households_posting": "read to find out what the reader may see",
    "households_monitoringline": "lines of the places above hold below",
    "households_standard": "rules and thresholds of the places above hold below",
    "demo_demonstration": "every page says that its records are invented",
}
TABLES = """
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
        coalesce((SELECT array_agg(p.polname::text) FROM pg_policy p WHERE p.polrelid = c.oid), '{}')
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relname = ANY (%s)
"""
OWNED = "SELECT count(*) FROM pg_class WHERE relname = ANY (%s) AND pg_has_role(relowner, 'USAGE')"
SCOPED = {"households_household", "households_case", "households_member", "households_division"}


def of_places() -> set[str]:
    """Tables with a foreign key to places, households, cases or members, or with a division's code."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in APPS:
            continue
        fields = model._meta.concrete_fields
        targets = {field.related_model._meta.db_table for field in fields if field.is_relation}
        named = any(field.name in {"division_code", "village_code"} for field in fields)
        if targets & SCOPED or named or model._meta.db_table in SCOPED:
            found.add(model._meta.db_table)
    return found


@pytest.mark.django_db
def test_every_table_of_a_place_is_protected_or_open_for_a_reason():
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [sorted(of_places())])
        found = {name: (forced, policies) for name, forced, policies in cursor.fetchall()}
    assert {name for name, (forced, _policies) in found.items() if not forced} == set(OPEN)
    assert {name for name, (_forced, policies) in found.items() if policies != [POLICY]} == set(OPEN)


@pytest.mark.django_db
def test_the_application_can_neither_bypass_nor_lift_the_protection():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname = ANY (%s) AND pg_has_role(relowner, 'USAGE')",
            [sorted(of_places())],
        )
        assert cursor.fetchone() == (0,)


def test_no_door_for_people_acts_everywhere():
    """Views, the API, forms and operations never enter the scope of the product itself."""
    entering = [
        str(path)
        for path in sources(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in {"everywhere", "EVERYWHERE"}
        and isinstance(getattr(node, "value", None), ast.Name)
        and node.value.id == "scopes"
    ]
    assert entering == []
