"""Households that a demonstration invented are marked, those of before by the account that registered them."""

from django.db import migrations, models

MARK = """
UPDATE households_household SET is_synthetic = true WHERE id IN (
    SELECT subject_id::uuid FROM accounts_auditevent WHERE action = 'household.registered' AND actor_id IN (
        SELECT id FROM accounts_user WHERE username = 'demonstration.reporter' AND is_system
    )
);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_demonstration_accounts"), ("households", "0002_division_initials")]
    operations = [
        migrations.AddField("household", "is_synthetic", models.BooleanField(default=False, editable=False)),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
