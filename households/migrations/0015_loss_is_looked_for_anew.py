"""Whether a deletion loses the history of a real case is planned each time: a plan kept from an empty table takes hours."""

from django.db import migrations

ANEW = """
CREATE OR REPLACE FUNCTION households_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_lost boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (
        SELECT FROM (SELECT DISTINCT case_id FROM gone) g
        LEFT JOIN households_case c ON c.id = g.case_id
        LEFT JOIN households_household h ON h.id = c.household_id
        WHERE h.is_synthetic IS NOT TRUE
    )' INTO is_lost;
    IF is_lost THEN
        RAISE EXCEPTION 'The history of a case can be deleted only where its household is synthetic'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION households_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE NOT EXISTS (
            SELECT FROM households_case c JOIN households_household h ON h.id = c.household_id
            WHERE c.id = gone.case_id AND h.is_synthetic
        )
    ) THEN
        RAISE EXCEPTION 'The history of a case can be deleted only where its household is synthetic'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0014_review_chain")]
    operations = [migrations.RunSQL(ANEW, BEFORE)]
