"""Limits of the steps, and the days that a case has waited."""

from __future__ import annotations

from datetime import date

from common.names import Name
from households.rules.standards import Kind, defaults
from households.workflow import AWAITING_DECISION, Status
from reports.rules.lateness import Limit, by_last_day, days_waited, in_words, last_day_in_time

SOURCE = Name("测试", "a test")
DAY = date(2022, 9, 5)


def test_every_step_that_somebody_has_to_take_ships_with_a_limit_and_its_source():
    shipped = defaults(Kind.LATENESS)
    assert set(shipped) == {status.value for status in AWAITING_DECISION}
    assert all(each.value["days"] == 15 and each.source.zh and each.source.en for each in shipped.values())


def test_a_case_is_in_time_up_to_and_including_its_last_day():
    assert last_day_in_time(Limit(15, SOURCE), DAY) == date(2022, 8, 21)
    assert last_day_in_time(Limit(3, SOURCE), DAY) == date(2022, 9, 2)


def test_days_waited_are_counted_from_the_step():
    assert days_waited(date(2022, 8, 21), DAY) == 15
    assert days_waited(DAY, DAY) == 0


def test_steps_with_the_same_limit_share_their_last_day():
    limits = {
        Status.REPORTED: Limit(15, SOURCE),
        Status.VERIFIED: Limit(4, SOURCE),
        Status.NOTICED: Limit(15, SOURCE),
    }
    assert by_last_day(limits, DAY) == {
        date(2022, 8, 21): [Status.REPORTED, Status.NOTICED],
        date(2022, 9, 1): [Status.VERIFIED],
    }


def test_limits_that_differ_by_place_are_told_from_the_shortest_to_the_longest():
    assert in_words([Limit(15, SOURCE)]) == in_words([Limit(15, SOURCE)] * 2) == "15"
    assert in_words([Limit(15, SOURCE), Limit(9, SOURCE), Limit(12, SOURCE)]) == "9–15"
