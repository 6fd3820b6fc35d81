"""Problems as the API tells them: a record that was changed meanwhile is told with what changed, by whom and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from accounts.operations import audit
from common import problems
from common.refusals import Stale

MOST_ACTS = 20


def handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to an error; of acts since the stale version those that the reader may see, the latest first."""
    if isinstance(error, Stale) and error.record is not None:
        number = min(MOST_ACTS, max(0, error.record.version - (error.expected or 0)))
        acts = audit.last_changes(subject=error.record, number=number)
        error.beside["version"] = error.record.version
        error.beside["changes"] = [
            {"at": act.at.isoformat(), "by": act.actor.username, "action": act.action, "fields": sorted(act.changes)}
            for act in acts
        ]
    return problems.handler(error, context)
