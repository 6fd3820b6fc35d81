"""The history of a case as people read it: each event on the day on which it truly happened, with its corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from households.rules.history import EventKind


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was written down; `corrects` is the number of the event whose day it puts right."""

    sequence: int
    kind: EventKind
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """The day of an event was `was` until someone put it right."""

    was: date
    became: date
    reason: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on the day on which it happened as far as is known, with every correction of that day in its order."""

    event: Told
    on: date
    corrections: tuple[Correction, ...] = ()


def entries(events: Iterable[Told], *, until: date) -> list[Entry]:
    """What happened by the day `until`, the latest first; a correction stands with the event that it puts right."""
    ordered = sorted(events, key=lambda event: event.sequence)
    corrections: dict[int, list[Told]] = defaultdict(list)
    for event in ordered:
        if event.corrects is not None:
            corrections[event.corrects].append(event)
    found = [_entry(event, corrections[event.sequence]) for event in ordered if event.corrects is None]
    return sorted(
        (entry for entry in found if entry.on <= until),
        key=lambda entry: (entry.on, entry.event.sequence),
        reverse=True,
    )


def value_on(series: Iterable[tuple[str, Any]], day: date) -> Any:
    """What a dated series of an event says of a day; before its first day, the first value."""
    dated = [(date.fromisoformat(since), value) for since, value in series]
    held = [value for since, value in dated if since <= day]
    return held[-1] if held else dated[0][1]


def _entry(event: Told, corrections: Iterable[Told]) -> Entry:
    day, made = event.occurred_on, []
    for each in corrections:
        made.append(Correction(day, each.occurred_on, each.reason, each.recorded_at, each.recorded_by))
        day = each.occurred_on
    return Entry(event, day, tuple(made))
