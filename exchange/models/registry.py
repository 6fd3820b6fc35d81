"""Messages of social-registry senders: what was asked under which identifiers, the answer, and its way back."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id

WAITING, SENT, GIVEN_UP, KEPT = "waiting", "sent", "given_up", "kept"
STATES = ((WAITING, "waiting"), (SENT, "sent"), (GIVEN_UP, "given up"), (KEPT, "kept"))


class RegistryMessageQuerySet(models.QuerySet):
    """Selections of messages."""

    def due(self, at: datetime) -> Self:
        """Messages whose answer is to be sent now."""
        return self.filter(state=WAITING, next_at__lte=at)


class RegistryMessage(models.Model):
    """
    A message that `sender` sent under an identifier of his own, or a notice to him, with its answer.

    Question and answer are encrypted, since both may name people. The answer to a synchronous one is `kept` for its
    status; that of another is `waiting` until it was sent to `callback`, tried again for a day, then given up.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=20)
    message_id = models.CharField(max_length=99)
    transaction_id = models.CharField(max_length=99)
    references = models.JSONField(default=list)
    question = models.BinaryField(default=bytes)
    answer = models.BinaryField(default=bytes)
    callback = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=STATES)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_index=True)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RegistryMessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("next_at",), condition=Q(state=WAITING), name="registry_message_due"),
            models.Index(fields=("sender", "transaction_id"), name="registry_transaction"),
        )
        constraints = (
            models.UniqueConstraint(fields=("sender", "message_id"), name="registry_message_comes_once"),
            models.CheckConstraint(
                condition=~Q(state=WAITING) | (Q(next_at__isnull=False) & ~Q(callback="")),
                name="registry_answer_has_a_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.message_id} {self.state}"


class RegistrySubscription(models.Model):
    """`subscriber` is notified at `callback` of records that come into being and satisfy the filter (encrypted)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscriber = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=30)
    criteria = models.BinaryField()
    digest = models.CharField(max_length=64)
    callback = models.CharField(max_length=500)
    position = models.BigIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subscriber", "digest"),
                condition=Q(ended_at__isnull=True),
                name="registry_subscription_is_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.callback}"
