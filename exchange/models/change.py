"""The feed of changes: what happened to which record, in an order that stays for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from common.ids import new_id


class Told(models.Model):
    """What happened to a record of `kind`: where it was before and where it is since.

    A place is the code of a division, "" for everywhere and null for nowhere: what comes from nowhere is created, what
    goes there removed.
    """

    kind = models.CharField(max_length=30)
    record = models.CharField(max_length=36)
    household = models.UUIDField(null=True)
    place_before = models.CharField(max_length=12, null=True, db_collation="C")  # noqa: DJ001 (nowhere is not everywhere)
    place_after = models.CharField(max_length=12, null=True, db_collation="C")  # noqa: DJ001
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class PendingChange(Told):
    """Written by triggers in the transaction of the change; gone once it has a position."""

    number = models.BigAutoField(primary_key=True)


class Change(Told):
    """A change at its `position`: given once the change was committed, one after the other, and never again another."""

    position = models.BigIntegerField(primary_key=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(position__gt=0), name="change_position_is_positive"),
            models.CheckConstraint(
                condition=Q(place_before__isnull=False) | Q(place_after__isnull=False), name="change_is_somewhere"
            ),
        )


class Epoch(models.Model):
    """The life of one database: it ends where another one goes on from a backup (or a standby takes over).

    Positions up to `first_position` are those of the epoch before; the ones above it have never been told by another.
    """

    number = models.BigAutoField(primary_key=True)
    code = models.UUIDField(default=new_id, unique=True, editable=False)
    database = models.CharField(max_length=100)
    first_position = models.BigIntegerField()
    began_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(first_position__gte=0), name="epoch_begins_at_a_position"),)
        ordering = (F("number").desc(),)

    def __str__(self) -> str:
        return str(self.code)
