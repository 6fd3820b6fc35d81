"""Days and moments: the one place where a moment becomes a day."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def day_of(at: datetime) -> date:
    """The calendar day of a moment in the deployment's time zone."""
    return at.astimezone(timezone.get_default_timezone()).date()
