"""Background jobs of exchange; each may be run again after it was cut off, and repeats nothing."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone, translation

from accounts.models import User
from common import scopes
from common.moments import day_of
from common.refusals import NotAllowed
from exchange import (
    out_files,
    registry_tasks,  # noqa: F401 (its jobs are found here)
)
from exchange.models import Run, Subscription
from exchange.operations import deliveries, export_jobs, feed, runs, work
from exchange.webhook_tasks import send
from households.access import scope_of

LOG = logging.getLogger(__name__)
# The database or a lock was lost: again after 1, 2, 4 … seconds; where the broker is away too, the beat finds the run.
AGAIN: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": 1,
    "retry_backoff_max": 30,
    "max_retries": 6,
}


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
    One worker at a time sends to a subscriber, and it turns to others for a while where nobody answers.
    """
    subscription = Subscription.objects.get(pk=UUID(key))
    with runs.alone(subscription.pk) as is_alone:
        return _sent_to(subscription) if is_alone else 0


def _sent_to(subscription: Subscription) -> int:
    tried = 0
    has_more = True
    while has_more:
        has_more = deliveries.queue(subscription=subscription, at=timezone.now())
    while taken := deliveries.take(subscription=subscription, at=timezone.now()):
        for delivery in taken:
            outcome = send(delivery, timezone.now())
            deliveries.record(delivery=delivery, outcome=outcome, at=timezone.now())
            tried += 1
            if outcome.is_away:
                deliveries.rest(subscription=subscription, at=timezone.now())
                return tried
    return tried


@shared_task
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


@shared_task(**AGAIN)
def work_on(key: str) -> None:
    """Go on with a run in the scope of who sent it, until somebody has to be asked or it has ended."""
    run = Run.objects.filter(pk=UUID(key)).first()
    if run is None:
        return
    with runs.alone(run.pk) as is_alone, translation.override(run.language or None):
        try:
            while is_alone and _step(run.pk, User.objects.get(pk=run.by_id)):
                pass
        except NotAllowed as refusal:
            work.fail(key=run.pk, at=timezone.now(), reason=str(refusal), code=refusal.stable_code)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the run goes on where it stood
        except Exception as error:
            if not connection.is_usable():
                raise OperationalError("The connection was lost") from error
            LOG.exception("The run %s cannot go on", run.pk)
            work.fail(key=run.pk, at=timezone.now())


def _step(key: UUID, user: User) -> bool:
    now = timezone.now()
    runs.division_of(user=user, on=day_of(now))
    with scopes.acting_in(scope_of(user, day_of(now))):
        return work.step(key=key, at=now, clock=timezone.now)


@shared_task
def resume_runs() -> None:
    """Go on with runs whose worker has died, or whose job the broker never had or has lost."""
    for key in work.silent(at=timezone.now()):
        work_on.delay(str(key))


@shared_task
def tidy_runs() -> int:
    """Delete files that nobody went on with, and what old runs hold of people; gives how many runs were tidied."""
    return work.tidy(at=timezone.now())
