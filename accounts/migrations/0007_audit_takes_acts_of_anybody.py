"""Whoever has a scope may leave audit rows of any division: an entrusted household lies where one is not posted."""

from django.db import migrations

from common.protection import begins, likely
from common.scopes import FIGURES

SOMEBODY = f"(SELECT nullif(current_setting('{FIGURES}', true), '')) IS NOT NULL"
WITHIN = likely(begins("division_code", FIGURES) + " OR (division_code = '' AND " + SOMEBODY + ")")
ANYBODY = f"ALTER POLICY within_scope ON accounts_auditevent WITH CHECK ({SOMEBODY});"
ONE_OF_THERE = f"ALTER POLICY within_scope ON accounts_auditevent WITH CHECK ({WITHIN});"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_seals_are_append_only")]
    operations = [migrations.RunSQL(ANYBODY, ONE_OF_THERE)]
