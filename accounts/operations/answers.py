"""Kept answers: begun before the effects of a call, completed with them, forgotten after a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import KeptAnswer
from common.crypto import decrypt, encrypt


def begin(*, user_id: Any, key: str, call: str, at: datetime, since: datetime) -> tuple[UUID, KeptAnswer | None]:
    """
    Take the key for this call, inside the transaction of its effects; or the answer that was given under it before.

    Where another call with the key is under way this waits until it ends: its answer is then there, or, where it was
    refused, the key is free. What was begun before `since` counts no more.
    """
    KeptAnswer.objects.filter(user_id=user_id, key=key, begun_at__lt=since).delete()
    mine = KeptAnswer(user_id=user_id, key=key, call=call, begun_at=at)
    KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    kept = KeptAnswer.objects.get(user_id=user_id, key=key)
    return mine.pk, None if kept.pk == mine.pk else kept


def keep(*, row: UUID, status: int, headers: Mapping[str, str], body: str) -> None:
    """What was answered under the key that the row took."""
    KeptAnswer.objects.filter(pk=row).update(status=status, headers=dict(headers), body=encrypt(body))


def body_of(answer: KeptAnswer) -> str:
    """The text that was answered."""
    return decrypt(answer.body) if answer.body else ""


def clear(*, before: datetime) -> int:
    """Forget what was begun before that moment; gives how many."""
    forgotten, _each = KeptAnswer.objects.filter(begun_at__lt=before).delete()
    return int(forgotten)
