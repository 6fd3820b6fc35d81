"""The deadlines that follow from what happened to a case: one for each time a clock began to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.names import Name
from households.rules.clocks import Clock, Limit, Pause, due_day
from households.rules.history import EventKind

# The first measure is no event of the case: the app of measures tells its day.
MEASURE_LANDED = "measure_landed"

# With these events the case is closed; what was not met by then never will be.
CLOSING = frozenset(
    {
        EventKind.REFUSED,
        EventKind.ELIMINATED,
        EventKind.SUPERSEDED,
        EventKind.HOUSEHOLD_ENDED,
        EventKind.REMOVED,
    }
)


class Ending(StrEnum):
    """How a deadline ended."""

    MET = "met"
    LAPSED = "lapsed"


ENDINGS: dict[Ending, Name] = {
    Ending.MET: Name("已办结", "done"),
    Ending.LAPSED: Name("已失效", "lapsed"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a case, corrections heeded: its number, kind and day, and the village in which it was recorded."""

    sequence: int
    kind: str
    on: date
    place: str


@dataclass(frozen=True, slots=True)
class Term:
    """One run of a clock, begun by the event number `sequence`; open while it has no ending."""

    clock: Clock
    sequence: int
    started_on: date
    due_on: date | None
    paused_on: date | None
    is_estimated: bool
    ended_on: date | None
    ending: Ending | None


Clocks = Callable[[str, date], Iterable[Clock]]
PausesByTerm = Mapping[tuple[str, int], Sequence[Pause]]


def terms_of(
    happenings: Sequence[Happening], clocks: Clocks, pauses: PausesByTerm, landed_on: date | None = None
) -> list[Term]:
    """Every run of every clock, in the order of the events that began them.

    `clocks` gives those in force in a place on a day; `landed_on` is the day on which the first measure landed. A clock
    that begins anew while it runs lets the earlier run lapse, and so does the end of the case.
    """
    return [
        _term(clock, each, happenings[position + 1 :], pauses.get((clock.code, each.sequence), ()), landed_on)
        for position, each in enumerate(happenings)
        for clock in clocks(each.place, each.on)
        if each.kind in clock.starts
    ]


def is_late(limit: Limit, due_on: date | None, ended_on: date | None, ending: str, on: date) -> bool:
    """Whether a term was missed as of the day `on`; one that must not be met early is late when it was met too early.

    A term that lapsed, or whose clock stands still, is not late.
    """
    if due_on is None or ending == Ending.LAPSED:
        return False
    if limit is Limit.NOT_BEFORE:
        return ended_on is not None and ended_on < due_on
    return (ended_on or on) > due_on


def _term(
    clock: Clock, start: Happening, later: Sequence[Happening], pauses: Sequence[Pause], landed: date | None
) -> Term:
    ended_on, ending = _end(clock, start, later, landed)
    due = due_day(start.on, clock, pauses)
    standing = max((pause.first for pause in pauses if pause.until is None), default=None)
    return Term(
        clock=clock,
        sequence=start.sequence,
        started_on=start.on,
        due_on=due.on,
        paused_on=standing if due.on is None else None,
        is_estimated=due.is_estimated,
        ended_on=ended_on,
        ending=ending,
    )


def _end(
    clock: Clock, start: Happening, later: Sequence[Happening], landed: date | None
) -> tuple[date | None, Ending | None]:
    ends = ((each, _ending(clock, each)) for each in later)
    last, ending = next(((each.on, ending) for each, ending in ends if ending), (None, None))
    if MEASURE_LANDED in clock.stops and landed is not None:
        met_on = max(landed, start.on)
        if last is None or met_on <= last:
            return met_on, Ending.MET
    return last, ending


def _ending(clock: Clock, each: Happening) -> Ending | None:
    if each.kind in clock.stops:
        return Ending.MET
    return Ending.LAPSED if each.kind in CLOSING or each.kind in clock.starts else None
