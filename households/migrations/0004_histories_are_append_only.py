"""The database keeps the histories of cases: events stay as they were, and of spans only the end of knowledge is set."""

from django.db import migrations

KEEP = """
CREATE FUNCTION households_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION households_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION households_keep_span() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed households_casespan := OLD;
BEGIN
    closed.recorded := NEW.recorded;
    IF closed IS DISTINCT FROM NEW OR NOT upper_inf(OLD.recorded) OR lower(OLD.recorded) <> lower(NEW.recorded) THEN
        RAISE EXCEPTION 'Of a span nothing but the end of what was known of it can be written'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER event_is_kept BEFORE UPDATE ON households_caseevent
    FOR EACH ROW EXECUTE FUNCTION households_refuse_change('The history of a case is append-only');
CREATE TRIGGER event_is_not_lost AFTER DELETE ON households_caseevent REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss();
CREATE TRIGGER span_is_kept AFTER UPDATE ON households_casespan
    FOR EACH ROW EXECUTE FUNCTION households_keep_span();
CREATE TRIGGER span_is_not_lost AFTER DELETE ON households_casespan REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss();
CREATE TRIGGER household_stays_synthetic_or_real BEFORE UPDATE ON households_household
    FOR EACH ROW WHEN (OLD.is_synthetic IS DISTINCT FROM NEW.is_synthetic)
    EXECUTE FUNCTION households_refuse_change('Whether a household is synthetic is decided once');
"""
LET_GO = """
DROP TRIGGER household_stays_synthetic_or_real ON households_household;
DROP TRIGGER span_is_not_lost ON households_casespan;
DROP TRIGGER span_is_kept ON households_casespan;
DROP TRIGGER event_is_not_lost ON households_caseevent;
DROP TRIGGER event_is_kept ON households_caseevent;
DROP FUNCTION households_keep_span();
DROP FUNCTION households_refuse_loss();
DROP FUNCTION households_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0003_synthetic_households")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
