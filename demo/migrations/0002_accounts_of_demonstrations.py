"""The accounts that a demonstration opened are marked as its own."""

from django.db import migrations

# As demonstrations named them; whoever has the name of an office and no other name is nobody.
MARK = """
UPDATE accounts_user SET is_demonstration = true
WHERE (is_system AND username LIKE 'demonstration.%')
OR (EXISTS (SELECT FROM demo_demonstration) AND NOT is_staff AND NOT is_superuser AND (username, full_name) IN (
    ('supervisor', '督导员'), ('county', '督导员'), ('caseworker', '帮扶干部'), ('reviewer', '乡镇审核员'),
    ('approver', '县级审定员'), ('administrator', '系统管理员'), ('client', '接口系统')
));
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_demonstration_accounts"), ("demo", "0001_initial")]
    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
