"""The history of a case as people read it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from households.rules.history import EventKind
from reports.rules.timelines import Correction, Told, entries, value_on

NOON = datetime(2022, 8, 1, 12, tzinfo=UTC)
MARCH, APRIL, MAY, JUNE = date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1), date(2022, 6, 1)


def told(sequence: int, kind: EventKind, on: date, **more: object) -> Told:
    """An event written down by Li Mei."""
    return Told(sequence, kind, on, NOON, "Li Mei", **more)


def test_events_stand_on_their_days_the_latest_first():
    events = [
        told(1, EventKind.REPORTED, MARCH),
        told(2, EventKind.VERIFIED, APRIL),
        told(3, EventKind.REVIEWED, APRIL),
        told(4, EventKind.IDENTIFIED, MAY),
    ]
    assert [entry.event.sequence for entry in entries(events, until=JUNE)] == [4, 3, 2, 1]
    assert [entry.event.sequence for entry in entries(events, until=APRIL)] == [3, 2, 1]


def test_a_correction_stands_with_the_event_that_it_puts_right():
    events = [
        told(1, EventKind.REPORTED, MARCH),
        told(2, EventKind.VERIFIED, APRIL),
        told(3, EventKind.CORRECTED, MAY, corrects=2, reason="wrong month"),
        told(4, EventKind.CORRECTED, JUNE, corrects=2, reason="wrong again"),
    ]
    verified, reported = entries(events, until=JUNE)
    assert (verified.event.kind, verified.on) == (EventKind.VERIFIED, JUNE)
    assert verified.corrections == (
        Correction(APRIL, MAY, "wrong month", NOON, "Li Mei"),
        Correction(MAY, JUNE, "wrong again", NOON, "Li Mei"),
    )
    assert (reported.on, reported.corrections) == (MARCH, ())


def test_an_event_is_told_from_the_day_on_which_it_truly_happened():
    events = [told(1, EventKind.REPORTED, MARCH), told(2, EventKind.CORRECTED, MAY, corrects=1)]
    assert entries(events, until=APRIL) == []
    assert [entry.on for entry in entries(events, until=MAY)] == [MAY]


def test_a_series_tells_the_value_of_a_day_and_before_its_first_day_the_first():
    series = [("2022-04-01", 3), ("2022-05-01", 4)]
    assert [value_on(series, day) for day in (MARCH, APRIL, date(2022, 4, 30), MAY)] == [3, 3, 3, 4]
