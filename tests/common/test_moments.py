"""Moments become days in one place."""

from datetime import UTC, date, datetime

from common.moments import day_of


def test_the_day_of_a_moment_is_the_one_on_the_wall_in_china():
    assert day_of(datetime(2022, 3, 31, 15, 59, 59, tzinfo=UTC)) == date(2022, 3, 31)
    assert day_of(datetime(2022, 3, 31, 16, 0, tzinfo=UTC)) == date(2022, 4, 1)
