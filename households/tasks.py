"""Background jobs of the registry; each may be run again after it was cut off, and repeats nothing."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from common.moments import day_of
from households.models import Division
from households.operations import deadlines, warnings
from households.operations.quality import villages_changed
from households.rules.levels import Level

# Longer than the time between two runs and than any transaction, so that no change is passed over; repeating is free.
LOOKS_BACK = timedelta(minutes=30)


@shared_task
def escalate_deadlines() -> int:
    """Tell each level of what is overdue today, once; gives how many were told."""
    now = timezone.now()
    return deadlines.escalate(on=day_of(now), at=now)


@shared_task
def propose_clues_everywhere() -> None:
    """Look for warnings in the records of every county, each in a job of its own."""
    for code in Division.objects.at_level(Level.COUNTY).values_list("code", flat=True):
        propose_clues_of.delay(code)


@shared_task
def propose_clues_of(code: str) -> None:
    """Propose clues for all households of the division; repeating it changes nothing."""
    now = timezone.now()
    warnings.propose(under=code, on=day_of(now), at=now)


@shared_task
def propose_clues_of_changes() -> None:
    """Propose clues in the villages in which a record was changed lately; repeating it changes nothing."""
    now = timezone.now()
    warnings.propose_in(villages=villages_changed(since=now - LOOKS_BACK), on=day_of(now), at=now)
