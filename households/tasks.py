"""Background jobs of the registry; each may be run again after it was cut off, and repeats nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common.moments import day_of
from households.operations import deadlines


@shared_task
def escalate_deadlines() -> int:
    """Tell each level of what is overdue today, once; gives how many were told."""
    now = timezone.now()
    return deadlines.escalate(on=day_of(now), at=now)
