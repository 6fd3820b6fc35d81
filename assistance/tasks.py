"""Jobs of data quality: all of it every night, and what has changed every few minutes."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from assistance.operations import quality
from common.moments import day_of
from households.models import Division
from households.operations.quality import villages_changed
from households.rules.levels import Level

# Longer than the time between two runs and than any transaction, so that no change is passed over; repeating is free.
LOOKS_BACK = timedelta(minutes=30)


@shared_task
def check_quality_everywhere() -> None:
    """Check every county, each in a job of its own."""
    for code in Division.objects.at_level(Level.COUNTY).values_list("code", flat=True):
        check_quality_of.delay(code)


@shared_task
def check_quality_of(code: str) -> None:
    """Check all households of the division; repeating it changes nothing."""
    now = timezone.now()
    quality.check(under=code, on=day_of(now), at=now)


@shared_task
def check_quality_of_changes() -> None:
    """Check the villages in which a record was changed lately; repeating it changes nothing."""
    now = timezone.now()
    villages = villages_changed(since=now - LOOKS_BACK)
    quality.check_villages(villages=villages, on=day_of(now), at=now)
