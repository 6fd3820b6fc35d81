"""Background jobs about accounts and the audit trail."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.operations import clients, seals


@shared_task
def seal_audit_trail() -> int:
    """Seal the audit rows that were written since the last seal; gives how many."""
    return seals.seal_all(at=timezone.now())


@shared_task
def clear_ended_tokens() -> int:
    """Forget tokens of client systems that have ended; gives how many."""
    return clients.clear_ended(at=timezone.now())
