"""Seals over the audit trail."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_audit_within_scope"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("before", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("rows", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "digests",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("last_row", models.BigIntegerField()),
                ("settled", models.BigIntegerField()),
            ],
            options={
                "ordering": ("number",),
                "indexes": [models.Index(fields=["last_row"], name="seal_by_last_row")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", ""), ("number", 1)),
                            models.Q(("number__gt", 1), models.Q(("before", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="seal_has_one_before",
                    ),
                    models.CheckConstraint(condition=models.Q(("rows__len__gte", 1)), name="seal_has_rows"),
                ],
            },
        ),
    ]
