"""Answers and notices of the social registry on their way: in the scope of the sender, signed, sent where allowed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import ClientSystem
from common import scopes
from common.ids import new_id
from common.moments import day_of
from exchange.models import RegistryMessage, RegistrySubscription
from exchange.operations import registry, registry_subscriptions
from exchange.rules import spdci
from exchange.rules.spdci import ANSWERS, NOTIFY, Action
from exchange.rules.spdci_signatures import sign
from exchange.webhook_tasks import post
from households.access import scope_of

LONGEST_ROUND = timedelta(seconds=60)
LOG = logging.getLogger(__name__)


def enveloped(action: str, to: str, message: Mapping[str, Any], number: int) -> dict[str, Any]:
    """An answer or a notice in its envelope, signed where there is a key."""
    now = timezone.now()
    header = {
        "version": spdci.VERSION,
        "message_id": new_id().hex,
        "message_ts": now.isoformat(),
        "action": action,
        "status": "succ",
        "total_count": number,
        "completed_count": number,
        "sender_id": settings.SPDCI_RECEIVER_ID,
        "receiver_id": to,
        "is_msg_encrypted": False,
    }
    seed = settings.SPDCI_SIGNING_KEY
    signed = sign(header, message, sender=settings.SPDCI_RECEIVER_ID, seed=seed, now=now) if seed else ""
    return {"signature": signed, "header": header, "message": message}


def send_message(row: RegistryMessage) -> bool:
    """Answer the message where that is not done yet, and send the answer; gives whether it was taken."""
    now = timezone.now()
    answer = registry.answer_of(row) or _answered(row, now)
    name = NOTIFY[0] if row.action == NOTIFY[0] else ANSWERS[Action(row.action)][0]
    body = orjson.dumps(enveloped(name, row.sender.username, answer, max(1, len(row.references))))
    is_fine = _may_be_sent(row) and post(row.callback, body, {"Content-Type": "application/json"}).is_fine
    registry.record(row=row, is_fine=is_fine, at=timezone.now())
    return is_fine


@shared_task
def send_registry_messages() -> int:
    """Send what is due, also what was left over by a worker or a broker that died; gives how many were taken.

    What cannot be answered keeps nothing else waiting: it is tried again as what was not taken is.
    """
    number, until = 0, timezone.now() + LONGEST_ROUND
    while (now := timezone.now()) < until and (row := registry.take_due(at=now)) is not None:
        try:
            number += send_message(row)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the message is free again after a while
        except Exception:
            LOG.exception("The message %s cannot be answered", row.pk)
            registry.record(row=row, is_fine=False, at=timezone.now())
    return number


@shared_task
def notify_registry_subscribers() -> None:
    """Look for what came into being, for each subscription in the scope of who subscribed."""
    now = timezone.now()
    for held in RegistrySubscription.objects.filter(ended_at__isnull=True).select_related("subscriber"):
        if not held.subscriber.is_active:
            continue
        with scopes.acting_in(scope_of(held.subscriber, day_of(now))):
            while registry_subscriptions.notify(subscription=held, at=now):
                pass


@shared_task
def forget_registry_messages() -> int:
    """Forget messages that are too old for a status to be asked; gives how many."""
    return registry.clear(before=timezone.now() - timedelta(days=settings.SPDCI_KEPT_DAYS))


def _answered(row: RegistryMessage, now: Any) -> Any:
    """The answer to a search, found in the scope that the sender has now."""
    message = registry.question_of(row)
    with scopes.acting_in(scope_of(row.sender, day_of(now))):
        answer = registry.answer_search(
            requests=message["search_request"],
            transaction_id=row.transaction_id,
            correlation_id=row.pk.hex,
            by=row.sender,
            at=now,
        )
    registry.keep_answer(row=row, answer=answer)
    return answer


def _may_be_sent(row: RegistryMessage) -> bool:
    """Whether the account is open and the address still one that is registered for it."""
    held = ClientSystem.objects.filter(user=row.sender, user__is_active=True).first()
    bases = [each.rstrip("/") for each in held.callbacks] if held else []
    return any(row.callback == each or row.callback.startswith(f"{each}/") for each in bases)
