"""What a statement did is told by index, however many rows it wrote and however many tables hold."""

from django.db import migrations

from exchange.rules.triggers import TABLES, function_of

ANEW = "\n".join(function_of(table, told) for table, told in TABLES.items())


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_registry")]
    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
