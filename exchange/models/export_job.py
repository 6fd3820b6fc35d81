"""Files that somebody asked for: which list, how far each is, and until when it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.ids import new_id
from common.names import choices
from exchange.rules.export_states import EXPORT_STATES, FORMATS, UNDER_WAY, ExportState, Format

STATES = choices(EXPORT_STATES)


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    """Selections of files that somebody asked for."""

    def of(self, user: User) -> Self:
        """What `user` asked for, the latest first: nobody else learns of it."""
        return self.filter(asked_by_id=user.pk).order_by("-asked_at", "-pk")

    def under_way(self) -> Self:
        """Files that wait or are being written."""
        return self.filter(state__in=[state.value for state in UNDER_WAY])

    def silent_since(self, moment: datetime) -> Self:
        """Files under way of which nothing was heard since then: whoever wrote them is gone."""
        return self.under_way().filter(heard_at__lt=moment)

    def to_be_deleted(self, at: datetime) -> Self:
        """Files that are kept no longer."""
        return self.filter(state=ExportState.READY.value, kept_until__lte=at)


class ExportJob(models.Model):
    """`asked_by` wants the list `listed` of the division `place` as a file, chosen by `parameters`, for `purpose`.

    `claim` stands for the one run that writes the file: a later run takes it over, and an earlier one then stops.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField()
    place = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    listed = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=60), default=list)
    format = models.CharField(max_length=10, choices=choices(FORMATS))
    language = models.CharField(max_length=10)
    purpose = models.CharField(max_length=200)
    whole_numbers = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=ExportState.WAITING.value)
    rows_expected = models.PositiveIntegerField()
    rows_written = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    fault = models.CharField(max_length=500, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("asked_by", "-asked_at"), name="export_by_who_asked"),
            models.Index(
                fields=("heard_at",),
                condition=Q(state__in=[ExportState.WAITING.value, ExportState.WRITING.value]),
                name="export_under_way",
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(purpose=""), name="export_says_what_for"),
            models.CheckConstraint(condition=Q(whole_numbers=False) | ~Q(reason=""), name="export_of_numbers_says_why"),
            models.CheckConstraint(
                condition=Q(state="writing", claim__isnull=False) | (~Q(state="writing") & Q(claim__isnull=True)),
                name="export_is_written_by_one",
            ),
            models.CheckConstraint(
                condition=(Q(state="ready", kept_until__isnull=False) & ~Q(file="")) | (~Q(state="ready") & Q(file="")),
                name="export_that_is_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("asked_at")), name="export_ends_after_it_began"
            ),
        )

    def __str__(self) -> str:
        return f"{self.listed}.{self.format}"

    @property
    def name(self) -> str:
        """What the file is called."""
        day = self.parameters.get("as_of") or self.asked_at.date().isoformat()
        return f"{self.listed}-{self.place_id}-{day}.{Format(self.format).value}"

    @property
    def is_under_way(self) -> bool:
        """Whether the file is still to come."""
        return ExportState(self.state) in UNDER_WAY

    @property
    def is_ready(self) -> bool:
        """Whether the file can be fetched."""
        return self.state == ExportState.READY.value

    @property
    def state_name(self) -> str:
        """How far it is, in words."""
        return str(EXPORT_STATES[ExportState(self.state)])

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return min(100, 100 * self.rows_written // self.rows_expected) if self.rows_expected else 0
