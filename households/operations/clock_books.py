"""The clocks in force, read once for any number of places and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from households.operations.standards import Book
from households.rules.clocks import CLIMBS_EVERY, Clock, Limit, Owner, Unit
from households.rules.deadlines import MEASURE_LANDED
from households.rules.history import EventKind
from households.rules.standards import Kind

# A clock that waits for what nobody records here would be overdue for ever.
RECORDED = frozenset({*(kind.value for kind in EventKind), MEASURE_LANDED})


class ClockBook:
    """Which clocks run in a village on a day; made anew for every operation."""

    def __init__(self) -> None:
        self._book = Book(Kind.CLOCK)
        self._found: dict[tuple[str, date], list[Clock]] = {}

    def __call__(self, place: str, on: date) -> list[Clock]:
        """The clocks of the village `place` on that day, those left out that are switched off or cannot end."""
        if (place, on) not in self._found:
            held = self._book.in_force(Kind.CLOCK, place, on)
            clocks = (clock_of(code, each.value) for code, each in held.items() if each.value["is_on"])
            self._found[place, on] = [clock for clock in clocks if clock.stops & RECORDED]
        return self._found[place, on]


def clock_of(code: str, value: Mapping[str, Any]) -> Clock:
    """The clock that a standard describes."""
    return Clock(
        code=code,
        starts=frozenset(value["starts"]),
        stops=frozenset(value["stops"]),
        length=value["length"],
        unit=Unit(value["unit"]),
        owner=Owner(value["owner"]),
        limit=Limit(value["limit"]),
        climbs_every=value.get("climbs_every", CLIMBS_EVERY),
    )
