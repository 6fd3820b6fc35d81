"""Divisions are found by the initials of their names."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models import F, Q

from households.rules.initials import initials


def fill(apps, editor):
    """The initials of divisions that are there already, a name at a time in one statement."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM households_division")
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "UPDATE households_division AS held SET initials = found.initials "
            "FROM unnest(%s::text[], %s::text[]) AS found (name, initials) WHERE held.name = found.name",
            [names, [initials(name) for name in names]],
        )


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial")]
    operations = [
        migrations.AddField(
            "division",
            "initials",
            models.CharField(max_length=200, db_collation="C", blank=True, default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "division",
            models.Index(OpClass(F("name"), name="varchar_pattern_ops"), F("code"), name="division_by_name"),
        ),
        migrations.AddIndex("division", models.Index(fields=("initials", "code"), name="division_by_initials")),
        migrations.AddIndex(
            "division",
            models.Index(fields=("code",), condition=Q(code__length__lte=6), name="division_upper"),
        ),
    ]
