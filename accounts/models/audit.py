"""The audit trail: who did what to which record, when, and what changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act. Rows are only ever added: the database refuses to change or delete them."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    division_code = models.CharField(max_length=12, db_collation="C", blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id", "id"), name="audit_by_subject"),
            models.Index(fields=("actor", "id"), name="audit_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_kind} {self.subject_id}"
