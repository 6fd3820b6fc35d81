"""The history of a case: from its events to the spans that statistics count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from common.names import Name
from households.workflow import Status


class EventKind(StrEnum):
    """What an event tells."""

    REPORTED = "reported"
    VERIFIED = "verified"
    REVIEWED = "reviewed"
    IDENTIFIED = "identified"
    REFUSED = "refused"
    ELIMINATION_PROPOSED = "elimination_proposed"
    ELIMINATION_DECLINED = "elimination_declined"
    ELIMINATED = "eliminated"
    ROLLED_BACK = "rolled_back"
    SUPERSEDED = "superseded"
    HOUSEHOLD_CHANGED = "household_changed"
    RECLASSIFIED = "reclassified"
    CORRECTED = "corrected"
    REMOVED = "removed"


EVENT_KINDS: dict[EventKind, Name] = {
    EventKind.REPORTED: Name("线索登记", "clue reported"),
    EventKind.VERIFIED: Name("入户核实", "verified at home"),
    EventKind.REVIEWED: Name("评议公示", "reviewed and publicised"),
    EventKind.IDENTIFIED: Name("识别纳入", "identified"),
    EventKind.REFUSED: Name("不予纳入", "refused"),
    EventKind.ELIMINATION_PROPOSED: Name("拟消除风险", "elimination proposed"),
    EventKind.ELIMINATION_DECLINED: Name("未同意消除", "elimination declined"),
    EventKind.ELIMINATED: Name("风险消除", "risk eliminated"),
    EventKind.ROLLED_BACK: Name("风险消除回退", "elimination rolled back"),
    EventKind.SUPERSEDED: Name("再次识别", "identified anew"),
    EventKind.HOUSEHOLD_CHANGED: Name("家庭变更", "household changed"),
    EventKind.RECLASSIFIED: Name("类别调整", "type or risks changed"),
    EventKind.CORRECTED: Name("更正", "corrected"),
    EventKind.REMOVED: Name("误登删除", "removed as registered in error"),
}

# Which event a transition of the workflow writes.
EVENT_OF_TRANSITION: dict[tuple[Status, Status], EventKind] = {
    (Status.REPORTED, Status.VERIFIED): EventKind.VERIFIED,
    (Status.VERIFIED, Status.REVIEWED): EventKind.REVIEWED,
    (Status.REVIEWED, Status.MONITORED): EventKind.IDENTIFIED,
    (Status.REPORTED, Status.REFUSED): EventKind.REFUSED,
    (Status.VERIFIED, Status.REFUSED): EventKind.REFUSED,
    (Status.REVIEWED, Status.REFUSED): EventKind.REFUSED,
    (Status.MONITORED, Status.ELIMINATION_PROPOSED): EventKind.ELIMINATION_PROPOSED,
    (Status.ELIMINATION_PROPOSED, Status.MONITORED): EventKind.ELIMINATION_DECLINED,
    (Status.ELIMINATION_PROPOSED, Status.ELIMINATED): EventKind.ELIMINATED,
    (Status.ELIMINATED, Status.MONITORED): EventKind.ROLLED_BACK,
    (Status.ELIMINATED, Status.SUPERSEDED): EventKind.SUPERSEDED,
}

# The events that are steps of the workflow, each at least as late as the one before.
STEPS = frozenset({EventKind.REPORTED, *EVENT_OF_TRANSITION.values()})

# A procedure begins with one of these events and is taken step by step, each by another person.
PROCEDURES: dict[EventKind, tuple[EventKind, ...]] = {
    EventKind.REPORTED: (EventKind.VERIFIED, EventKind.REVIEWED, EventKind.IDENTIFIED, EventKind.REFUSED),
    EventKind.ELIMINATION_PROPOSED: (EventKind.ELIMINATED, EventKind.ELIMINATION_DECLINED),
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the replay reads it; `corrects` is the sequence number of the event that it puts right."""

    sequence: int
    kind: EventKind
    occurred_on: date
    recorded_at: datetime
    facts: Mapping[str, Any]
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a statistic counts about a case on one day."""

    status: Status
    household_type: str
    persons: int
    village: str
    has_no_labour: bool = False
    risks: tuple[str, ...] = ()
    identified_on: date | None = None
    eliminated_on: date | None = None
    elimination_way: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """`facts` hold from `valid_from` to the day before `valid_to`, as known from `recorded_from` to `recorded_to`."""

    facts: Facts
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None = None


# Facts that an event states as a dated series of the whole household: [[day, value], ...].
SERIES = ("persons", "village")


def replay(events: Iterable[Event]) -> list[Span]:
    """All spans, of present and of past knowledge, that follow from the events of one case."""
    ordered = sorted(events, key=lambda event: event.sequence)
    open_spans: dict[tuple[Facts, date, date | None], Span] = {}
    closed: list[Span] = []
    for moment in sorted({event.recorded_at for event in ordered}):
        stretches = timeline([event for event in ordered if event.recorded_at <= moment])
        ended = [held for held in open_spans if held not in stretches]
        closed.extend(replace(open_spans.pop(stretch), recorded_to=moment) for stretch in ended)
        for stretch in stretches:
            open_spans.setdefault(stretch, Span(*stretch, recorded_from=moment))
    return closed + list(open_spans.values())


def timeline(events: Sequence[Event]) -> dict[tuple[Facts, date, date | None], None]:
    """What these events say of each day: stretches (facts, first day, day after the last), joined where equal."""
    events = _corrected(events)
    if not events or any(event.kind is EventKind.REMOVED for event in events):
        return {}
    series = {name: _latest(events, name) for name in SERIES}
    steps = sorted(
        (event for event in events if event.kind is not EventKind.HOUSEHOLD_CHANGED),
        key=lambda event: (event.occurred_on, event.sequence),
    )
    first_day = next(event.occurred_on for event in steps if event.kind is EventKind.REPORTED)
    days = {event.occurred_on for event in steps} | {day for dated in series.values() for day, _ in dated}
    stretches: list[tuple[Facts, date]] = []
    for day in sorted(day for day in days if day >= first_day):
        facts = _facts_on(day, steps, series)
        if not stretches or stretches[-1][0] != facts:
            stretches.append((facts, day))
    ends = [start for _, start in stretches[1:]] + [None]
    return {(facts, start, end): None for (facts, start), end in zip(stretches, ends, strict=True)}


def _corrected(events: Sequence[Event]) -> list[Event]:
    """The events with each correction put in the place of what it corrects; the last correction counts."""
    kept = {event.sequence: event for event in events if event.corrects is None}
    for event in events:
        if event.corrects is not None:
            wrong = kept[event.corrects]
            kept[event.corrects] = replace(wrong, occurred_on=event.occurred_on, facts={**wrong.facts, **event.facts})
    return list(kept.values())


def _latest(events: Sequence[Event], name: str) -> list[tuple[date, Any]]:
    """The series of `name` that was recorded last."""
    stated = [event for event in events if name in event.facts]
    return [(date.fromisoformat(day), value) for day, value in stated[-1].facts[name]]


def _facts_on(day: date, steps: Sequence[Event], series: Mapping[str, list[tuple[date, Any]]]) -> Facts:
    state: dict[str, Any] = {"identified_on": None, "eliminated_on": None, "elimination_way": ""}
    for event in steps:
        if event.occurred_on <= day:
            state |= {name: value for name, value in event.facts.items() if name not in SERIES}
            state |= _days_set_by(event)
    state |= {name: _value_on(day, dated) for name, dated in series.items()}
    return Facts(**{**state, "status": Status(state["status"]), "risks": tuple(state["risks"])})


def _days_set_by(event: Event) -> dict[str, Any]:
    if event.kind is EventKind.IDENTIFIED:
        return {"identified_on": event.occurred_on}
    if event.kind is EventKind.ELIMINATED:
        return {"eliminated_on": event.occurred_on}
    if event.kind is EventKind.ROLLED_BACK:
        return {"eliminated_on": None, "elimination_way": ""}
    return {}


def _value_on(day: date, dated: Sequence[tuple[date, Any]]) -> Any:
    """The value of a series on `day`; before its first day, the first value."""
    held = [value for since, value in dated if since <= day]
    return held[-1] if held else dated[0][1]
