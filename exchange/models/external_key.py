"""External keys: how other systems call our records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from exchange.rules.kinds import KINDS


class ExternalKey(models.Model):
    """The system `namespace` calls the record of that kind `value`; the record belongs to `household`, or is it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    namespace = models.CharField(max_length=60)
    value = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(code.value, kind.name.en) for code, kind in KINDS.items()])
    record = models.UUIDField()
    household = models.ForeignKey("households.Household", on_delete=models.CASCADE, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("namespace", "kind", "value"), name="external_key_names_one_record"),
            models.CheckConstraint(condition=~Q(namespace="") & ~Q(value=""), name="external_key_is_whole"),
        )
        indexes = (models.Index(fields=("record",), name="external_key_by_record"),)

    def __str__(self) -> str:
        return f"{self.namespace}:{self.value}"
