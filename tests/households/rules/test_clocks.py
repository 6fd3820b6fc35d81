"""When a statutory term ends."""

from datetime import date

import pytest
from django.utils import translation

from households.rules.clocks import (
    Clock,
    DueDay,
    Limit,
    Owner,
    Pause,
    Unit,
    due_day,
    in_words,
    levels_to_tell,
    months_after,
)

TUESDAY = date(2022, 3, 1)


MARCH_3, MARCH_4, MARCH_7, MARCH_8 = (date(2022, 3, day) for day in (3, 4, 7, 8))


def clock(length: int, unit: Unit, limit: Limit = Limit.LATEST) -> Clock:
    return Clock("verify", frozenset({"reported"}), frozenset({"verified"}), length, unit, Owner.CASEWORKER, limit)


WORKING_WEEK = clock(5, Unit.WORKING_DAYS)
MONTH = clock(1, Unit.MONTHS)


def test_the_day_of_the_start_is_not_counted():
    assert due_day(TUESDAY, WORKING_WEEK) == DueDay(date(2022, 3, 8))


def test_working_days_go_over_the_spring_festival():
    assert due_day(date(2022, 1, 26), WORKING_WEEK).on == date(2022, 2, 7)


@pytest.mark.parametrize(
    ("start", "term", "expected"),
    [
        ((2022, 3, 1), clock(5, Unit.DAYS), (2022, 3, 7)),  # the 6th is a Sunday
        ((2022, 1, 28), clock(5, Unit.DAYS), (2022, 2, 7)),  # 2 February lies in the Spring Festival
        ((2022, 9, 24), clock(15, Unit.DAYS), (2022, 10, 9)),  # a Sunday that is worked
        ((2022, 9, 1), MONTH, (2022, 10, 8)),  # National Day until the 7th
        ((2022, 1, 31), MONTH, (2022, 2, 28)),
        ((2022, 3, 1), clock(5, Unit.DAYS, Limit.NOT_BEFORE), (2022, 3, 6)),
        ((2022, 4, 1), clock(6, Unit.MONTHS, Limit.NOT_BEFORE), (2022, 10, 1)),
    ],
)
def test_a_last_day_off_is_put_off_but_a_first_day_is_not(start, term, expected):
    assert due_day(date(*start), term).on == date(*expected)


def test_months_end_on_the_same_number_or_the_last_day():
    assert [months_after(date(2023, 8, 31), count) for count in (1, 4, 6)] == [
        date(2023, 9, 30),
        date(2023, 12, 31),
        date(2024, 2, 29),
    ]


@pytest.mark.parametrize(
    ("term", "pauses", "expected"),
    [
        # 2, then 8, 9, 10, 11 March
        (WORKING_WEEK, [Pause(MARCH_3, MARCH_8)], date(2022, 3, 11)),
        # the same days told twice count once
        (WORKING_WEEK, [Pause(MARCH_3, MARCH_8), Pause(MARCH_4, MARCH_8)], date(2022, 3, 11)),
        # two pauses of one day each: 2, 4, 8, 9, 10
        (WORKING_WEEK, [Pause(MARCH_3, MARCH_4), Pause(MARCH_7, MARCH_8)], date(2022, 3, 10)),
        # begun and ended on one day: nothing is lost
        (WORKING_WEEK, [Pause(MARCH_3, MARCH_3)], date(2022, 3, 8)),
        # after the last day
        (WORKING_WEEK, [Pause(date(2022, 3, 9), None)], date(2022, 3, 8)),
        # 1 April and ten days more
        (MONTH, [Pause(date(2022, 3, 10), date(2022, 3, 20))], date(2022, 4, 11)),
        (WORKING_WEEK, [Pause(MARCH_3, None)], None),
        # one pause is over, the other goes on
        (WORKING_WEEK, [Pause(MARCH_3, MARCH_4), Pause(MARCH_7, None)], None),
    ],
)
def test_days_on_which_the_clock_stands_still_are_not_counted(term, pauses, expected):
    assert due_day(TUESDAY, term, pauses).on == expected


@pytest.mark.parametrize(
    ("start", "pause", "expected"),
    [
        # 29*, 30* January, 7 February, then 10 and 11
        ((2022, 1, 28), Pause(date(2022, 2, 8), date(2022, 2, 10)), (2022, 2, 11)),
        # held over the whole Spring Festival, of which no day counted anyway: 29*, 30*, 7, 8, 9
        ((2022, 1, 28), Pause(date(2022, 1, 31), date(2022, 2, 7)), (2022, 2, 9)),
        # held from the last day before National Day to its first after: 29, then 9*, 10, 11, 12 October
        ((2022, 9, 28), Pause(date(2022, 9, 30), date(2022, 10, 9)), (2022, 10, 12)),
    ],
)
def test_a_pause_beside_a_holiday_takes_away_working_days_only(start, pause, expected):
    assert due_day(date(*start), WORKING_WEEK, [pause]).on == date(*expected)


@pytest.mark.parametrize(
    ("unit", "limit", "is_estimated"),
    [
        (Unit.WORKING_DAYS, Limit.LATEST, True),
        (Unit.WORKING_DAYS, Limit.NOT_BEFORE, True),
        # put off from a day off to a working day, which nobody knows yet
        (Unit.DAYS, Limit.LATEST, True),
        (Unit.MONTHS, Limit.LATEST, True),
        # counted on the calendar alone
        (Unit.DAYS, Limit.NOT_BEFORE, False),
        (Unit.MONTHS, Limit.NOT_BEFORE, False),
    ],
)
def test_a_day_that_rests_on_unknown_holidays_is_an_estimate(unit, limit, is_estimated):
    assert due_day(date(2098, 12, 31), clock(5, unit, limit)).is_estimated is is_estimated
    assert not due_day(TUESDAY, clock(5, unit, limit)).is_estimated


def test_a_due_day_in_a_year_not_arranged_yet_is_an_estimate():
    assert due_day(date(2098, 12, 31), WORKING_WEEK) == DueDay(date(2099, 1, 7), is_estimated=True)
    assert due_day(date(2098, 12, 31), clock(5, Unit.DAYS, Limit.NOT_BEFORE)) == DueDay(date(2099, 1, 5))


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ((2022, 3, 8), []),  # the last day itself
        ((2022, 3, 9), [Owner.CASEWORKER]),
        ((2022, 3, 11), [Owner.CASEWORKER]),
        ((2022, 3, 14), [Owner.CASEWORKER, Owner.TOWNSHIP]),  # 9, 10, 11, 14
        ((2022, 3, 17), list(Owner)),
        ((2023, 3, 17), list(Owner)),
    ],
)
def test_an_overdue_term_climbs_level_by_level(on, told):
    assert levels_to_tell(date(2022, 3, 8), Owner.CASEWORKER, 3, date(*on)) == told


def test_a_term_of_the_township_never_climbs_down():
    told = levels_to_tell(date(2022, 3, 8), Owner.TOWNSHIP, 3, date(2022, 3, 14))
    assert told == [Owner.TOWNSHIP, Owner.COUNTY]


@pytest.mark.parametrize(
    ("length", "unit", "english", "chinese"),
    [
        (1, Unit.WORKING_DAYS, "1 working day", "1个工作日"),
        (15, Unit.WORKING_DAYS, "15 working days", "15个工作日"),
        (5, Unit.DAYS, "5 days", "5天"),
        (6, Unit.MONTHS, "6 months", "6个月"),
    ],
)
def test_a_term_in_words(length, unit, english, chinese):
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told.append(in_words(length, unit))
    assert told == [english, chinese]
