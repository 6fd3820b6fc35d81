"""Which households are entrusted to somebody outside of his postings: read before the scope of who asks is known."""

from django.db import migrations

# Within the function alone assignments of everywhere are read; what it gives are keys, and nothing of the households.
ENTRUST = """
CREATE FUNCTION households_entrusted(who uuid, day date, codes text[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    told text := current_setting('shouwang.records', true);
    found uuid[];
BEGIN
    PERFORM set_config('shouwang.records', '{""}', false);
    found := array(
        SELECT household_id FROM households_assignment
        WHERE user_id = who AND starts_on <= day AND (ends_on IS NULL OR ends_on > day) AND NOT village_id ^@ ANY (codes)
        ORDER BY household_id
    );
    PERFORM set_config('shouwang.records', coalesce(told, ''), false);
    RETURN found;
END
$$;
"""
FORGET = "DROP FUNCTION households_entrusted(uuid, date, text[]);"


class Migration(migrations.Migration):
    dependencies = [("households", "0015_loss_is_looked_for_anew")]
    operations = [migrations.RunSQL(ENTRUST, FORGET)]
