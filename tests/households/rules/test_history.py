"""The replay of a case's events, worked out by hand and held against random histories."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.rules.history import Event, EventKind, Facts, Hand, hand_of, replay, timeline, village_on
from households.workflow import Status

START = date(2022, 1, 1)
NOON = datetime(2022, 1, 1, 12, tzinfo=UTC)
VILLAGE = [["2022-01-01", "620121100201"]]


def day(number: int) -> date:
    return START + timedelta(days=number)


def moment(number: int) -> datetime:
    return NOON + timedelta(days=number)


def event(sequence: int, kind: EventKind, on: int, known: int, corrects: int | None = None, **facts: object) -> Event:
    return Event(sequence, kind, day(on), moment(known), facts, corrects)


def reported(on: int = 0, known: int = 0, persons: object = (("2022-01-01", 3),)) -> Event:
    facts = {"status": "reported", "household_type": "marginal", "has_no_labour": False, "risks": ["illness"]}
    return event(1, EventKind.REPORTED, on, known, persons=persons, village=VILLAGE, **facts)


def identified(sequence: int, on: int, known: int) -> Event:
    return event(sequence, EventKind.IDENTIFIED, on, known, status="monitored")


def eliminated(sequence: int, on: int, known: int) -> Event:
    return event(sequence, EventKind.ELIMINATED, on, known, status="eliminated", elimination_way="natural")


def stretches(events: list[Event]) -> list[tuple[str, int, date, date | None]]:
    return [(facts.status.value, facts.persons, start, end) for facts, start, end in timeline(events)]


def test_each_step_begins_a_stretch_that_ends_where_the_next_begins():
    events = [reported(), identified(2, 10, 10), eliminated(3, 30, 30)]
    assert stretches(events) == [
        ("reported", 3, day(0), day(10)),
        ("monitored", 3, day(10), day(30)),
        ("eliminated", 3, day(30), None),
    ]


def test_two_steps_on_one_day_leave_only_the_later():
    assert stretches([reported(), identified(2, 0, 0)]) == [("monitored", 3, day(0), None)]


def test_the_days_of_identification_and_elimination_and_the_way_stand_in_the_facts():
    [*_, (facts, _start, _end)] = timeline([reported(), identified(2, 10, 10), eliminated(3, 30, 30)])
    assert facts == Facts(
        Status.ELIMINATED, "marginal", 3, "620121100201", False, ("illness",), day(10), day(30), "natural"
    )


def test_a_roll_back_takes_the_day_and_the_way_of_elimination_away():
    back = event(4, EventKind.ROLLED_BACK, 40, 40, status="monitored")
    [*_, before, (facts, start, _end)] = timeline([reported(), identified(2, 10, 10), eliminated(3, 30, 30), back])
    assert (before[0].status, before[2]) == (Status.ELIMINATED, day(40))
    assert (facts.status, facts.identified_on, facts.eliminated_on, facts.elimination_way, start) == (
        Status.MONITORED,
        day(10),
        None,
        "",
        day(40),
    )


def test_a_back_dated_member_splits_the_stretch_in_which_the_person_joined():
    change = event(3, EventKind.HOUSEHOLD_CHANGED, 5, 20, persons=[["2022-01-01", 3], ["2022-01-06", 4]])
    assert stretches([reported(), identified(2, 10, 10), change]) == [
        ("reported", 3, day(0), day(5)),
        ("reported", 4, day(5), day(10)),
        ("monitored", 4, day(10), None),
    ]


def test_the_series_that_was_recorded_last_counts_whatever_its_day():
    first = event(2, EventKind.HOUSEHOLD_CHANGED, 9, 9, persons=[["2022-01-01", 3], ["2022-01-10", 2]])
    second = event(
        3, EventKind.HOUSEHOLD_CHANGED, 4, 20, persons=[["2022-01-01", 3], ["2022-01-05", 4], ["2022-01-10", 3]]
    )
    assert stretches([reported(), first, second]) == [
        ("reported", 3, day(0), day(4)),
        ("reported", 4, day(4), day(9)),
        ("reported", 3, day(9), None),
    ]


def test_days_before_the_clue_are_not_of_the_case():
    earlier = reported(on=20, persons=[["2022-01-01", 2], ["2022-01-11", 3]])
    assert stretches([earlier]) == [("reported", 3, day(20), None)]


def test_a_corrected_clue_may_lie_before_the_first_count_of_the_household():
    late = reported(on=20, persons=[["2022-01-16", 3]])
    corrected = event(2, EventKind.CORRECTED, 10, 30, corrects=1)
    assert stretches([late, corrected]) == [("reported", 3, day(10), None)]


def test_a_correction_moves_the_step_and_keeps_its_facts():
    events = [reported(), identified(2, 10, 10), event(3, EventKind.CORRECTED, 8, 15, corrects=2)]
    assert stretches(events) == [("reported", 3, day(0), day(8)), ("monitored", 3, day(8), None)]


def test_the_last_of_two_corrections_counts():
    events = [reported(), identified(2, 10, 10), *(event(3 + n, EventKind.CORRECTED, 8 - n, 15 + n, 2) for n in (0, 1))]
    assert [start for _facts, start, _end in timeline(events)] == [day(0), day(7)]


def test_a_correction_stands_in_the_place_of_what_it_corrects_and_before_what_came_later_that_day():
    later = event(3, EventKind.RECLASSIFIED, 10, 10, household_type="unstable")
    correction = event(4, EventKind.CORRECTED, 10, 15, corrects=2, household_type="sudden")
    [*_, (facts, start, _end)] = timeline([reported(), identified(2, 10, 10), later, correction])
    assert (facts.household_type, start) == ("unstable", day(10))


def test_what_was_known_before_a_correction_stays_known_as_of_then():
    spans = replay([reported(), identified(2, 10, 10), event(3, EventKind.CORRECTED, 8, 15, corrects=2)])
    assert {
        (span.facts.status.value, span.valid_from, span.valid_to, span.recorded_from, span.recorded_to)
        for span in spans
    } == {
        ("reported", day(0), None, moment(0), moment(10)),
        ("reported", day(0), day(10), moment(10), moment(15)),
        ("monitored", day(10), None, moment(10), moment(15)),
        ("reported", day(0), day(8), moment(15), None),
        ("monitored", day(8), None, moment(15), None),
    }


def test_a_stretch_that_a_later_event_does_not_touch_keeps_its_first_moment():
    spans = replay([reported(), identified(2, 10, 10), eliminated(3, 30, 30)])
    [first] = [span for span in spans if span.facts.status is Status.REPORTED and span.recorded_to is None]
    assert first.recorded_from == moment(10)


def test_events_of_one_moment_become_known_together():
    spans = replay([reported(), identified(2, 10, 10), eliminated(3, 30, 10)])
    assert {span.recorded_from for span in spans} == {moment(0), moment(10)}
    assert all(span.valid_to == day(30) for span in spans if span.facts.status is Status.MONITORED)


def test_a_removal_closes_every_span_and_opens_none():
    spans = replay([reported(), identified(2, 10, 10), event(3, EventKind.REMOVED, 20, 20)])
    assert {span.recorded_to for span in spans} == {moment(10), moment(20)}
    assert timeline([reported(), event(2, EventKind.REMOVED, 20, 20)]) == {}


def test_no_event_makes_no_span():
    assert replay([]) == []
    assert timeline([]) == {}


@pytest.mark.parametrize(
    ("was", "to", "hand"),
    [
        (Status.REPORTED, Status.VERIFIED, Hand.VERIFICATION),
        (Status.REPORTED, Status.REFUSED, Hand.VERIFICATION),
        (Status.COMPARED, Status.REFUSED, Hand.VILLAGE),
        (Status.NOTICED, Status.OBJECTED, None),  # who records an objection decides nothing
        (Status.NOTICED, Status.REFUSED, Hand.TOWNSHIP),
        (Status.OBJECTED, Status.NOTICED, Hand.SECOND_REVIEW),
        (Status.TOWNSHIP_PASSED, Status.REFUSED, Hand.COUNTY),
        (Status.TOWNSHIP_PASSED, Status.MONITORED, Hand.COUNTY),
        (Status.MONITORED, Status.ELIMINATION_PROPOSED, Hand.PROPOSAL),
        (Status.ELIMINATION_NOTICED, Status.MONITORED, Hand.TOWNSHIP),
        (Status.ELIMINATION_TOWNSHIP_PASSED, Status.MONITORED, Hand.COUNTY),
        (Status.ELIMINATED, Status.MONITORED, None),
    ],
)
def test_who_says_no_does_so_in_the_hand_of_the_next_step(was, to, hand):
    assert hand_of(was, to) is hand


@pytest.mark.parametrize(
    ("on", "village"),
    [
        (date(2021, 12, 31), "620121100201"),
        (date(2022, 1, 1), "620121100201"),
        (date(2022, 2, 28), "620121100201"),
        (date(2022, 3, 1), "620121100202"),
        (date(2023, 1, 1), "620121100202"),
    ],
)
def test_the_village_of_a_day_is_that_of_the_series_recorded_last(on, village):
    moved = [["2022-01-01", "620121100201"], ["2022-03-01", "620121100202"]]
    told = [{"village": VILLAGE}, {"status": "verified"}, {"village": moved}, {"status": "monitored"}]
    assert village_on(on, told) == village


STEPS = (
    (EventKind.VERIFIED, "verified"),
    (EventKind.REVIEWED, "reviewed"),
    (EventKind.IDENTIFIED, "monitored"),
    (EventKind.ELIMINATED, "eliminated"),
    (EventKind.ROLLED_BACK, "monitored"),
    (EventKind.ELIMINATED, "eliminated"),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Steps in order, household changes, reclassifications, corrections and perhaps a removal, some of one moment."""
    events = [reported()]
    on = known = 0
    steps = list(STEPS)
    for sequence in range(2, draw(st.integers(2, 12))):
        known += draw(st.integers(0, 2))
        choice = draw(st.sampled_from(["step", "step", "members", "type", "correction", "removal"]))
        if choice == "step" and steps:
            on += draw(st.integers(0, 4))
            kind, status = steps.pop(0)
            way = {"elimination_way": "assisted"} if status == "eliminated" else {}
            events.append(event(sequence, kind, on, known, status=status, **way))
        elif choice == "correction":
            wrong = draw(st.sampled_from([past.sequence for past in events if past.corrects is None]))
            events.append(event(sequence, EventKind.CORRECTED, draw(st.integers(0, 20)), known, corrects=wrong))
        elif choice == "type":
            kind = draw(st.sampled_from(["marginal", "sudden"]))
            events.append(event(sequence, EventKind.RECLASSIFIED, draw(st.integers(0, 20)), known, household_type=kind))
        elif choice == "removal" and draw(st.booleans()):
            events.append(event(sequence, EventKind.REMOVED, on, known))
        else:
            since = draw(st.integers(1, 20))
            series = [["2022-01-01", 3], [day(since).isoformat(), draw(st.integers(0, 6))]]
            events.append(event(sequence, EventKind.HOUSEHOLD_CHANGED, since, known, persons=series))
    return events


