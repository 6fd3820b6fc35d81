"""Deadlines: the runs of the clocks of a case, where they stood still, and who was told that one is overdue."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from households.models.case import Case
from households.models.scoping import PlacedQuerySet
from households.rules.clocks import LIMITS, OWNERS, UNITS, Limit, Owner, Unit, in_words
from households.rules.deadlines import ENDINGS, is_late


class DeadlineQuerySet(PlacedQuerySet):
    """Selections of deadlines."""

    def running(self) -> Self:
        """Deadlines that have not ended, those included whose clock stands still."""
        return self.filter(ended_on__isnull=True)

    def overdue(self, on: date) -> Self:
        """Running deadlines whose last day lies before that day."""
        return self.running().filter(limit=Limit.LATEST.value, due_on__lt=on)


class Deadline(models.Model):
    """One run of a clock, begun by the event number `event_sequence` of the case (DOMAIN §3.2).

    Derived from the case's events, the clocks in force and the pauses; written by households.operations.deadlines
    alone. `due_on` is empty while the clock stands still, since `paused_on`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    clock = models.CharField(max_length=40)
    event_sequence = models.PositiveIntegerField()
    length = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20, choices=choices(UNITS))
    limit = models.CharField(max_length=20, choices=choices(LIMITS))
    owner = models.CharField(max_length=20, choices=choices(OWNERS))
    climbs_every = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    is_estimated = models.BooleanField(default=False)
    paused_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=20, blank=True, choices=choices(ENDINGS))

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("village", "due_on"), name="deadline_running", condition=Q(ended_on__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(fields=("case", "clock", "event_sequence"), name="deadline_is_one_an_event"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, paused_on__isnull=False)
                | Q(due_on__isnull=False, paused_on__isnull=True),
                name="deadline_is_due_unless_paused",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("started_on")), name="deadline_is_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ending="") | (Q(ended_on__isnull=False) & ~Q(ending="")),
                name="deadline_ended_says_how",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.due_on}"

    def is_late(self, on: date) -> bool:
        """Whether it was missed as of that day."""
        return is_late(Limit(self.limit), self.due_on, self.ended_on, self.ending, on)

    @property
    def term(self) -> str:
        """The length of the term in words."""
        return in_words(self.length, Unit(self.unit))

    @property
    def owner_name(self) -> str:
        """Who answers for it."""
        return str(OWNERS[Owner(self.owner)])


class DeadlinePause(models.Model):
    """The clock of a deadline stood still from `starts_on` to the day before `ends_on`, for a reason that was given."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = PlacedQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("deadline",), condition=Q(ends_on__isnull=True), name="deadline_has_one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, resumed_at__isnull=True, resumed_by__isnull=True)
                | Q(ends_on__isnull=False, resumed_at__isnull=False, resumed_by__isnull=False),
                name="pause_ended_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.starts_on}"


class Escalation(models.Model):
    """At that moment `level` was told that the deadline is overdue: once each, and never taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="escalations")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, choices=choices(OWNERS))
    due_on = models.DateField()
    at = models.DateTimeField()

    objects = PlacedQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("deadline", "level"), name="escalation_is_told_once"),)

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.level}"
