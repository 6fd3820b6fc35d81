"""What was found of a risk moves with its household, and stays as it is otherwise."""

from django.db import migrations

KEEP = """
CREATE FUNCTION households_keep_risk_finding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved households_riskfinding := OLD;
BEGIN
    moved.village_id := NEW.village_id;
    IF moved IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'What was found of a risk is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER risk_finding_is_kept ON households_riskfinding;
CREATE TRIGGER risk_finding_is_kept BEFORE UPDATE ON households_riskfinding
    FOR EACH ROW EXECUTE FUNCTION households_keep_risk_finding();
"""
KEEP_BEFORE = """
DROP TRIGGER risk_finding_is_kept ON households_riskfinding;
CREATE TRIGGER risk_finding_is_kept BEFORE UPDATE ON households_riskfinding
    FOR EACH ROW EXECUTE FUNCTION households_refuse_change('What was found of a risk is append-only');
DROP FUNCTION households_keep_risk_finding();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0021_since_when_memberships_are_known")]
    operations = [migrations.RunSQL(KEEP, KEEP_BEFORE)]
