"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, User
from common.bulk import insert_all


def entry(
    *,
    action: str,
    subject: Model,
    by: User,
    at: datetime,
    division_code: str = "",
    changes: dict[str, Any] | None = None,
) -> AuditEvent:
    """An audit row not yet written: `by` did `action` to `subject` at `at`; `changes` holds plain JSON values."""
    return AuditEvent(
        at=at,
        actor_id=by.pk,
        action=action,
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        division_code=division_code,
        changes=changes or {},
    )


def last_changes(*, subject: Model, number: int) -> list[AuditEvent]:
    """The last acts that changed the record, the latest first, as far as the database shows them to the reader."""
    rows = AuditEvent.objects.filter(subject_kind=subject._meta.model_name or "", subject_id=str(subject.pk))
    return list(rows.exclude(changes={}).select_related("actor").order_by("-id")[:number])


def write(entries: Iterable[AuditEvent]) -> None:
    """Add the rows to the trail, in the transaction of the change they tell of.

    Their numbers are not asked for: who acts for a household elsewhere may leave a row there, but not read it.
    """
    insert_all(entries)
