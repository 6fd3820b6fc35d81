"""The database keeps what was known of measures: of a span only the end of knowledge is set, and none is lost."""

from django.db import migrations

KEEP = """
CREATE FUNCTION assistance_keep_span() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed assistance_measurespan := OLD;
BEGIN
    closed.recorded := NEW.recorded;
    IF closed IS DISTINCT FROM NEW OR NOT upper_inf(OLD.recorded) OR lower(OLD.recorded) <> lower(NEW.recorded) THEN
        RAISE EXCEPTION 'Of a measure''s span nothing but the end of what was known of it can be written'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER measure_span_is_kept AFTER UPDATE ON assistance_measurespan
    FOR EACH ROW EXECUTE FUNCTION assistance_keep_span();
CREATE TRIGGER measure_span_is_not_lost AFTER DELETE ON assistance_measurespan REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss();
"""
LET_GO = """
DROP TRIGGER measure_span_is_not_lost ON assistance_measurespan;
DROP TRIGGER measure_span_is_kept ON assistance_measurespan;
DROP FUNCTION assistance_keep_span();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0004_plans_answer_risks"),
        ("households", "0015_loss_is_looked_for_anew"),
    ]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
