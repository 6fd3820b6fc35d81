"""Until when what is recorded is known for good: no transaction that could still write before that moment is open."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from common.refusals import Invalid

# A door reads the clock a moment before the transaction of its operation begins.
DOOR = timedelta(seconds=1)
PAUSE = 0.1  # seconds
PAUSES = 40
OLDEST_OPEN = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND xact_start IS NOT NULL
"""


def horizon() -> datetime:
    """The latest moment as of which nothing can be recorded any more."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_OPEN)
        oldest: datetime = cursor.fetchone()[0]
    return oldest - DOOR


def settle(moment: datetime | None) -> datetime | None:
    """`moment`, once it lies behind the horizon, so that what was known at it is the same for ever.

    Waits a few seconds for a moment that has just passed; Invalid names the latest moment that can be asked for where
    a transaction keeps the horizon further back. None, for what is known now, is given back at once.
    """
    if moment is None:
        return None
    for _pause in range(PAUSES):
        if moment <= horizon():
            return moment
        time.sleep(PAUSE)
    raise Invalid(
        _("What was known then is not settled yet. Ask for %(moment)s or an earlier moment.")
        % {"moment": horizon().isoformat(timespec="seconds")},
        code="not_settled",
        field="known_at",
    )
