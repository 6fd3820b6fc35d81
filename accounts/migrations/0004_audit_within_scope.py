"""The database shows and takes only audit rows of the divisions within the scope, and those of no division."""

from django.db import migrations

from common.protection import begins, likely
from common.scopes import FIGURES

SOMEBODY = f"(SELECT nullif(current_setting('{FIGURES}', true), '')) IS NOT NULL"
PROTECT = f"""
ALTER TABLE accounts_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditevent FORCE ROW LEVEL SECURITY;
CREATE POLICY within_scope ON accounts_auditevent
    USING ({likely(begins("division_code", FIGURES) + " OR (division_code = '' AND " + SOMEBODY + ")")});
"""
SHOW = """
DROP POLICY within_scope ON accounts_auditevent;
ALTER TABLE accounts_auditevent NO FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditevent DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_demonstration_accounts")]
    operations = [migrations.RunSQL(PROTECT, SHOW)]
