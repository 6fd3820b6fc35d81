"""Background jobs of exchange; each may be run again after it was cut off, and repeats nothing."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from exchange import out_files
from exchange.models import Subscription
from exchange.operations import deliveries, export_jobs, feed
from exchange.webhook_tasks import send


@shared_task
def settle_changes() -> int:
    """Give positions to the changes that nobody has asked for meanwhile; gives how many rows were taken."""
    return feed.settle_all()


@shared_task
def send_webhooks() -> None:
    """Look after every subscription, each in a job of its own, so that a slow receiver keeps nobody waiting."""
    for key in Subscription.objects.live().values_list("pk", flat=True):
        send_webhooks_of.delay(str(key))


@shared_task
def send_webhooks_of(key: str) -> int:
    """Queue what has changed and send what is due; gives how many deliveries were tried.

    Where the worker dies, what it had taken is free again after a while: a delivery may come twice, none is lost.
    """
    subscription = Subscription.objects.get(pk=UUID(key))
    tried = 0
    has_more = True
    while has_more:
        has_more = deliveries.queue(subscription=subscription, at=timezone.now())
    while taken := deliveries.take(subscription=subscription, at=timezone.now()):
        for delivery in taken:
            outcome = send(delivery, timezone.now())
            deliveries.record(delivery=delivery, outcome=outcome, at=timezone.now())
            tried += 1
    return tried


def write_export(key: str) -> None:
    """Write the file of an export; begun anew where an earlier run was cut off, once however often it is asked."""
    out_files.carry_out(UUID(key), timezone.now)


@shared_task
def look_after_exports() -> None:
    """Delete the files that are kept no longer, and begin those anew whose runs died."""
    now = timezone.now()
    export_jobs.delete_old(at=now)
    out_files.clear_leftovers(now)
    for key in export_jobs.abandoned(at=now):
        write_export.delay(str(key))
