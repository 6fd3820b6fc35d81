"""Background jobs about accounts and the audit trail."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.operations import answers, clients, seals


@shared_task
def seal_audit_trail() -> int:
    """Seal the audit rows that were written since the last seal; gives how many."""
    return seals.seal_all(at=timezone.now())


@shared_task
def clear_ended_tokens() -> int:
    """Forget tokens of client systems that have ended; gives how many."""
    return clients.clear_ended(at=timezone.now())


@shared_task
def forget_answers() -> int:
    """Forget what calls were answered that are too old to be repeated; gives how many."""
    return answers.clear(before=timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS))
