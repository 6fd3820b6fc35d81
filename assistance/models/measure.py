"""Measures: each piece of help in a plan, from its planning to the day on which it landed (落实)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value, When

from assistance.models.plan import Plan
from assistance.rules.categories import CATEGORIES
from assistance.rules.states import State, state_of
from common.ids import new_id
from common.names import choices
from households.models import Case, Division, Member
from households.models.scoping import PlacedQuerySet
from households.rules.codes import RISKS


def state_by(prefix: str = "") -> models.Case:
    """The same as `state`, for the database; of days whose names begin with `prefix`."""
    furthest_first = {"ended_on": State.ENDED, "landed_on": State.LANDED, "started_on": State.UNDER_WAY}
    return models.Case(
        *(When(**{f"{prefix}{day}__isnull": False}, then=Value(state.value)) for day, state in furthest_first.items()),
        default=Value(State.PLANNED.value),
        output_field=models.CharField(),
    )


STATE = state_by()


class MeasureQuerySet(PlacedQuerySet):
    """Selections of measures."""

    def standing(self) -> Self:
        """Measures that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def due(self, on: date) -> Self:
        """Measures that should have landed by that day and have not."""
        return self.standing().filter(landed_on__isnull=True, due_on__lte=on)

    def in_state(self, state: str) -> Self:
        """Measures that have come so far and no further."""
        return self.alias(told_state=STATE).filter(told_state=state)

    def of_version(self, plan: Plan) -> Self:
        """The measures of a version of a plan: those planned by then, but what had ended or was withdrawn before it."""
        rows = self.filter(case=plan.case_id, plan__number__lte=plan.number)
        rows = rows.exclude(plan__number__lt=plan.number, ended_on__lt=plan.drawn_up_on)
        if plan.recorded_at is not None:
            rows = rows.exclude(plan__number__lt=plan.number, withdrawn_at__lte=plan.recorded_at)
        return rows


class Measure(models.Model):
    """One item of help for the household, or for one `member` of it, against one `risk` of the case where it names one.

    `plan` is the version with which it was planned; later versions hold it too until it ends or is withdrawn.
    What was known when stands in its spans. `fingerprint` is of what was sent, where whoever sent it chose the key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="measures")
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    risk = models.CharField(max_length=20, blank=True, choices=choices(RISKS))
    category = models.CharField(max_length=30, choices=choices(CATEGORIES))
    item = models.CharField(max_length=200)
    responsible_unit = models.CharField(max_length=200, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    planned_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    landed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    evidence = models.CharField(max_length=500, blank=True)
    evidence_photo = models.FileField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("village", "id"), name="measure_by_village"),
            models.Index(
                fields=("village", "due_on"),
                condition=Q(landed_on__isnull=True, withdrawn_at__isnull=True, due_on__isnull=False),
                name="measure_due",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(landed_on__isnull=False, ended_on__gte=F("landed_on")),
                name="measure_ends_after_it_landed",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(landed_on__isnull=True) | Q(landed_on__gte=F("started_on")),
                name="measure_lands_after_it_started",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("planned_on")),
                name="measure_is_due_after_it_was_planned",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=Decimal(0)), name="measure_amount_is_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.category}: {self.item}"

    @property
    def state(self) -> State:
        """How far the measure has come."""
        return state_of(self.started_on, self.landed_on, self.ended_on)
