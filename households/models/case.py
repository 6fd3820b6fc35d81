"""Cases: one monitoring episode of a household, with the risks for which it is monitored."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from households.models.household import Household
from households.models.scoping import PlacedQuerySet
from households.rules.codes import DISASTERS, ELIMINATION_WAYS, HOUSEHOLD_TYPES, MOST_RISKS, RISKS
from households.workflow import IN_REGISTER, OPEN, STATUSES


class Case(models.Model):
    """One episode, from the clue to the elimination of the risk. What it was on a past day stands in its spans.

    `first_landed_on` is kept by the app of measures: the day on which the case's first measure landed. `fingerprint` is
    of the report, where whoever sent it chose the key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="cases")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    episode = models.PositiveSmallIntegerField(default=1)
    household_type = models.CharField(max_length=20, choices=choices(HOUSEHOLD_TYPES))
    status = models.CharField(max_length=30, choices=choices(STATUSES))
    has_no_labour = models.BooleanField(default=False)
    is_green_channel = models.BooleanField(default=False)
    reported_on = models.DateField()
    identified_on = models.DateField(null=True, blank=True)
    eliminated_on = models.DateField(null=True, blank=True)
    elimination_way = models.CharField(max_length=20, blank=True, choices=choices(ELIMINATION_WAYS))
    first_landed_on = models.DateField(null=True, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("village", "id"), name="case_by_village"),)
        constraints = (
            models.UniqueConstraint(fields=("household", "episode"), name="case_episode_is_unique"),
            models.UniqueConstraint(
                fields=("household",),
                condition=Q(status__in=[status.value for status in sorted(OPEN)]),
                name="household_has_one_open_case",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[status.value for status in sorted(IN_REGISTER)])
                | Q(identified_on__isnull=False),
                name="case_in_register_was_identified",
            ),
            models.CheckConstraint(
                condition=~Q(status="eliminated")
                | (Q(eliminated_on__isnull=False, eliminated_on__gte=F("identified_on")) & ~Q(elimination_way="")),
                name="case_eliminated_has_day_and_way",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class CaseRisk(models.Model):
    """One of up to five risks of a case; a natural disaster names its kind, another risk says what it is."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="risks")
    position = models.PositiveSmallIntegerField()
    risk = models.CharField(max_length=20, choices=choices(RISKS))
    disaster = models.CharField(max_length=20, blank=True, choices=choices(DISASTERS))
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("case", "position"), name="case_risk_position_is_unique"),
            models.UniqueConstraint(fields=("case", "risk"), name="case_risk_is_named_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_RISKS), name="case_has_at_most_five_risks"
            ),
            models.CheckConstraint(
                condition=~Q(risk="natural_disaster") | ~Q(disaster=""), name="case_risk_disaster_has_a_kind"
            ),
            models.CheckConstraint(condition=~Q(risk="other") | ~Q(remark=""), name="case_risk_other_has_a_remark"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.risk}"
