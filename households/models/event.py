"""Case events: the history from which everything else about a case can be rebuilt."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from common.names import choices
from households.models.case import Case
from households.models.scoping import PlacedQuerySet
from households.rules.history import EVENT_KINDS


class CaseEvent(models.Model):
    """What happened to a case on `occurred_on`, as recorded at `recorded_at`: rows are added, never changed.

    `facts` are the values that hold from that day on (see households.rules.history); `details` are remarks and reasons.
    A correction names the event that it `corrects` and repeats it as it should have been.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=30, choices=choices(EVENT_KINDS))
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")

    objects = PlacedQuerySet.as_manager()

    class Meta:
        ordering = ("case", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("case", "sequence"), name="event_sequence_is_unique"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | Q(kind="corrected"), name="event_correction_is_named_so"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} #{self.sequence} {self.kind}"
