"""How far a measure has come, told by its days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from common.names import Name


class State(StrEnum):
    """Planned (计划), under way (实施中), landed (落实) or ended (结束)."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    LANDED = "landed"
    ENDED = "ended"


STATES: dict[State, Name] = {
    State.PLANNED: Name("计划中", "planned"),
    State.UNDER_WAY: Name("实施中", "under way"),
    State.LANDED: Name("已落实", "landed"),
    State.ENDED: Name("已落实，后结束", "landed, ended since"),
}
# States in which help has reached the household.
HAS_LANDED = frozenset({State.LANDED, State.ENDED})


def state_of(started_on: date | None, landed_on: date | None, ended_on: date | None) -> State:
    """The state that these days tell: the furthest that has a day."""
    if ended_on is not None:
        return State.ENDED
    if landed_on is not None:
        return State.LANDED
    return State.PLANNED if started_on is None else State.UNDER_WAY


def is_late(due_on: date | None, landed_on: date | None, on: date) -> bool:
    """Whether the measure should have landed before that day and has not."""
    return due_on is not None and landed_on is None and due_on < on
