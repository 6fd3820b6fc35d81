"""Messages and subscriptions of social-registry senders."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0005_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistryMessage",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("action", models.CharField(max_length=20)),
                ("message_id", models.CharField(max_length=99)),
                ("transaction_id", models.CharField(max_length=99)),
                ("references", models.JSONField(default=list)),
                ("question", models.BinaryField(default=bytes)),
                ("answer", models.BinaryField(default=bytes)),
                ("callback", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("given_up", "given up"), ("kept", "kept")],
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("received_at", models.DateTimeField(db_index=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="registry_message_due"
                    ),
                    models.Index(fields=["sender", "transaction_id"], name="registry_transaction"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "message_id"), name="registry_message_comes_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            models.Q(("next_at__isnull", False), models.Q(("callback", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="registry_answer_has_a_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrySubscription",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("event", models.CharField(max_length=30)),
                ("criteria", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("callback", models.CharField(max_length=500)),
                ("position", models.BigIntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "subscriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("subscriber", "digest"),
                        name="registry_subscription_is_one",
                    )
                ],
            },
        ),
    ]
