"""Answers that were given to writing calls, kept for a time so that a call that is repeated is answered the same."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from common.ids import new_id


class KeptAnswer(models.Model):
    """
    What the account was answered under a key that its client chose (`Idempotency-Key`).

    The row is inserted before the effects of the call, in their transaction: whoever comes second waits for it. What
    was answered is encrypted, since it may hold a secret or a document number.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255, db_collation="C")
    call = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    begun_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="answer_key_is_one"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key} {self.status}"
