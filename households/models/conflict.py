"""Conflicts: a change that was based on an older version, kept with both values until somebody decides."""

from __future__ import annotations

from typing import Any, Self

import orjson
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from common.crypto import decrypt, encrypt
from common.ids import new_id
from common.names import choices
from households.models.household import Household
from households.models.member import Member
from households.models.scoping import PlacedQuerySet
from households.rules.conflicts import CONFLICT_STATES, FIELDS, ConflictState


class ConflictQuerySet(PlacedQuerySet):
    """Selections of conflicts."""

    def open(self) -> Self:
        """Conflicts that wait for a decision."""
        return self.filter(state=ConflictState.OPEN.value)


class Conflict(models.Model):
    """Of the household, or of its `member`, two values each of `fields`: the one held and the one sent.

    The values are encrypted as document numbers are. `held_by` wrote the value held, where the trail tells; `device`
    and `made_at` are what the sender says of where and when the value sent was written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="conflicts")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="conflicts", null=True, blank=True)
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    fields = ArrayField(models.CharField(max_length=30))
    values_token = models.BinaryField()
    based_on = models.PositiveIntegerField()
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    held_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10,
        choices=choices(CONFLICT_STATES),
        default=ConflictState.OPEN.value,
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("village", "id"), condition=Q(state="open"), name="conflict_open_by_village"),)
        constraints = (
            models.CheckConstraint(condition=Q(fields__len__gte=1), name="conflict_is_about_a_field"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True, reason="")
                | (~Q(state="open") & Q(decided_at__gte=F("sent_at"), decided_by__isnull=False) & ~Q(reason="")),
                name="conflict_decided_says_by_whom_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {', '.join(self.fields)} {self.state}"

    @staticmethod
    def sealed(values: dict[str, list[Any]]) -> bytes:
        """The values, held and sent, as they are kept."""
        return encrypt(orjson.dumps(values, default=str).decode())

    @property
    def values(self) -> dict[str, list[Any]]:
        """For each field the value held and the value sent."""
        told: dict[str, list[Any]] = orjson.loads(decrypt(self.values_token))
        return told

    @property
    def told(self) -> list[tuple[str, ...]]:
        """For each field its name, the value held and the value sent, as people read them."""
        return [(str(FIELDS[name]), *map(_shown, values)) for name, values in self.values.items()]

    @property
    def state_name(self) -> str:
        """What became of it."""
        return str(CONFLICT_STATES[ConflictState(self.state)])


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else "–"
