"""Risk findings: what was found of a risk of a case on a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.ids import new_id
from common.names import choices
from households.models.case import Case
from households.models.scoping import PlacedQuerySet
from households.rules.codes import RISKS
from households.rules.gate import RISK_STATES


class RiskFinding(models.Model):
    """A risk was still there, gone, or newly there on `found_on`: rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="risk_findings")
    village = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="+")
    risk = models.CharField(max_length=20, choices=choices(RISKS))
    state = models.CharField(max_length=10, choices=choices(RISK_STATES))
    found_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PlacedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("case", "-found_on"), name="risk_finding_by_case"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RISK_STATES]), name="risk_finding_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.risk} {self.state} {self.found_on}"
