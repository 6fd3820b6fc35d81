"""Background jobs of exchange; each may be run again after it was cut off, and repeats nothing."""

from __future__ import annotations

from celery import shared_task

from exchange.operations import feed


@shared_task
def settle_changes() -> int:
    """Give positions to the changes that nobody has asked for meanwhile; gives how many rows were taken."""
    return feed.settle_all()
