"""The role that the application connects as."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction

from common.database import as_owner

TABLE = "django_content_type"


def row(query: str, *values: object) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


@pytest.mark.django_db
def test_the_application_is_neither_superuser_nor_able_to_bypass_row_security():
    found = row(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    assert found == (settings.DATABASE_APPLICATION_ROLE, False, False, False, False)


@pytest.mark.django_db
def test_the_application_owns_nothing():
    assert row("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE anything (a int)", f"DROP TABLE {TABLE}", f"ALTER TABLE {TABLE} ADD a int", f"TRUNCATE {TABLE}"],
)
def test_the_application_cannot_change_the_shape_of_the_database(statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_application_reads_and_writes_rows():
    kind = ContentType.objects.create(app_label="somewhere", model="something")
    assert ContentType.objects.filter(pk=kind.pk).update(model="other") == 1
    kind.delete()
    assert not ContentType.objects.filter(app_label="somewhere").exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_commits_runs_as_the_application():
    ContentType.objects.create(app_label="left", model="behind")
    assert row("SELECT current_user") == (settings.DATABASE_APPLICATION_ROLE,)


@pytest.mark.django_db
def test_what_a_test_with_real_commits_wrote_is_gone():
    assert not ContentType.objects.filter(app_label="left").exists()
    assert get_user_model().objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_the_owners_inside_the_block_and_the_applications_after_it():
    with as_owner():
        assert row("SELECT current_user") == (settings.DATABASE_OWNER["USER"],)
    assert row("SELECT current_user") == (settings.DATABASE_APPLICATION_ROLE,)


@pytest.mark.django_db
def test_the_role_cannot_change_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError), as_owner():
        pass
