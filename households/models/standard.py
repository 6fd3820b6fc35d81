"""Standards that administrators set: rules, clocks, lists and limits, by division and from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from common.names import choices
from households.models.division import Division
from households.rules.standards import KINDS, Kind


class StandardQuerySet(models.QuerySet["Standard"]):
    """Selections of standards."""

    def kept(self) -> Self:
        """Standards that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def of_kinds(self, kinds: Iterable[Kind]) -> Self:
        """Standards of some kinds."""
        return self.filter(kind__in=[kind.value for kind in kinds])

    def reaching(self, codes: Iterable[str]) -> Self:
        """Standards that are set for one of these divisions, or for everywhere."""
        return self.filter(Q(division__isnull=True) | Q(division_id__in=list(codes)))


class Standard(models.Model):
    """What `code` of `kind` is in `division` (everywhere, where it is null) from `valid_from` until the next.

    The value has the keys that households.rules.standards asks for. A withdrawn one stays, and holds nowhere.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=choices(KINDS))
    code = models.CharField(max_length=40)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, blank=True, related_name="standards")
    valid_from = models.DateField()
    value = models.JSONField()
    source = models.CharField(max_length=300)
    is_official = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = StandardQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "code", "division", "valid_from"),
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="standard_is_one_per_division_and_day",
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in KINDS]), name="standard_kind_is_known"),
            models.CheckConstraint(condition=~Q(source=""), name="standard_has_a_source"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="standard_withdrawal_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.division_id} {self.valid_from}"
