"""The database keeps visits: one moves with its household, and stays as it is otherwise."""

from django.db import migrations

KEEP = """
CREATE FUNCTION households_keep_visit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved households_visit := OLD;
BEGIN
    moved.household_id := NEW.household_id;
    moved.case_id := NEW.case_id;
    moved.village_id := NEW.village_id;
    IF moved IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'A visit is never changed; log a correction' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION households_keep_photo() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved households_visitphoto := OLD;
BEGIN
    moved.village_id := NEW.village_id;
    IF moved IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'A photo of a visit is never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION households_refuse_loss_of_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE NOT EXISTS (
            SELECT FROM households_household h WHERE h.id = gone.household_id AND h.is_synthetic
        )
    ) THEN
        RAISE EXCEPTION 'A visit can be deleted only where its household is synthetic'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION households_refuse_loss_of_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE NOT EXISTS (
            SELECT FROM households_visit v JOIN households_household h ON h.id = v.household_id
            WHERE v.id = gone.visit_id AND h.is_synthetic
        )
    ) THEN
        RAISE EXCEPTION 'A photo of a visit can be deleted only where its household is synthetic'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER visit_is_kept AFTER UPDATE ON households_visit
    FOR EACH ROW EXECUTE FUNCTION households_keep_visit();
CREATE TRIGGER visit_is_not_lost AFTER DELETE ON households_visit REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss_of_visit();
CREATE TRIGGER photo_is_kept AFTER UPDATE ON households_visitphoto
    FOR EACH ROW EXECUTE FUNCTION households_keep_photo();
CREATE TRIGGER photo_is_not_lost AFTER DELETE ON households_visitphoto REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss_of_photo();
"""
LET_GO = """
DROP TRIGGER photo_is_not_lost ON households_visitphoto;
DROP TRIGGER photo_is_kept ON households_visitphoto;
DROP TRIGGER visit_is_not_lost ON households_visit;
DROP TRIGGER visit_is_kept ON households_visit;
DROP FUNCTION households_refuse_loss_of_photo();
DROP FUNCTION households_refuse_loss_of_visit();
DROP FUNCTION households_keep_photo();
DROP FUNCTION households_keep_visit();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0010_visits")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
