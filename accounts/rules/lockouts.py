"""When too many failures to sign in end: pure, from what failed when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

Failures = tuple[datetime, int]


def locked_until(failures: Iterable[Failures], limit: int, wait: timedelta) -> datetime | None:
    """The moment at which fewer than `limit` failures are left, each forgotten `wait` after it; None where fewer are.

    `failures` are the moments of last failures, each with how many are forgotten together with it.
    """
    total = 0
    for moment, number in sorted(failures, reverse=True):
        total += number
        if total >= limit:
            return moment + wait
    return None
