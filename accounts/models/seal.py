"""Seals: the audit trail bound row by row and batch by batch, so that nothing can be changed or taken out unseen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Seal(models.Model):
    """A batch of audit rows with the digest of each; its `digest` binds them to all batches `before`.

    Rows are only ever added: the database refuses to change or delete them. `last_row` is the highest key of the batch;
    up to the key `settled` every row has a seal and none can come any more.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    before = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    rows = ArrayField(models.BigIntegerField())
    digests = ArrayField(models.CharField(max_length=64))
    last_row = models.BigIntegerField()
    settled = models.BigIntegerField()

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=("last_row",), name="seal_by_last_row"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(number=1, before="") | (Q(number__gt=1) & ~Q(before="")), name="seal_has_one_before"
            ),
            models.CheckConstraint(condition=Q(rows__len__gte=1), name="seal_has_rows"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"
