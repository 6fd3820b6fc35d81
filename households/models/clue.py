"""Clues that the records propose (预警): why, on which evidence, and what somebody decided."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from common.names import choices
from households.models.case import Case
from households.models.household import Household
from households.models.scoping import PlacedQuerySet
from households.rules.procedure import CLUE_SOURCES, ClueSource
from households.rules.warnings import CAUSES, CLUE_STATES, Cause, ClueState, sentence

DECIDED = (ClueState.ACCEPTED.value, ClueState.DISMISSED.value)


class ClueQuerySet(PlacedQuerySet):
    """Selections of clues."""

    def open(self) -> Self:
        """Clues that wait for a decision."""
        return self.filter(state=ClueState.OPEN.value)


class Clue(models.Model):
    """The records of a household propose that it is at risk for `cause`; somebody accepts the clue or dismisses it.

    `fingerprint` stands for the evidence: what was decided on the same evidence is not proposed again. An accepted clue
    names the `case` that it opened, or to which its risk was added.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="clues", db_index=False)
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(
        max_length=20,
        choices=choices(CLUE_SOURCES),
        default=ClueSource.RECORD_CHECK.value,
    )
    cause = models.CharField(max_length=20, choices=choices(CAUSES))
    fingerprint = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=choices(CLUE_STATES),
        default=ClueState.OPEN.value,
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clues", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ClueQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("village", "id"), condition=Q(state="open"), name="clue_open_by_village"),
            models.Index(fields=("household", "cause"), name="clue_by_household"),
        )
        constraints = (
            models.UniqueConstraint(fields=("household", "cause"), condition=Q(state="open"), name="clue_is_open_once"),
            models.UniqueConstraint(
                fields=("household", "cause", "fingerprint"),
                condition=Q(state__in=DECIDED),
                name="clue_is_decided_once_on_its_evidence",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state="lapsed", decided_at__isnull=False, decided_by__isnull=True)
                | Q(state__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False),
                name="clue_decided_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(reason=""), name="clue_dismissed_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="accepted", case__isnull=False) | (~Q(state="accepted") & Q(case__isnull=True)),
                name="clue_accepted_has_a_case",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_at__gte=F("proposed_at")), name="clue_is_decided_later"
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.cause} {self.state}"

    @property
    def cause_name(self) -> str:
        """Why it is proposed, in a word."""
        return str(CAUSES[Cause(self.cause)])

    @property
    def state_name(self) -> str:
        """What became of it."""
        return str(CLUE_STATES[ClueState(self.state)])

    @property
    def sentence(self) -> str:
        """Why it is proposed, with its evidence."""
        return sentence(Cause(self.cause), self.facts)
