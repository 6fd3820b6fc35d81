"""Working days of China over the holidays of several years, worked out by hand from the published arrangements."""

from datetime import date

import pytest

from households.rules.working_days import is_known, is_working_day, working_day_after, working_day_from

# Each year's Spring Festival and National Day: the days off, and the weekend days worked in their place.
ARRANGED = [
    ((2022, 1, 31), (2022, 2, 6), [(2022, 1, 29), (2022, 1, 30)]),
    ((2022, 10, 1), (2022, 10, 7), [(2022, 10, 8), (2022, 10, 9)]),
    ((2023, 1, 21), (2023, 1, 27), [(2023, 1, 28), (2023, 1, 29)]),
    ((2023, 9, 29), (2023, 10, 6), [(2023, 10, 7), (2023, 10, 8)]),
    ((2024, 2, 10), (2024, 2, 17), [(2024, 2, 4), (2024, 2, 18)]),
    ((2024, 10, 1), (2024, 10, 7), [(2024, 9, 29), (2024, 10, 12)]),
    ((2025, 1, 28), (2025, 2, 4), [(2025, 1, 26), (2025, 2, 8)]),
    ((2025, 10, 1), (2025, 10, 8), [(2025, 9, 28), (2025, 10, 11)]),
    ((2026, 2, 15), (2026, 2, 23), [(2026, 2, 14), (2026, 2, 28)]),
    ((2026, 10, 1), (2026, 10, 7), [(2026, 9, 20), (2026, 10, 10)]),
]


@pytest.mark.parametrize(("first", "last", "worked"), ARRANGED)
def test_a_holiday_is_off_from_its_first_to_its_last_day_and_is_worked_for(first, last, worked):
    days = [date.fromordinal(number) for number in range(date(*first).toordinal(), date(*last).toordinal() + 1)]
    assert [day for day in days if is_working_day(day)] == []
    assert all(date(*day).weekday() >= 5 and is_working_day(date(*day)) for day in worked)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ((2022, 1, 26), 5, (2022, 2, 7)),  # 27, 28, 29*, 30*, 7
        ((2023, 1, 18), 5, (2023, 1, 30)),  # 19, 20, 28*, 29*, 30
        ((2024, 2, 7), 5, (2024, 2, 20)),  # 8, 9, 18*, 19, 20
        ((2025, 1, 24), 5, (2025, 2, 7)),  # 26*, 27, 5, 6, 7
        ((2025, 2, 5), 5, (2025, 2, 11)),  # 6, 7, 8*, 10, 11
        ((2020, 1, 21), 5, (2020, 2, 5)),  # 22, 23, then the festival, prolonged to 2 February: 3, 4, 5
        ((2022, 9, 29), 5, (2022, 10, 11)),  # 30, 8*, 9*, 10, 11
        ((2023, 9, 27), 5, (2023, 10, 10)),  # 28, 7*, 8*, 9, 10
        ((2024, 9, 27), 5, (2024, 10, 10)),  # 29*, 30, 8, 9, 10
        ((2025, 9, 26), 5, (2025, 10, 10)),  # 28*, 29, 30, 9, 10
        ((2026, 2, 12), 5, (2026, 2, 26)),  # 13, 14*, 24, 25, 26
        ((2026, 9, 29), 5, (2026, 10, 12)),  # 30, 8, 9, 10*, 12
        ((2022, 12, 30), 1, (2023, 1, 3)),  # the last working day of a year: the next is in the next one
        ((2022, 10, 1), 0, (2022, 10, 1)),
        ((2022, 9, 20), 15, (2022, 10, 14)),  # eight days until 30 September, then 8* to 14 October
        ((2022, 12, 29), 5, (2023, 1, 6)),  # 30, then New Year until 2 January: 3, 4, 5, 6
        ((2022, 3, 1), 0, (2022, 3, 1)),
    ],
)
def test_so_many_working_days_later(start, count, expected):
    assert working_day_after(date(*start), count) == date(*expected)


def test_a_day_off_is_put_off_to_the_next_working_day_and_a_working_day_stays():
    assert working_day_from(date(2022, 10, 1)) == date(2022, 10, 8)
    assert working_day_from(date(2022, 10, 8)) == date(2022, 10, 8)


def test_the_calendar_covers_the_years_that_the_records_lie_in():
    assert all(is_known(date(year, 1, 1)) for year in range(2020, 2027))


def test_in_a_year_not_arranged_yet_monday_to_friday_are_worked():
    assert not is_known(date(2099, 1, 1))
    # 1 January 2099 is a Thursday.
    assert [is_working_day(date(2099, 1, day)) for day in range(1, 6)] == [True, True, False, False, True]
    assert working_day_after(date(2098, 12, 31), 3) == date(2099, 1, 5)
