"""When too many failures end, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.rules.lockouts import locked_until

WAIT = timedelta(minutes=15)


def minute(number: int) -> datetime:
    return datetime(2022, 4, 1, 4, number, tzinfo=UTC)


def test_fewer_failures_than_the_limit_lock_nobody():
    assert locked_until([], 1, WAIT) is None
    assert locked_until([(minute(0), 2), (minute(5), 2)], 5, WAIT) is None


def test_the_lock_ends_when_so_many_are_forgotten_that_fewer_than_the_limit_are_left():
    assert locked_until([(minute(0), 5)], 5, WAIT) == minute(15)
    # Two of minute 0, three of minute 5, two of minute 9: at minute 20 only the two of minute 9 are left.
    assert locked_until([(minute(0), 2), (minute(9), 2), (minute(5), 3)], 5, WAIT) == minute(20)
    assert locked_until([(minute(0), 2), (minute(9), 2), (minute(5), 3)], 6, WAIT) == minute(15)
