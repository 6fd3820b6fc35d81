"""What was found of risks, kept as it was found; and waivers of conditions of elimination."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids

KEEP = """
CREATE TRIGGER risk_finding_is_kept BEFORE UPDATE ON households_riskfinding
    FOR EACH ROW EXECUTE FUNCTION households_refuse_change('What was found of a risk is append-only');
CREATE TRIGGER risk_finding_is_not_lost AFTER DELETE ON households_riskfinding REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION households_refuse_loss();
"""
LET_GO = """
DROP TRIGGER risk_finding_is_not_lost ON households_riskfinding;
DROP TRIGGER risk_finding_is_kept ON households_riskfinding;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0008_deadlines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GateWaiver",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("waived_on", models.DateField()),
                ("waived_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waivers", to="households.case"
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.division"
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("case", "rule"),
                        name="waiver_is_one_per_condition",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="waiver_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawal_reason", ""), ("withdrawn_at__isnull", True)),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawal_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="waiver_withdrawal_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskFinding",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("illness", "illness"),
                            ("schooling", "cost of schooling"),
                            ("disability", "disability"),
                            ("natural_disaster", "natural disaster"),
                            ("accident", "accident"),
                            ("failed_business", "failed production or business"),
                            ("unstable_work", "unstable migrant work or employment"),
                            ("no_labour", "lack of labour"),
                            ("unsafe_housing", "unsafe housing"),
                            ("unsafe_water", "unsafe drinking water"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("present", "still there"), ("gone", "gone"), ("new", "new")], max_length=10
                    ),
                ),
                ("found_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="risk_findings", to="households.case"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.division"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "-found_on"], name="risk_finding_by_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["present", "gone", "new"])),
                        name="risk_finding_state_is_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
