"""Visits: what somebody found at a household, with photos; never changed, only followed by a correction."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from households.models.case import Case
from households.models.guarantee import GuaranteeCheck
from households.models.household import Household
from households.models.income import IncomeSurvey
from households.models.scoping import PlacedQuerySet
from households.rules.visits import PURPOSES, ListTold, Purpose, told


class VisitQuerySet(PlacedQuerySet):
    """Selections of visits."""

    def current(self) -> Self:
        """Visits that no correction has taken the place of."""
        return self.filter(superseded_by__isnull=True)


class Visit(models.Model):
    """One submission: rows are added, never changed; the key is chosen by the device, so that none comes twice.

    `happened_at` is the device's time, `received_at` ours. `checklists` are the lists as they were asked, `answers`
    what was found by list and item. A correction `supersedes` the visit that it puts right, and both stay readable.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20, choices=choices(PURPOSES))
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    checklists = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    findings = models.TextField(blank=True)
    next_visit_on = models.DateField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(null=True, blank=True)
    signed_name = models.CharField(max_length=100, blank=True)
    signature = models.FileField(max_length=200, blank=True)
    device = models.CharField(max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.CharField(max_length=500, blank=True)
    income_survey = models.ForeignKey(
        IncomeSurvey, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    guarantee_check = models.ForeignKey(
        GuaranteeCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    reported_case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("household", "-happened_at"), name="visit_by_household"),
            models.Index(fields=("village", "-happened_at", "-id"), name="visit_by_village"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True, accuracy__isnull=True)
                | Q(latitude__isnull=False, latitude__range=(-90, 90))
                & Q(longitude__isnull=False, longitude__range=(-180, 180)),
                name="visit_position_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True, reason="") | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="visit_correction_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="visit_does_not_supersede_itself"),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.happened_at:%Y-%m-%d}"

    @property
    def purpose_name(self) -> str:
        """Why the household was visited."""
        return str(PURPOSES[Purpose(self.purpose)])

    @property
    def lists(self) -> list[ListTold]:
        """The checklists with what was found, in the words in which they were asked."""
        return told(self.checklists, self.answers)


class VisitPhoto(models.Model):
    """A photo of a visit as it is kept; with `has_position` somebody wished the camera's position to stay in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    file = models.FileField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    has_position = models.BooleanField(default=False)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("visit", "position"), name="visit_photo_position_is_unique"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.position}"
