"""Servers, database and roles of the tests: made as the owner, used as the application."""

import logging
import os
import secrets
from collections.abc import Iterator

import psycopg.errors
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from common import scopes
from common.database import as_owner
from config import servers, translations
from config.servers import locks, process

TEST_ROLE = "shouwang_test_app"
WAIT_FOR_OTHER_TESTS = 300  # seconds; two runs on one data folder would take the database from each other


def pytest_configure() -> None:
    """Translations are compiled before the first sentence is spoken."""
    translations.compile_stale()


@pytest.fixture(scope="session", autouse=True)
def running_servers() -> Iterator[None]:
    """Embedded PostgreSQL and Valkey run while the tests do, where the environment names no others."""
    try:
        alone = locks.open_lock(settings.SERVERS.data_dir, "tests")
        if not process.wait_until(lambda: locks.try_lock(alone), timeout=WAIT_FOR_OTHER_TESTS):
            pytest.exit(f"Other tests run on {settings.SERVERS.data_dir}; wait for them or set DATA_DIR.", returncode=2)
        with servers.hold(settings.SERVERS):
            yield
        os.close(alone)
    except servers.ServerTrouble as trouble:
        pytest.exit(str(trouble), returncode=2)


@pytest.fixture(autouse=True)
def loggers_speak() -> None:
    """Whatever a test before has silenced speaks again: commands and workers set up logging of their own."""
    logging.disable(logging.NOTSET)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.name.partition(".")[0] in settings.INSTALLED_APPS:
            logger.disabled, logger.propagate = False, True


@pytest.fixture(scope="session", autouse=True)
def acts_for_the_product() -> Iterator[None]:
    """Tests act as commands do; one about what somebody may see enters that person's scope."""
    with scopes.everywhere():
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    running_servers: None,
    django_test_environment: None,
    django_db_blocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The test database, made and migrated by the owner; the tests then connect as the application."""
    with django_db_blocker.unblock():
        use_a_role_without_privileges()
        with as_owner(), scopes.everywhere():
            made = setup_databases(
                verbosity=request.config.option.verbose,
                interactive=False,
                keepdb=django_db_keepdb and not django_db_createdb,
                aliases={"default"},
            )
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock(), as_owner():
            teardown_databases(made, verbosity=request.config.option.verbose)


def use_a_role_without_privileges() -> None:
    """Where the application's role is the owner or could bypass row-level security, the tests make one that is not."""
    application, owner = settings.DATABASE_APPLICATION_ROLE, settings.DATABASE_OWNER["USER"]
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [application])
        if application != owner and cursor.fetchone() == (False,):
            return
        password = secrets.token_hex(16)
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [TEST_ROLE])
        verb = "ALTER" if cursor.rowcount else "CREATE"
        try:
            cursor.execute(f"{verb} ROLE {TEST_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD '{password}'")
        except ProgrammingError as error:
            if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
            pytest.exit(
                f"The tests need an application role that is no superuser: give {owner} CREATEROLE, or set "
                "DATABASE_URL to such a role and DATABASE_OWNER_URL to the owner.",
                returncode=2,
            )
    connection.close()
    connection.settings_dict.update(USER=TEST_ROLE, PASSWORD=password)
    settings.DATABASE_APPLICATION_ROLE = TEST_ROLE


@pytest.fixture(scope="session", autouse=True)
def the_owner_empties_tables() -> Iterator[None]:
    """Tests with real commits end in TRUNCATE, which the application may not do."""
    empty = TransactionTestCase._fixture_teardown

    def empty_as_owner(case: TransactionTestCase) -> None:
        with as_owner():
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_as_owner)
        yield
