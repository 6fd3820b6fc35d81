"""Limits of the steps, and the days that a case has waited."""

from __future__ import annotations

from datetime import date

from households.workflow import AWAITING_DECISION, Status
from reports.rules.lateness import LIMITS, Limit, days_waited, last_day_in_time


def test_every_step_that_somebody_has_to_take_has_a_limit_with_its_source():
    assert set(LIMITS) == AWAITING_DECISION
    assert all(limit.days == 15 and limit.source.zh and limit.source.en for limit in LIMITS.values())


def test_a_case_is_in_time_up_to_and_including_its_last_day():
    assert last_day_in_time(Status.REPORTED, date(2022, 9, 5)) == date(2022, 8, 21)
    limits = {Status.REPORTED: Limit(3, LIMITS[Status.REPORTED].source)}
    assert last_day_in_time(Status.REPORTED, date(2022, 9, 5), limits) == date(2022, 9, 2)


def test_days_waited_are_counted_from_the_step():
    assert days_waited(date(2022, 8, 21), date(2022, 9, 5)) == 15
    assert days_waited(date(2022, 9, 5), date(2022, 9, 5)) == 0
