# ruff: noqa: S608 (every statement is written here; nothing comes from outside)
"""The feed of changes: who wrote what where, written down by the database itself, and put in order once committed."""

from django.db import migrations, models

import common.ids
from common.protection import begins, likely, told
from common.scopes import KEYS, RECORDS
from exchange.rules.triggers import TABLES, function_of, present, triggers_of, untold

TOLD = (
    "households_household",
    "households_membership",
    "households_member",
    "households_membercondition",
    "households_case",
    "households_caserisk",
    "households_casespan",
    "households_caseevent",
    "households_deadline",
    "households_incomesurvey",
    "households_guaranteecheck",
    "households_visit",
    "households_assignment",
    "households_clue",
    "households_division",
    "households_monitoringline",
    "households_standard",
    "assistance_plan",
    "assistance_measure",
    "assistance_measurespan",
)
FIRST = ("households_division", "households_monitoringline", "households_standard")  # what other records point to
# What holds of places above is told to everyone below; it names nobody.
OPEN = "kind IN ('monitoring-lines', 'standards')"
REACHED = likely(
    " OR ".join([begins("place_after"), begins("place_before"), f"household = ANY ({told(KEYS, 'uuid')})", OPEN])
)
PROTECT = f"""
ALTER TABLE exchange_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_change FORCE ROW LEVEL SECURITY;
CREATE POLICY within_scope ON exchange_change USING ({REACHED});
ALTER TABLE exchange_pendingchange ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_pendingchange FORCE ROW LEVEL SECURITY;
CREATE POLICY within_scope ON exchange_pendingchange USING ('' = ANY ({told(RECORDS)})) WITH CHECK (true);
"""
SHOW = """
DROP POLICY within_scope ON exchange_pendingchange;
DROP POLICY within_scope ON exchange_change;
"""
# One at a time gives positions, to changes that are committed: nothing that is committed later can lie before them.
SETTLE = """
CREATE FUNCTION exchange_this_database() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id,
        (SELECT oid FROM pg_database WHERE datname = current_database()))
$$;

CREATE FUNCTION exchange_settle(most integer, renewed boolean DEFAULT false, OUT last bigint, OUT settled integer)
LANGUAGE plpgsql AS $$
DECLARE
    reader text := coalesce(current_setting('shouwang.records', true), '');
    began exchange_epoch;
BEGIN
    PERFORM set_config('shouwang.records', '{""}', true);
    settled := 0;
    IF renewed THEN
        PERFORM pg_advisory_xact_lock(hashtext('exchange_settle'));
    ELSIF NOT pg_try_advisory_xact_lock(hashtext('exchange_settle')) THEN
        SELECT max(position) INTO last FROM exchange_change;
        last := coalesce(last, 0);
        PERFORM set_config('shouwang.records', reader, true);
        RETURN;
    END IF;
    SELECT max(position) INTO last FROM exchange_change;
    last := coalesce(last, 0);
    SELECT * INTO began FROM exchange_epoch ORDER BY number DESC LIMIT 1;
    IF renewed OR began.database IS DISTINCT FROM exchange_this_database() THEN
        INSERT INTO exchange_epoch (code, database, first_position, began_at)
        VALUES (gen_random_uuid(), exchange_this_database(), last, transaction_timestamp());
    END IF;
    WITH moved AS (
        DELETE FROM exchange_pendingchange WHERE number IN (
            SELECT number FROM exchange_pendingchange ORDER BY number LIMIT most
        )
        RETURNING *
    ), one_each AS (
        SELECT kind, record, household, max(number) AS number, max(at) AS at,
            (array_agg(place_before ORDER BY number))[1] AS place_before,
            (array_agg(place_after ORDER BY number DESC))[1] AS place_after
        FROM moved GROUP BY kind, record, household
    ), placed AS (
        INSERT INTO exchange_change (position, kind, record, household, place_before, place_after, at)
        SELECT last + row_number() OVER (ORDER BY number), kind, record, household, place_before, place_after, at
        FROM one_each WHERE place_before IS NOT NULL OR place_after IS NOT NULL
        RETURNING position
    )
    SELECT coalesce(max(position), last), (SELECT count(*) FROM moved) INTO last, settled FROM placed;
    PERFORM set_config('shouwang.records', reader, true);
END
$$;
"""
FORGET = """
DROP FUNCTION exchange_settle(integer, boolean);
DROP FUNCTION exchange_this_database();
"""
# What was there before there was a feed stands at its beginning.
_EACH = " UNION ALL ".join(
    f"SELECT {number} AS number, rows.* FROM ({present(table)}) AS rows"
    for number, table in enumerate((*FIRST, *(table for table in TOLD if table not in FIRST)))
    if present(table)
)
BEGIN = f"""
INSERT INTO exchange_change (position, kind, record, household, place_before, place_after, at)
SELECT row_number() OVER (ORDER BY number, record), kind, record, household, NULL, place, transaction_timestamp()
FROM ({_EACH}) AS every;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_external_keys"),
        ("households", "0019_what_follows_a_household"),
        ("assistance", "0006_measures_of_moved_households"),
    ]
    operations = [
        migrations.CreateModel(
            name="PendingChange",
            fields=[
                ("kind", models.CharField(max_length=30)),
                ("record", models.CharField(max_length=36)),
                ("household", models.UUIDField(null=True)),
                ("place_before", models.CharField(db_collation="C", max_length=12, null=True)),
                ("place_after", models.CharField(db_collation="C", max_length=12, null=True)),
                ("at", models.DateTimeField()),
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("kind", models.CharField(max_length=30)),
                ("record", models.CharField(max_length=36)),
                ("household", models.UUIDField(null=True)),
                ("place_before", models.CharField(db_collation="C", max_length=12, null=True)),
                ("place_after", models.CharField(db_collation="C", max_length=12, null=True)),
                ("at", models.DateTimeField()),
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("position__gt", 0)), name="change_position_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("place_before__isnull", False), ("place_after__isnull", False), _connector="OR"
                        ),
                        name="change_is_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.UUIDField(default=common.ids.new_id, editable=False, unique=True)),
                ("database", models.CharField(max_length=100)),
                ("first_position", models.BigIntegerField()),
                ("began_at", models.DateTimeField()),
            ],
            options={
                "ordering": (models.OrderBy(models.F("number"), descending=True),),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_position__gte", 0)), name="epoch_begins_at_a_position"
                    )
                ],
            },
        ),
        migrations.RunSQL(PROTECT, SHOW),
        migrations.RunSQL(SETTLE, FORGET),
        *(
            migrations.RunSQL(f"{function_of(table, TABLES[table])}\n{triggers_of(table)}", untold(table))
            for table in TOLD
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
