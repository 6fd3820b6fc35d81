"""Which deadlines follow from the events of a case."""

from datetime import date

import pytest

from households.rules.clocks import Clock, Limit, Owner, Pause, Unit
from households.rules.deadlines import MEASURE_LANDED, Ending, Happening, is_late, terms_of


def clock(code: str, starts: str, stops: str, length: int, unit: Unit, limit: Limit = Limit.LATEST) -> Clock:
    return Clock(code, frozenset(starts.split()), frozenset(stops.split()), length, unit, Owner.CASEWORKER, limit)


VERIFY = clock("verify", "reported", "verified", 5, Unit.WORKING_DAYS)
MEASURE = clock("first_measure", "identified rolled_back", MEASURE_LANDED, 1, Unit.MONTHS)
HALF_YEAR = clock("half_year", "identified", "eliminated", 6, Unit.MONTHS, Limit.NOT_BEFORE)
REVIEW = clock("review", "verified", "reviewed", 5, Unit.DAYS)


def day(month: int, number: int) -> date:
    return date(2022, month, number)


def history(*events: tuple[str, date]) -> list[Happening]:
    return [Happening(number, kind, on, "620121100201") for number, (kind, on) in enumerate(events, start=1)]


def terms(happenings, *clocks, pauses=(), landed_on=None):
    return terms_of(happenings, lambda place, on: clocks, dict(pauses), landed_on)


def test_an_event_lets_a_clock_run():
    (term,) = terms(history(("reported", day(3, 1))), VERIFY)
    assert (term.sequence, term.started_on, term.due_on) == (1, day(3, 1), day(3, 8))
    assert (term.ended_on, term.ending, term.paused_on) == (None, None, None)


def test_a_clock_ends_with_its_event():
    (term,) = terms(history(("reported", day(3, 1)), ("verified", day(3, 4))), VERIFY)
    assert (term.ended_on, term.ending) == (day(3, 4), Ending.MET)


def test_a_clock_lapses_when_the_case_is_closed():
    (term,) = terms(history(("reported", day(3, 1)), ("refused", day(3, 4))), VERIFY)
    assert (term.ended_on, term.ending) == (day(3, 4), Ending.LAPSED)


def test_what_lies_between_changes_nothing():
    (term,) = terms(history(("reported", day(3, 1)), ("household_changed", day(3, 2)), ("verified", day(3, 4))), VERIFY)
    assert (term.ended_on, term.ending) == (day(3, 4), Ending.MET)
    (term,) = terms(history(("reported", day(3, 1)), ("household_changed", day(3, 2))), VERIFY)
    assert (term.ended_on, term.ending) == (None, None)


@pytest.mark.parametrize(
    ("closed_on", "ended_on", "ending"),
    [
        (None, day(3, 20), Ending.MET),
        (day(3, 21), day(3, 20), Ending.MET),
        (day(3, 20), day(3, 20), Ending.MET),  # it landed on the last day of the case
        (day(3, 19), day(3, 19), Ending.LAPSED),
    ],
)
def test_the_first_measure_meets_its_clock_until_the_case_is_closed(closed_on, ended_on, ending):
    closing = [("eliminated", closed_on)] if closed_on else []
    (term,) = terms(history(("identified", day(3, 1)), *closing), MEASURE, landed_on=day(3, 20))
    assert (term.ended_on, term.ending) == (ended_on, ending)


def test_a_measure_ends_no_clock_that_does_not_wait_for_it():
    (term,) = terms(history(("identified", day(3, 1))), HALF_YEAR, landed_on=day(3, 20))
    assert (term.ended_on, term.ending) == (None, None)


def test_a_clock_that_stands_still_says_since_when_though_it_stood_still_before():
    pauses = {("verify", 1): [Pause(day(3, 2), day(3, 3)), Pause(day(3, 4), None)]}
    (term,) = terms(history(("reported", day(3, 1))), VERIFY, pauses=pauses.items())
    assert (term.due_on, term.paused_on) == (None, day(3, 4))


def test_an_event_that_closes_the_case_meets_the_clock_that_waits_for_it():
    (term,) = terms(history(("identified", day(3, 1)), ("eliminated", day(6, 1))), HALF_YEAR)
    assert (term.due_on, term.ended_on, term.ending) == (day(9, 1), day(6, 1), Ending.MET)


def test_a_clock_that_begins_anew_lets_the_earlier_run_lapse():
    first, second = terms(history(("verified", day(3, 1)), ("verified", day(3, 2)), ("reviewed", day(3, 3))), REVIEW)
    assert (first.sequence, first.ending, first.ended_on) == (1, Ending.LAPSED, day(3, 2))
    assert (second.sequence, second.ending, second.ended_on) == (2, Ending.MET, day(3, 3))


@pytest.mark.parametrize(
    ("landed_on", "ended_on", "ending"),
    [
        (None, day(6, 1), Ending.LAPSED),
        (day(3, 20), day(3, 20), Ending.MET),
        (day(2, 1), day(3, 1), Ending.MET),  # help first, procedure after
        (day(6, 2), day(6, 1), Ending.LAPSED),
    ],
)
def test_the_first_measure_ends_its_clock_while_the_case_is_open(landed_on, ended_on, ending):
    happenings = history(("identified", day(3, 1)), ("eliminated", day(6, 1)))
    (term,) = terms(happenings, MEASURE, landed_on=landed_on)
    assert (term.due_on, term.ended_on, term.ending) == (day(4, 1), ended_on, ending)


def test_a_roll_back_lets_clocks_run_again():
    happenings = history(("identified", day(3, 1)), ("eliminated", day(3, 2)), ("rolled_back", day(4, 1)))
    assert [(term.sequence, term.ending) for term in terms(happenings, MEASURE)] == [(1, Ending.LAPSED), (3, None)]


def test_the_clocks_are_those_in_force_where_and_when_the_event_was():
    asked = []
    terms_of(history(("reported", day(3, 1))), lambda place, on: asked.append((place, on)) or (), {})
    assert asked == [("620121100201", day(3, 1))]


def test_a_pause_belongs_to_one_run():
    happenings = history(("verified", day(3, 1)), ("verified", day(3, 2)))
    pauses = {("review", 2): [Pause(day(3, 3), None)]}
    first, second = terms(happenings, REVIEW, pauses=pauses)
    assert (first.due_on, first.paused_on) == (day(3, 7), None)
    assert (second.due_on, second.paused_on) == (None, day(3, 3))


@pytest.mark.parametrize(
    ("limit", "due_on", "ended_on", "ending", "late"),
    [
        (Limit.LATEST, day(3, 8), None, "", True),  # asked on the 9th
        (Limit.LATEST, day(3, 9), None, "", False),
        (Limit.LATEST, day(3, 8), day(3, 8), "met", False),
        (Limit.LATEST, day(3, 7), day(3, 8), "met", True),
        (Limit.LATEST, day(3, 7), day(3, 8), "lapsed", False),
        (Limit.LATEST, None, None, "", False),
        (Limit.NOT_BEFORE, day(3, 8), None, "", False),
        (Limit.NOT_BEFORE, day(3, 8), day(3, 7), "met", True),
        (Limit.NOT_BEFORE, day(3, 8), day(3, 8), "met", False),
    ],
)
def test_what_is_late(limit, due_on, ended_on, ending, late):
    assert is_late(limit, due_on, ended_on, ending, day(3, 9)) is late
