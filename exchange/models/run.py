"""Runs: files and batches of records that come in, and their items one by one."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.crypto import decrypt, encrypt
from common.ids import new_id
from common.names import choices
from exchange.rules.headings import SheetPlan
from exchange.rules.kinds import KINDS
from exchange.rules.outcomes import BECAME
from exchange.rules.runs import RUN_KINDS, RUN_STATES, UNDONE, WORKING, RunState

KIND_CHOICES = [(code.value, kind.name.en) for code, kind in KINDS.items()]
BECAME_CHOICES = choices(BECAME)
LENGTH_OF_HASH = 24


def sealed(told: Any) -> bytes:
    """A plain value as it is kept: encrypted, because it holds what is personal."""
    return encrypt(orjson.dumps(told, default=str).decode())


def unsealed(token: bytes | memoryview | None) -> Any:
    """The value behind `sealed`; an empty mapping where nothing is kept."""
    return orjson.loads(decrypt(bytes(token))) if token else {}


class Run(models.Model):
    """
    A file or batch that `by` sent, taken part by part.

    `done` of `total` items have gone through the present state; `place` and `position` are of the last of them, written
    in the transaction of its part: after a crash the next part begins there. `sheets` says how the file is read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=choices(RUN_KINDS))
    state = models.CharField(max_length=15, choices=choices(RUN_STATES))
    division = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    stored_as = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    sheets = models.JSONField(default=list)
    origin = models.CharField(max_length=100, blank=True)
    is_whole = models.BooleanField(default=False)
    is_trial_only = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    place = models.IntegerField(default=-1)
    position = models.IntegerField(default=-1)
    fault_code = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("by", "-at", "-id"), name="run_by_user"),
            models.Index(
                fields=("beat_at",),
                condition=Q(state__in=[state.value for state in sorted(WORKING)]),
                name="run_at_work",
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="run_does_no_more_than_all"),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(fault="") | Q(state__in=("rolling_back", "rolled_back")),
                name="run_with_a_fault_has_failed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("applied", "rolling_back", "rolled_back")) | Q(applied_at__isnull=False),
                name="run_applied_says_when",
            ),
        )

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def is_working(self) -> bool:
        """Whether a job has to go on with it."""
        return RunState(self.state) in WORKING

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return str(RUN_STATES[RunState(self.state)])

    @property
    def plans(self) -> list[SheetPlan]:
        """How each sheet is read."""
        return [SheetPlan.read(told) for told in self.sheets]


class RunItem(models.Model):
    """
    One record of a run, as it came in and what became of it.

    `content` (the values as given) and `told` (sentence, old and new values) are encrypted; `identities` are keyed
    hashes of all by which the record is recognised, `home` that of its household. `place` orders the items so that
    those of one household follow each other.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    place = models.IntegerField(default=0)
    sheet = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    content = models.BinaryField(null=True)
    identities = ArrayField(models.CharField(max_length=LENGTH_OF_HASH), default=list)
    home = models.CharField(max_length=LENGTH_OF_HASH, blank=True)
    same = models.CharField(max_length=LENGTH_OF_HASH, blank=True)
    became = models.CharField(max_length=10, blank=True, choices=BECAME_CHOICES)
    status = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=60, blank=True)
    told = models.BinaryField(null=True)
    record = models.CharField(max_length=40, blank=True)
    household = models.UUIDField(null=True)
    based_on = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    is_applied = models.BooleanField(default=False)
    undone = models.CharField(max_length=10, blank=True, choices=choices(UNDONE))
    undone_told = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "position"), name="run_item_has_one_position"),
            models.CheckConstraint(
                condition=Q(is_applied=False) | Q(became__in=("created", "changed")),
                name="run_item_applied_did_something",
            ),
            models.CheckConstraint(condition=Q(undone="") | Q(is_applied=True), name="run_item_undone_was_applied"),
            models.CheckConstraint(condition=~Q(became="refused") | ~Q(code=""), name="run_item_refused_says_why"),
        )
        indexes = (
            models.Index(fields=("run", "place", "position"), name="run_item_in_order"),
            models.Index(fields=("run", "became", "position"), name="run_item_by_outcome"),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"
