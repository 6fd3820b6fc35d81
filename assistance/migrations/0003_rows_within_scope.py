"""The database shows and takes only plans and measures within the scope of whoever asks."""

from django.db import migrations

from common.protection import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("assistance", "0002_first_measures"), ("households", "0013_rows_within_scope")]
    operations = [
        ProtectRows("plan", places=["village"], keys="case__household"),
        ProtectRows("measure", places=["village"], keys="case__household"),
        ProtectRows("measurespan", places=["village"], keys="case__household", figures=True),
    ]
