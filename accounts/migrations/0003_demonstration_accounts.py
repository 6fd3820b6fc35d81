"""Accounts whose password is printed are marked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_is_append_only")]
    operations = [
        migrations.AddField(
            "user",
            "is_demonstration",
            models.BooleanField(
                default=False,
                help_text="Its password is printed; what it registers is synthetic.",
                verbose_name="demonstration account",
            ),
        ),
    ]
