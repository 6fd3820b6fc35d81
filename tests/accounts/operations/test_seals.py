"""The trail is sealed in the order in which rows became known, and whatever is done to it later is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEvent, Seal, User
from accounts.operations import seals
from accounts.operations.seals import Fault
from accounts.tasks import seal_audit_trail
from common import scopes
from common.database import as_owner
from config.celery import app
from tests.reading import said

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = """
    INSERT INTO accounts_auditevent (at, actor_id, action, subject_kind, subject_id, division_code, changes)
    VALUES (%s, %s, 'late', 'user', '1', '', '{}') RETURNING id
"""


@pytest.fixture
def actor(db: None) -> User:
    """Somebody who acts."""
    return User.objects.create(username="mei")


def acts(actor: User, *names: str) -> list[int]:
    """The keys of audit rows of so many acts."""
    return [
        AuditEvent.objects.create(
            at=NOON, actor=actor, action=name, subject_kind="user", subject_id="1", changes={"b": [1, "二"], "a": None}
        ).pk
        for name in names
    ]


def test_each_row_is_sealed_once_and_each_seal_follows_the_one_before(actor: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seals, "ROWS_A_SEAL", 2)
    keys = acts(actor, "a", "b", "c")
    assert seals.seal_all(at=NOON) == 3
    more = acts(actor, "d")
    assert (seals.seal_all(at=NOON), seals.seal_all(at=NOON)) == (1, 0)
    held = list(Seal.objects.all())
    assert [seal.rows for seal in held] == [keys[:2], keys[2:], more]
    assert [seal.before for seal in held] == ["", held[0].digest, held[1].digest]
    found = seals.verify()
    assert (found.seals, found.rows, found.unsealed, found.last, found.faults) == (3, 4, 0, held[2].digest, ())


@pytest.fixture
def other(actor: User) -> Iterator[psycopg.Connection]:
    """Another session of the application, in the scope of the product."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    told = f'-c {scopes.FIGURES}={{""}}'
    with psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)}, options=told) as other:
        yield other


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("between", [timedelta(minutes=5), timedelta(days=30)])
def test_a_row_with_a_lower_key_that_is_committed_late_is_sealed_once(
    actor: User, other: psycopg.Connection, between: timedelta
):
    """However long nothing was sealed in between: a key counts as settled once somebody has looked below it again."""
    late = other.execute(LATE, [NOON, actor.pk]).fetchone()[0]
    early = acts(actor, "early")[0]
    assert late < early
    assert seals.seal_all(at=NOON - between) == 1
    other.commit()
    assert seals.seal_all(at=NOON) == 1
    more = acts(actor, "more")
    assert seals.seal_all(at=NOON) == 1
    assert [seal.rows for seal in Seal.objects.all()] == [[early], [late], more]
    assert seals.verify().faults == ()


def test_what_is_settled_is_not_read_again(actor: User):
    first = acts(actor, "a")[0]
    seals.seal_all(at=NOON - timedelta(days=2))
    acts(actor, "b")
    seals.seal_all(at=NOON)
    assert [seal.settled for seal in Seal.objects.all()] == [0, first]


def tampered(*statements: str) -> None:
    """The owner of the tables, and nobody else, can switch their triggers off and do this."""
    with as_owner(), connection.cursor() as cursor:
        for table in ("accounts_auditevent", "accounts_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("accounts_auditevent", "accounts_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        ("UPDATE accounts_auditevent SET action = 'z' WHERE id = {0}", {("changed", 1, 0)}),
        ("UPDATE accounts_auditevent SET at = at + interval '1 microsecond' WHERE id = {1}", {("changed", 1, 1)}),
        ("UPDATE accounts_auditevent SET changes = '{{}}' WHERE id = {2}", {("changed", 2, 2)}),
        ("UPDATE accounts_auditevent SET subject_kind = 'case' WHERE id = {0}", {("changed", 1, 0)}),
        ("UPDATE accounts_auditevent SET subject_id = '2' WHERE id = {0}", {("changed", 1, 0)}),
        ("UPDATE accounts_auditevent SET division_code = '62' WHERE id = {0}", {("changed", 1, 0)}),
        ("UPDATE accounts_seal SET settled = settled + 1 WHERE number = 2", {("seal", 2, None)}),
        ("DELETE FROM accounts_auditevent WHERE id = {2}", {("missing", 2, 2)}),
        (
            "UPDATE accounts_auditevent SET action = CASE id WHEN {0} THEN 'b' ELSE 'a' END WHERE id IN ({0}, {1})",
            {("changed", 1, 0), ("changed", 1, 1)},
        ),
        ("UPDATE accounts_seal SET rows = ARRAY[rows[2], rows[1]] WHERE number = 1",
         {("seal", 1, None), ("changed", 1, 0), ("changed", 1, 1)}),
        ("UPDATE accounts_seal SET digests[1] = digests[2] WHERE number = 1", {("seal", 1, None), ("changed", 1, 0)}),
        ("DELETE FROM accounts_seal WHERE number = 1", {("seal", 2, None)}),
        ("UPDATE accounts_seal SET digest = repeat('0', 64) WHERE number = 1", {("seal", 1, None), ("seal", 2, None)}),
    ],
)  # fmt: skip
def test_what_the_owner_of_the_tables_did_is_found_and_named(
    actor: User, monkeypatch: pytest.MonkeyPatch, tamper: str, expected: set[tuple[str, int, int | None]]
):
    monkeypatch.setattr(seals, "ROWS_A_SEAL", 2)
    keys = acts(actor, "a", "b", "c")
    seals.seal_all(at=NOON)
    assert seals.verify().faults == ()
    tampered(tamper.format(*keys))
    named = {Fault(kind, seal, None if row is None else keys[row]) for kind, seal, row in expected}
    assert set(seals.verify().faults) == named


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_seal SET digest = 'x'",
        "DELETE FROM accounts_seal",
        "TRUNCATE accounts_seal",
        "TRUNCATE accounts_auditevent",
        "ALTER TABLE accounts_seal DISABLE TRIGGER USER",
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
        "DROP TRIGGER seal_is_append_only ON accounts_seal",
    ],
)
def test_the_application_can_change_no_seal_and_lift_no_trigger(actor: User, statement: str):
    acts(actor, "a")
    seals.seal_all(at=NOON)
    with pytest.raises(ProgrammingError, match=r"append-only|permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_command_names_the_row_and_the_seal(actor: User):
    key = acts(actor, "a")[0]
    assert said("seal_audit") == (0, "1 audit rows sealed.\n")
    last = Seal.objects.get().digest
    told = f"1 seals over 1 rows checked, 0 faults; 0 not sealed. The last seal is {last}.\n"
    assert said("verify_audit", noted=last) == (0, told)
    tampered("DELETE FROM accounts_auditevent")
    status, printed = said("verify_audit")
    assert (status, printed.splitlines()[0]) == (1, f"Seal 1: row {key} is missing.")
    tampered("DELETE FROM accounts_seal")
    assert said("verify_audit")[0] == 0
    assert said("verify_audit", noted=last)[0] == 1


def test_the_job_seals_whatever_scope_it_is_called_in(actor: User):
    acts(actor, "a")
    with scopes.acting_in(None):
        assert app.tasks[seal_audit_trail.name]() == 1
        assert scopes.present() is None
