"""Terms of personal tokens: what a token may be used for, and when it was used last."""

from __future__ import annotations

from django.db import models


class TokenTerms(models.Model):
    """What is known of a token beside its hash and its end; `last_used_at` is right to the hour."""

    token = models.OneToOneField("knox.AuthToken", on_delete=models.CASCADE, primary_key=True, related_name="terms")
    is_read_only = models.BooleanField(default=False)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.token_id[:8]} {'read only' if self.is_read_only else 'read and write'}"