@given(histories())
def test_spans_of_one_case_never_overlap_in_days_and_moments(events: list[Event]):
    spans = replay(events)
    for index, one in enumerate(spans):
        assert one.valid_to is None or one.valid_from < one.valid_to
        assert one.recorded_to is None or one.recorded_from < one.recorded_to
        for other in spans[index + 1 :]:
            days = _meet(one.valid_from, one.valid_to, other.valid_from, other.valid_to)
            assert not (days and _meet(one.recorded_from, one.recorded_to, other.recorded_from, other.recorded_to))


@given(histories(), st.integers(-1, 25), st.integers(-1, 25))
def test_the_span_of_a_day_and_moment_says_what_the_events_known_then_say(events: list[Event], on: int, known: int):
    at = moment(known) + timedelta(seconds=1)
    found = [
        (span.facts.status.value, span.facts.household_type, span.facts.persons)
        for span in replay(events)
        if span.valid_from <= day(on) and (span.valid_to is None or day(on) < span.valid_to)
        if span.recorded_from <= at and (span.recorded_to is None or at < span.recorded_to)
    ]
    assert found == told_of(day(on), [event for event in events if event.recorded_at <= at])


def told_of(asked: date, events: list[Event]) -> list[tuple[str, str, int]]:
    """Status, type and persons on one day, read off the events one by one; nothing before the clue."""
    days = {event.sequence: event.occurred_on for event in events if event.corrects is None}
    days |= {event.corrects: event.occurred_on for event in events if event.corrects is not None}
    if not events or days[1] > asked or any(event.kind is EventKind.REMOVED for event in events):
        return []
    heard = [event for event in events if event.sequence in days and days[event.sequence] <= asked]
    heard.sort(key=lambda event: (days[event.sequence], event.sequence))
    status = [event.facts["status"] for event in heard if "status" in event.facts][-1]
    kind = [event.facts["household_type"] for event in heard if "household_type" in event.facts][-1]
    series = [event.facts["persons"] for event in events if "persons" in event.facts][-1]
    persons = [count for since, count in series if since <= asked.isoformat()]
    return [(status, kind, persons[-1])]


@given(histories(), st.data())
def test_later_events_never_change_what_was_known_before(events: list[Event], data: st.DataObject):
    kept = events[: data.draw(st.integers(1, len(events)))]
    later = {item.recorded_at for item in events[len(kept) :]}
    horizon = min(later, default=moment(99))

    def known_before(spans):
        return {
            (span.facts, span.valid_from, span.valid_to, span.recorded_from, min(span.recorded_to or horizon, horizon))
            for span in spans
            if span.recorded_from < horizon
        }

    assert known_before(replay(kept)) == known_before(replay(events))


def _meet(start: object, end: object, other_start: object, other_end: object) -> bool:
    return (other_end is None or start < other_end) and (end is None or other_start < end)
