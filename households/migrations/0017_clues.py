"""Clues that the records propose."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids
from common.protection import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0016_entrusted_households"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Clue",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self_application", "self-application"),
                            ("inspection", "grass-roots inspection"),
                            ("department_warning", "department warning"),
                            ("hotline", "hotline and public oversight"),
                            ("visit", "visit"),
                            ("record_check", "check of the records"),
                        ],
                        default="record_check",
                        max_length=20,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("income_below_line", "income below the line"),
                            ("self_paid", "large self-paid spending"),
                            ("lost_job", "lost job"),
                            ("dropout", "child out of school"),
                            ("uninsured", "without medical insurance"),
                            ("unsafe_housing", "unsafe housing"),
                            ("unsafe_water", "unsafe drinking water"),
                            ("disaster", "disaster or accident"),
                        ],
                        max_length=20,
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be decided"),
                            ("accepted", "accepted"),
                            ("dismissed", "dismissed"),
                            ("lapsed", "lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clues",
                        to="households.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clues",
                        to="households.household",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.division",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["village", "id"], name="clue_open_by_village"
                    ),
                    models.Index(fields=["household", "cause"], name="clue_by_household"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("household", "cause"), name="clue_is_open_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("accepted", "dismissed"))),
                        fields=("household", "cause", "fingerprint"),
                        name="clue_is_decided_once_on_its_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "open")),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", True), ("state", "lapsed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ("accepted", "dismissed")),
                            ),
                            _connector="OR",
                        ),
                        name="clue_decided_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="clue_dismissed_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("case__isnull", True)),
                            _connector="OR",
                        ),
                        name="clue_accepted_has_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at__isnull", True), ("decided_at__gte", models.F("proposed_at")), _connector="OR"
                        ),
                        name="clue_is_decided_later",
                    ),
                ],
            },
        ),
        ProtectRows("clue", places=["village"], keys="household"),
    ]
