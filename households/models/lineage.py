"""Lineage: from which household another split off, into which one merged, and from where to where one moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from common.querysets import begins_with
from households.models.household import Household
from households.rules.changes import LINKS


class HouseholdLink(models.Model):
    """On the day `linked_on`, people of `from_household` split off into, or all merged into, `to_household`.

    A merge that was undone keeps its row, with the day from which both are households of their own again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=choices(LINKS))
    from_household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="links_onward")
    to_household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="links_back")
    linked_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_on = models.DateField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("linked_on", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(from_household=F("to_household")), name="link_joins_two_households"),
            models.UniqueConstraint(
                fields=("from_household",),
                condition=Q(kind="merge", undone_on__isnull=True),
                name="household_is_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(undone_on__isnull=True, undone_at__isnull=True, undone_by__isnull=True)
                | Q(
                    kind="merge",
                    undone_on__isnull=False,
                    undone_on__gt=F("linked_on"),
                    undone_at__isnull=False,
                    undone_by__isnull=False,
                ),
                name="link_undone_is_a_merge_and_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.from_household_id} {self.to_household_id}"


class HouseholdMoveQuerySet(models.QuerySet):
    """Selections of moves."""

    def after(self, day: date, known_at: datetime | None) -> Self:
        """Moves of which nothing is to be seen on that day as known at that moment, as known now where it is None."""
        late = Q(moved_on__gt=day)
        return self.filter(late if known_at is None else late | Q(recorded_at__gt=known_at))

    def between(self, code: str) -> Self:
        """Moves into the division `code` or out of it; those within it change nothing there."""
        came, went = begins_with("to_village_id", code), begins_with("from_village_id", code)
        return self.filter((came & ~went) | (went & ~came))


class HouseholdMove(models.Model):
    """The household lives in `to_village` since `moved_on`, and lived in `from_village` before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="moves")
    from_village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    to_village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    from_address = models.CharField(max_length=200, blank=True)
    moved_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = HouseholdMoveQuerySet.as_manager()

    class Meta:
        ordering = ("moved_on", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(from_village=F("to_village")), name="move_leads_elsewhere"),
            models.UniqueConstraint(fields=("household", "moved_on"), name="household_moves_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.from_village_id} {self.to_village_id}"
