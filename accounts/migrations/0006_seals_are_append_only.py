"""The database refuses to change or delete a seal of the audit trail."""

from django.db import migrations

KEEP = """
CREATE TRIGGER seal_is_append_only BEFORE UPDATE OR DELETE ON accounts_seal
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_seal")]
    operations = [migrations.RunSQL(KEEP, "DROP TRIGGER seal_is_append_only ON accounts_seal")]
