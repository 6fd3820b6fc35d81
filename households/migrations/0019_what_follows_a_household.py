"""Past spans are shown with their household, wherever it lives; an event moves with its household and stays as it is."""

from django.db import migrations

from common.protection import POLICY, ProtectRows, begins, likely, told
from common.scopes import FIGURES, KEYS

VILLAGE = '"village_id"'
OF_KEY = f'"household_id" = ANY ({told(KEYS, "uuid")})'
BEFORE = f"{begins(VILLAGE, FIGURES)} OR {OF_KEY}"
SHOWN = "EXISTS (SELECT FROM households_household AS other WHERE other.id = households_casespan.household_id)"
SPANS = f"ALTER POLICY {POLICY} ON households_casespan USING ({likely(f'{BEFORE} OR {SHOWN}')})"
SPANS_BEFORE = f"ALTER POLICY {POLICY} ON households_casespan USING ({likely(BEFORE)})"
KEEP = """
CREATE FUNCTION households_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved households_caseevent := OLD;
BEGIN
    moved.village_id := NEW.village_id;
    IF moved IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'The history of a case is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER event_is_kept ON households_caseevent;
CREATE TRIGGER event_is_kept BEFORE UPDATE ON households_caseevent
    FOR EACH ROW EXECUTE FUNCTION households_keep_event();
"""
KEEP_BEFORE = """
DROP TRIGGER event_is_kept ON households_caseevent;
CREATE TRIGGER event_is_kept BEFORE UPDATE ON households_caseevent
    FOR EACH ROW EXECUTE FUNCTION households_refuse_change('The history of a case is append-only');
DROP FUNCTION households_keep_event();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0018_natural_change")]
    operations = [
        ProtectRows("householdlink", through=["from_household", "to_household"]),
        ProtectRows("householdmove", places=["from_village", "to_village"], through=["household"]),
        migrations.RunSQL(SPANS, SPANS_BEFORE),
        migrations.RunSQL(KEEP, KEEP_BEFORE),
    ]
