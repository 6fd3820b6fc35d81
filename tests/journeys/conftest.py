"""Lanzhou as the article tells of it, written once for all journeys of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.reading import ROOT


@pytest.fixture(scope="module")
def lanzhou(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The demonstration of Lanzhou, gone again after the module: what follows begins with an empty database."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_divisions", ROOT / "data" / "divisions-6201.csv")
        call_command("import_lines", ROOT / "data" / "monitoring-lines.csv")
        call_command("demo", source="lanzhou-2022-09-05")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undone(lanzhou: None) -> Iterator[None]:
    """What the test changes is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
