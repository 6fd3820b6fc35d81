"""Since when figures of a period count, and which days nobody can ask for."""

from datetime import UTC, date, datetime

import pytest

from common.refusals import Invalid
from reports.rules.periods import days_read, first_day, refuse_unknowable

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)
TODAY = date(2024, 5, 6)
START = date(2022, 4, 1)


@pytest.mark.parametrize(
    ("as_of", "asked", "usual", "first"),
    [
        (date(2022, 9, 5), None, None, date(2022, 1, 1)),
        (date(2022, 9, 5), None, START, START),
        (START, None, START, START),
        (date(2022, 3, 31), None, START, date(2022, 1, 1)),
        (date(2021, 6, 30), None, START, date(2021, 1, 1)),
        (date(2022, 9, 5), date(2020, 2, 2), START, date(2020, 2, 2)),
    ],
)
def test_a_period_begins_as_asked_or_as_usual_or_with_its_year(as_of, asked, usual, first):
    assert first_day(as_of, asked=asked, usual=usual) == first


OPENING = (date(2022, 2, 1), date(2022, 6, 30))


@pytest.mark.parametrize(
    ("as_of", "period_start", "opening", "read"),
    [
        (None, None, None, (TODAY, date(2024, 1, 1))),
        (None, None, OPENING, (date(2022, 6, 30), date(2022, 2, 1))),
        (None, date(2022, 5, 1), OPENING, (date(2022, 6, 30), date(2022, 5, 1))),
        (date(2022, 3, 1), None, OPENING, (date(2022, 3, 1), date(2022, 1, 1))),
        (date(2022, 3, 1), date(2021, 1, 1), OPENING, (date(2022, 3, 1), date(2021, 1, 1))),
    ],
)
def test_where_no_day_is_asked_for_that_of_the_place_is_read(as_of, period_start, opening, read):
    asked = {"as_of": as_of, "period_start": period_start}
    assert days_read(**asked, opening=opening, usual=None, today=TODAY) == read


def refuse(**days):
    refuse_unknowable(**({"as_of": TODAY, "period_start": START, "known_at": None, "today": TODAY, "now": NOW} | days))


def test_today_and_this_moment_can_be_asked_for():
    refuse(known_at=NOW)


def test_the_first_day_can_be_asked_for_with_the_year_it_lies_in():
    refuse(as_of=date(1949, 10, 1), period_start=date(1949, 1, 1), known_at=datetime(1949, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "code", "field"),
    [
        ({"as_of": date(2024, 5, 7)}, "future", "as_of"),
        ({"known_at": datetime(2024, 5, 6, 12, 0, 1, tzinfo=UTC)}, "future", "known_at"),
        ({"period_start": date(2024, 5, 7)}, "invalid_parameter", "period_start"),
        ({"period_start": date(1948, 12, 31)}, "invalid_parameter", "period_start"),
        ({"as_of": date(1949, 9, 30), "period_start": date(1949, 1, 1)}, "invalid_parameter", "as_of"),
        ({"known_at": datetime(1, 1, 1, tzinfo=UTC)}, "invalid_parameter", "known_at"),
        ({"known_at": datetime(1949, 9, 30, tzinfo=UTC)}, "invalid_parameter", "known_at"),
    ],
)
def test_what_nobody_can_know_is_refused(days, code, field):
    with pytest.raises(Invalid) as refusal:
        refuse(**days)
    assert (refusal.value.stable_code, refusal.value.field) == (code, field)
