"""Cases that have landed measures already learn the day of the first."""

from django.db import migrations

FILL = """
UPDATE households_case AS c SET first_landed_on = found.first
FROM (
    SELECT case_id, min(landed_on) AS first FROM assistance_measure
    WHERE withdrawn_at IS NULL AND landed_on IS NOT NULL GROUP BY case_id
) AS found WHERE found.case_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("assistance", "0001_initial"), ("households", "0008_deadlines")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
