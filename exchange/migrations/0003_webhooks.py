"""Webhooks: who is told of which changes, and what became of each telling."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids
from common.protection import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_changes"),
        ("households", "0019_what_follows_a_household"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                ("position", models.BigIntegerField()),
                ("key_name", models.CharField(max_length=20)),
                ("key_token", models.BinaryField()),
                ("earlier_name", models.CharField(blank=True, max_length=20)),
                ("earlier_token", models.BinaryField(null=True)),
                ("earlier_until", models.DateTimeField(null=True)),
                ("began_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.division"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("record", models.CharField(max_length=36)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("failed", "failed, tried again"),
                            ("given_up", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("first_tried_at", models.DateTimeField(null=True)),
                ("taken_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                (
                    "subscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="exchange.subscription",
                    ),
                ),
            ],
            options={
                "ordering": ("subscription", "position"),
            },
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), _negated=True), name="subscription_has_an_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier_name", ""), ("earlier_token__isnull", True), ("earlier_until__isnull", True)),
                    models.Q(
                        ("earlier_token__isnull", False),
                        ("earlier_until__isnull", False),
                        models.Q(("earlier_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="subscription_earlier_key_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "failed"))),
                fields=["subscription", "kind", "record", "position"],
                name="delivery_to_be_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("subscription", "position"), name="delivery_is_queued_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ("waiting", "failed"))),
                    models.Q(
                        models.Q(("state__in", ("waiting", "failed")), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="delivery_ended_says_when",
            ),
        ),
        ProtectRows("subscription", places=["division"]),
        ProtectRows("delivery", through=["subscription"]),
    ]
