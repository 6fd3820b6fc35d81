"""The state of a measure, told by its days."""

from datetime import date

import pytest

from assistance.rules.states import State, is_late, state_of

MAY, JUNE, JULY = (date(2022, month, 1) for month in (5, 6, 7))


@pytest.mark.parametrize(
    ("started_on", "landed_on", "ended_on", "state"),
    [
        (None, None, None, State.PLANNED),
        (MAY, None, None, State.UNDER_WAY),
        (None, JUNE, None, State.LANDED),
        (MAY, JUNE, None, State.LANDED),
        (None, JUNE, JULY, State.ENDED),
        (MAY, JUNE, JULY, State.ENDED),
    ],
)
def test_the_furthest_day_tells_the_state(started_on, landed_on, ended_on, state):
    assert state_of(started_on, landed_on, ended_on) is state


@pytest.mark.parametrize(
    ("due_on", "landed_on", "is_so"),
    [(None, None, False), (MAY, None, True), (JUNE, None, False), (JULY, None, False), (MAY, JULY, False)],
)
def test_a_measure_is_late_after_its_day_until_it_lands(due_on, landed_on, is_so):
    assert is_late(due_on, landed_on, JUNE) is is_so
