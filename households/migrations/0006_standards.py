"""Standards that administrators set, by division and from a day on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0005_one_hash_a_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Standard",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("gate_rule", "conditions of elimination"),
                            ("clock", "clocks"),
                            ("matrix", "risks and the measures that answer them"),
                            ("checklist", "checklists of visits"),
                            ("visit_frequency", "frequency of visits"),
                            ("warning", "warnings"),
                            ("quality", "rules of data quality"),
                            ("lateness", "lateness at a step"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("value", models.JSONField()),
                ("source", models.CharField(max_length=300)),
                ("is_official", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standards",
                        to="households.division",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("kind", "code", "division", "valid_from"),
                        name="standard_is_one_per_division_and_day",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "gate_rule",
                                    "clock",
                                    "matrix",
                                    "checklist",
                                    "visit_frequency",
                                    "warning",
                                    "quality",
                                    "lateness",
                                ],
                            )
                        ),
                        name="standard_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="standard_has_a_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawal_reason", ""), ("withdrawn_at__isnull", True)),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawal_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="standard_withdrawal_has_a_reason",
                    ),
                ],
            },
        ),
    ]
