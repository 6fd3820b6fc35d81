# ruff: noqa: S608 (every statement is written here; nothing comes from outside)
"""Records for measuring: any number of households, written by PostgreSQL itself, the same at every run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import User
from households.models import Household, Posting

HOUSEHOLDS_A_VILLAGE, VILLAGES_A_TOWNSHIP, TOWNSHIPS_A_COUNTY, COUNTIES_A_PREFECTURE = 100, 10, 10, 10
HOUSEHOLDS_A_COUNTY = HOUSEHOLDS_A_VILLAGE * VILLAGES_A_TOWNSHIP * TOWNSHIPS_A_COUNTY
PROVINCE, COUNTY = "62", "620103"
CLIENTS = {"province": PROVINCE, "county": COUNTY}
FILLED = (
    "households_household",
    "households_member",
    "households_membership",
    "households_case",
    "households_casespan",
    "households_incomesurvey",
    "assistance_plan",
    "assistance_measure",
    "assistance_measurespan",
)

# A key that tells the number it was made from: `kind` keeps those of different tables apart.
KEY = "(lpad(to_hex({number}), 8, '0') || '-0000-7000-8000-{kind:012d}')::uuid"


def key(kind: int, number: str = "n") -> str:
    """SQL of the key of the row number `number` of a table."""
    return KEY.format(kind=kind, number=number)


# The village of household number n, of which a county has ten thousand.
VILLAGE = (
    f"'62' || lpad((n / {HOUSEHOLDS_A_COUNTY * COUNTIES_A_PREFECTURE} + 1)::text, 2, '0')"
    f" || lpad((n / {HOUSEHOLDS_A_COUNTY} % {COUNTIES_A_PREFECTURE} + 1)::text, 2, '0')"
    f" || lpad((100 + n / {HOUSEHOLDS_A_VILLAGE * VILLAGES_A_TOWNSHIP} % {TOWNSHIPS_A_COUNTY})::text, 3, '0')"
    f" || lpad((201 + n / {HOUSEHOLDS_A_VILLAGE} % {VILLAGES_A_TOWNSHIP})::text, 3, '0')"
)
# Every fifth case is eliminated; types, risks and measures take turns.
TYPE = "(ARRAY['unstable','marginal','sudden'])[n % 3 + 1]"
RISK = "(ARRAY['illness','disability','schooling','accident','unstable_work','natural_disaster'])[n % 6 + 1]"
CATEGORY = "(ARRAY['industry','employment','health','education','finance','public_post'])[(n + m) % 6 + 1]"
IDENTIFIED = "date '2021-01-01' + (n % 600)"
ELIMINATED = f"({IDENTIFIED} + 100)"

STATEMENTS: tuple[str, ...] = (
    (
        "INSERT INTO households_division (code, name, initials, parent_id) SELECT DISTINCT left(v, l), "
        "'Place ' || left(v, l), '', "
        "CASE WHEN l > 2 THEN left(v, CASE l WHEN 12 THEN 9 WHEN 9 THEN 6 ELSE l - 2 END) END "
        f"FROM (SELECT DISTINCT {VILLAGE} AS v FROM generate_series(0, :last) AS n) AS villages, "
        "unnest(ARRAY[2, 4, 6, 9, 12]) AS l ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO households_household (id, village_id, national_number, address, phone, is_former_poor, "
        "registered_on, removal_reason, is_synthetic, ended_how, version) "
        f"SELECT {key(1)}, {VILLAGE}, 'B' || n, 'House ' || n, '139' || lpad(n::text, 8, '0'), n % 2 = 0, "
        f"{IDENTIFIED}, '', true, '', 1 FROM generate_series(0, :last) AS n"
    ),
    (
        "INSERT INTO households_member (id, name, sex, birth_date, ethnicity, political_status, phone, version) "
        f"SELECT {key(2, 'n * 2 + m')}, 'Person ' || (n * 2 + m), (ARRAY['male','female'])[m + 1], "
        "date '1950-01-01' + (n * 7 + m * 900) % 20000, '', '', '', 1 "
        "FROM generate_series(0, :last) AS n, generate_series(0, 1) AS m"
    ),
    (
        "INSERT INTO households_membership (id, household_id, member_id, relationship, joined_on, joined_how, "
        f"left_how) SELECT {key(3, 'n * 2 + m')}, {key(1)}, {key(2, 'n * 2 + m')}, (ARRAY['head','spouse'])[m + 1], "
        "date '2015-01-01', 'registered', '' FROM generate_series(0, :last) AS n, generate_series(0, 1) AS m"
    ),
    (
        "INSERT INTO households_case (id, household_id, village_id, episode, household_type, status, has_no_labour, "
        "is_green_channel, reported_on, identified_on, eliminated_on, elimination_way, fingerprint, version) "
        f"SELECT {key(4)}, {key(1)}, {VILLAGE}, 1, {TYPE}, CASE WHEN n % 5 = 0 THEN 'eliminated' ELSE 'monitored' END, "
        f"n % 20 = 0, false, {IDENTIFIED}, {IDENTIFIED}, CASE WHEN n % 5 = 0 THEN {ELIMINATED} END, "
        "CASE WHEN n % 5 = 0 THEN 'assisted' ELSE '' END, '', 1 FROM generate_series(0, :last) AS n"
    ),
    (
        "INSERT INTO households_casespan (case_id, household_id, village_id, status, household_type, persons, "
        "has_no_labour, risks, identified_on, eliminated_on, elimination_way, valid, recorded) "
        f"SELECT {key(4)}, {key(1)}, {VILLAGE}, CASE WHEN s = 1 THEN 'eliminated' ELSE 'monitored' END, {TYPE}, 2, "
        f"n % 20 = 0, ARRAY[{RISK}], {IDENTIFIED}, CASE WHEN s = 1 THEN {ELIMINATED} END, "
        "CASE WHEN s = 1 THEN 'assisted' ELSE '' END, "
        f"CASE WHEN s = 1 THEN daterange({ELIMINATED}, NULL) "
        f"WHEN n % 5 = 0 THEN daterange({IDENTIFIED}, {ELIMINATED}) ELSE daterange({IDENTIFIED}, NULL) END, "
        "tstzrange(timestamptz '2021-01-01' + n * interval '1 second', NULL) "
        "FROM generate_series(0, :last) AS n, generate_series(0, CASE WHEN n % 5 = 0 THEN 1 ELSE 0 END) AS s"
    ),
    (
        "INSERT INTO households_incomesurvey (id, household_id, village_id, occasion, surveyed_on, period_from, "
        "period_to, household_size, wage, business, property_income, transfer, business_expense, claims, self_paid, "
        f"recorded_at, recorded_by_id) SELECT {key(5)}, {key(1)}, {VILLAGE}, 'yearly', date '2022-01-05', "
        "date '2021-01-01', date '2021-12-31', 2, 4000 + n % 20000, 1000, 0, 500, 300, 0, 0, now(), :user "
        "FROM generate_series(0, :last) AS n"
    ),
    (
        "INSERT INTO assistance_plan (id, case_id, village_id, number, drawn_up_on, is_current, note) "
        f"SELECT {key(6)}, {key(4)}, {VILLAGE}, 1, {IDENTIFIED}, true, '' FROM generate_series(0, :last) AS n"
    ),
    (
        "INSERT INTO assistance_measure (id, plan_id, case_id, village_id, category, item, planned_on, landed_on, "
        "risk, responsible_unit, evidence, evidence_photo, withdrawal_reason, fingerprint, version) "
        f"SELECT {key(7, 'n * 2 + m')}, {key(6)}, {key(4)}, {VILLAGE}, {CATEGORY}, 'Help', {IDENTIFIED}, "
        f"{IDENTIFIED} + 10, '', '', '', '', '', '', 1 FROM generate_series(0, :last) AS n, generate_series(0, 1) AS m"
    ),
    (
        "INSERT INTO assistance_measurespan (measure_id, case_id, village_id, category, landed_on, recorded) "
        f"SELECT {key(7, 'n * 2 + m')}, {key(4)}, {VILLAGE}, {CATEGORY}, {IDENTIFIED} + 10, "
        "tstzrange(timestamptz '2021-01-01' + n * interval '1 second', NULL) "
        "FROM generate_series(0, :last) AS n, generate_series(0, 1) AS m"
    ),
)


def fill(households: int) -> None:
    """The database holds exactly so many households, each with two members, a case, a survey and two measures."""
    if Household.objects.count() == households:
        return
    client = clients()["province"]
    with transaction.atomic(), connection.cursor() as cursor, without_checks(cursor):
        cursor.execute(f"TRUNCATE {', '.join(FILLED)} CASCADE")
        for statement in STATEMENTS:
            cursor.execute(statement.replace(":last", str(households - 1)).replace(":user", f"'{client.pk}'"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    for name, user in clients().items():
        Posting.objects.get_or_create(user=user, role="client", division_id=CLIENTS[name], starts_on="2020-01-01")


def clients() -> dict[str, User]:
    """An account posted to the province, and one posted to a county."""
    made = {"password": make_password(None)}
    return {name: User.objects.get_or_create(username=f"benchmark-{name}", defaults=made)[0] for name in CLIENTS}


@contextmanager
def without_checks(cursor: Any) -> Iterator[None]:
    """Foreign keys and exclusions are checked once for all rows instead of row by row; no trigger tells of a row."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('f', 'x') AND conrelid = ANY (%s::regclass[])",
        [list(FILLED)],
    )
    held = cursor.fetchall()
    for table, name, _definition in held:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for table in FILLED:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in FILLED:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, name, definition in held:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
