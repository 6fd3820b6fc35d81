"""Measures of a household that moved are counted in the past figures of the village in which it lived."""

from django.db import migrations

from common.protection import POLICY, begins, likely, told
from common.scopes import FIGURES, KEYS

VILLAGE = '"village_id"'
OF_KEYS = f'"case_id" IN (SELECT id FROM households_case WHERE household_id = ANY ({told(KEYS, "uuid")}))'  # noqa: S608 (names)
BEFORE = f"{begins(VILLAGE, FIGURES)} OR {OF_KEYS}"
SHOWN = "EXISTS (SELECT FROM households_casespan AS other WHERE other.case_id = assistance_measurespan.case_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0005_measure_spans_are_append_only"),
        ("households", "0019_what_follows_a_household"),
    ]
    operations = [
        migrations.RunSQL(
            f"ALTER POLICY {POLICY} ON assistance_measurespan USING ({likely(f'{BEFORE} OR {SHOWN}')})",
            f"ALTER POLICY {POLICY} ON assistance_measurespan USING ({likely(BEFORE)})",
        ),
    ]
