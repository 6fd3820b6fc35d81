"""The history of a case: from its events to the spans that statistics count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from common.names import Name
from households.workflow import TRANSITIONS, UNDER_ELIMINATION, Status


class EventKind(StrEnum):
    """What an event tells."""

    REPORTED = "reported"
    VERIFIED = "verified"
    COMPARED = "compared"
    REVIEWED = "reviewed"
    NOTICE_POSTED = "notice_posted"
    OBJECTED = "objected"
    REVIEWED_AGAIN = "reviewed_again"
    TOWNSHIP_PASSED = "township_passed"
    IDENTIFIED = "identified"
    REFUSED = "refused"
    ELIMINATION_PROPOSED = "elimination_proposed"
    ELIMINATION_VERIFIED = "elimination_verified"
    ELIMINATION_REVIEWED = "elimination_reviewed"
    ELIMINATION_NOTICE_POSTED = "elimination_notice_posted"
    ELIMINATION_OBJECTED = "elimination_objected"
    ELIMINATION_REVIEWED_AGAIN = "elimination_reviewed_again"
    ELIMINATION_TOWNSHIP_PASSED = "elimination_passed"
    ELIMINATION_DECLINED = "elimination_declined"
    ELIMINATED = "eliminated"
    ROLLED_BACK = "rolled_back"
    SUPERSEDED = "superseded"
    FEEDBACK_GIVEN = "feedback_given"
    HOUSEHOLD_CHANGED = "household_changed"
    RECLASSIFIED = "reclassified"
    HOUSEHOLD_ENDED = "household_ended"
    HOUSEHOLD_RESTORED = "household_restored"
    CORRECTED = "corrected"
    REMOVED = "removed"


EVENT_KINDS: dict[EventKind, Name] = {
    EventKind.REPORTED: Name("线索登记", "clue reported"),
    EventKind.VERIFIED: Name("入户核实", "verified at home"),
    EventKind.COMPARED: Name("信息比对", "compared with registers"),
    EventKind.REVIEWED: Name("民主评议", "reviewed by the village"),
    EventKind.NOTICE_POSTED: Name("公示", "public notice posted"),
    EventKind.OBJECTED: Name("提出异议", "objected to"),
    EventKind.REVIEWED_AGAIN: Name("异议复核", "reviewed again"),
    EventKind.TOWNSHIP_PASSED: Name("乡镇审核", "passed by the township"),
    EventKind.IDENTIFIED: Name("识别纳入", "identified"),
    EventKind.REFUSED: Name("不予纳入", "refused"),
    EventKind.ELIMINATION_PROPOSED: Name("拟消除风险", "elimination proposed"),
    EventKind.ELIMINATION_VERIFIED: Name("拟消除入户核实", "elimination verified at home"),
    EventKind.ELIMINATION_REVIEWED: Name("拟消除民主评议", "elimination reviewed by the village"),
    EventKind.ELIMINATION_NOTICE_POSTED: Name("拟消除公示", "notice of elimination posted"),
    EventKind.ELIMINATION_OBJECTED: Name("对消除提出异议", "elimination objected to"),
    EventKind.ELIMINATION_REVIEWED_AGAIN: Name("拟消除异议复核", "elimination reviewed again"),
    EventKind.ELIMINATION_TOWNSHIP_PASSED: Name("拟消除乡镇审核", "elimination passed by the township"),
    EventKind.ELIMINATION_DECLINED: Name("未同意消除", "elimination declined"),
    EventKind.ELIMINATED: Name("风险消除", "risk eliminated"),
    EventKind.ROLLED_BACK: Name("风险消除回退", "elimination rolled back"),
    EventKind.SUPERSEDED: Name("再次识别", "identified anew"),
    EventKind.FEEDBACK_GIVEN: Name("结果反馈", "household told the outcome"),
    EventKind.HOUSEHOLD_CHANGED: Name("家庭变更", "household changed"),
    EventKind.RECLASSIFIED: Name("类别调整", "type or risks changed"),
    EventKind.HOUSEHOLD_ENDED: Name("整户终止", "household ended"),
    EventKind.HOUSEHOLD_RESTORED: Name("恢复整户", "household restored"),
    EventKind.CORRECTED: Name("更正", "corrected"),
    EventKind.REMOVED: Name("误登删除", "removed as registered in error"),
}

# Which event a transition of the workflow writes.
EVENT_OF_TRANSITION: dict[tuple[Status, Status], EventKind] = {
    (Status.REPORTED, Status.VERIFIED): EventKind.VERIFIED,
    (Status.VERIFIED, Status.COMPARED): EventKind.COMPARED,
    (Status.COMPARED, Status.REVIEWED): EventKind.REVIEWED,
    (Status.REVIEWED, Status.NOTICED): EventKind.NOTICE_POSTED,
    (Status.NOTICED, Status.OBJECTED): EventKind.OBJECTED,
    (Status.OBJECTED, Status.NOTICED): EventKind.REVIEWED_AGAIN,
    (Status.NOTICED, Status.TOWNSHIP_PASSED): EventKind.TOWNSHIP_PASSED,
    (Status.TOWNSHIP_PASSED, Status.MONITORED): EventKind.IDENTIFIED,
    **{(was, Status.REFUSED): EventKind.REFUSED for was, to in TRANSITIONS if to is Status.REFUSED},
    (Status.MONITORED, Status.ELIMINATION_PROPOSED): EventKind.ELIMINATION_PROPOSED,
    (Status.ELIMINATION_PROPOSED, Status.ELIMINATION_VERIFIED): EventKind.ELIMINATION_VERIFIED,
    (Status.ELIMINATION_VERIFIED, Status.ELIMINATION_REVIEWED): EventKind.ELIMINATION_REVIEWED,
    (Status.ELIMINATION_REVIEWED, Status.ELIMINATION_NOTICED): EventKind.ELIMINATION_NOTICE_POSTED,
    (Status.ELIMINATION_NOTICED, Status.ELIMINATION_OBJECTED): EventKind.ELIMINATION_OBJECTED,
    (Status.ELIMINATION_OBJECTED, Status.ELIMINATION_NOTICED): EventKind.ELIMINATION_REVIEWED_AGAIN,
    (Status.ELIMINATION_NOTICED, Status.ELIMINATION_TOWNSHIP_PASSED): EventKind.ELIMINATION_TOWNSHIP_PASSED,
    (Status.ELIMINATION_TOWNSHIP_PASSED, Status.ELIMINATED): EventKind.ELIMINATED,
    **{
        (was, Status.MONITORED): EventKind.ELIMINATION_DECLINED
        for was, to in TRANSITIONS
        if to is Status.MONITORED and was in UNDER_ELIMINATION
    },
    (Status.ELIMINATED, Status.MONITORED): EventKind.ROLLED_BACK,
    (Status.ELIMINATED, Status.SUPERSEDED): EventKind.SUPERSEDED,
}

# A case ends with its household, and goes on where a merge is undone: no step that anybody takes by the table.
OF_HOUSEHOLD = frozenset({EventKind.HOUSEHOLD_ENDED, EventKind.HOUSEHOLD_RESTORED})
# The events that are steps of the workflow, each at least as late as the one before.
STEPS = frozenset({EventKind.REPORTED, *EVENT_OF_TRANSITION.values()}) | OF_HOUSEHOLD
# The steps whose day is put right in the case; what follows from elsewhere is put right there.
CORRECTABLE = STEPS - OF_HOUSEHOLD - {EventKind.SUPERSEDED}


class Hand(StrEnum):
    """A part of a procedure that is in one person's hand; no other part of it may be in the same."""

    PROPOSAL = "proposal"
    VERIFICATION = "verification"
    COMPARISON = "comparison"
    VILLAGE = "village"
    SECOND_REVIEW = "second_review"
    TOWNSHIP = "township"
    COUNTY = "county"


HANDS: dict[Hand, Name] = {
    Hand.PROPOSAL: Name("提出", "proposal"),
    Hand.VERIFICATION: Name("入户核实", "verification"),
    Hand.COMPARISON: Name("信息比对", "comparison"),
    Hand.VILLAGE: Name("村级评议和公示", "village review and notice"),
    Hand.SECOND_REVIEW: Name("异议复核", "second review"),
    Hand.TOWNSHIP: Name("乡镇审核", "township review"),
    Hand.COUNTY: Name("县级审定", "county approval"),
}

# Each procedure begins with one event; the steps that follow, each with the hand in which it lies. Who records an
# objection decides nothing, and the notice publishes what the meeting decided: both are in no second hand.
PROCEDURES: dict[EventKind, dict[EventKind, Hand]] = {
    EventKind.REPORTED: {
        EventKind.REPORTED: Hand.PROPOSAL,
        EventKind.VERIFIED: Hand.VERIFICATION,
        EventKind.COMPARED: Hand.COMPARISON,
        EventKind.REVIEWED: Hand.VILLAGE,
        EventKind.NOTICE_POSTED: Hand.VILLAGE,
        EventKind.REVIEWED_AGAIN: Hand.SECOND_REVIEW,
        EventKind.TOWNSHIP_PASSED: Hand.TOWNSHIP,
        EventKind.IDENTIFIED: Hand.COUNTY,
    },
    EventKind.ELIMINATION_PROPOSED: {
        EventKind.ELIMINATION_PROPOSED: Hand.PROPOSAL,
        EventKind.ELIMINATION_VERIFIED: Hand.VERIFICATION,
        EventKind.ELIMINATION_REVIEWED: Hand.VILLAGE,
        EventKind.ELIMINATION_NOTICE_POSTED: Hand.VILLAGE,
        EventKind.ELIMINATION_REVIEWED_AGAIN: Hand.SECOND_REVIEW,
        EventKind.ELIMINATION_TOWNSHIP_PASSED: Hand.TOWNSHIP,
        EventKind.ELIMINATED: Hand.COUNTY,
    },
}
# Who says no does so instead of the step that would come next, and in its hand.
HAND_OF_REFUSAL: dict[Status, Hand] = {
    Status.REPORTED: Hand.VERIFICATION,
    Status.VERIFIED: Hand.COMPARISON,
    Status.COMPARED: Hand.VILLAGE,
    Status.OBJECTED: Hand.SECOND_REVIEW,
    Status.NOTICED: Hand.TOWNSHIP,
    Status.TOWNSHIP_PASSED: Hand.COUNTY,
    Status.ELIMINATION_PROPOSED: Hand.VERIFICATION,
    Status.ELIMINATION_VERIFIED: Hand.VILLAGE,
    Status.ELIMINATION_OBJECTED: Hand.SECOND_REVIEW,
    Status.ELIMINATION_NOTICED: Hand.TOWNSHIP,
    Status.ELIMINATION_TOWNSHIP_PASSED: Hand.COUNTY,
}
# Where a reviewer is asked for, the person responsible for the household does not decide.
REVIEWING = frozenset({Hand.VILLAGE, Hand.SECOND_REVIEW, Hand.TOWNSHIP, Hand.COUNTY})


def hand_of(was: Status, to: Status) -> Hand | None:
    """The hand in which a move lies; None where it is in nobody's, as a roll-back or an objection."""
    kind = EVENT_OF_TRANSITION[was, to]
    if kind in {EventKind.REFUSED, EventKind.ELIMINATION_DECLINED}:
        return HAND_OF_REFUSAL[was]
    return next((hands[kind] for hands in PROCEDURES.values() if kind in hands), None)


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


def village_on(day: date, facts: Iterable[Mapping[str, Any]]) -> str:
    """The village in which the household lived on that day, by the facts of the events of a case, oldest first."""
    series = [told["village"] for told in facts if "village" in told][-1]
    return str(_value_on(day, [(date.fromisoformat(since), value) for since, value in series]))


def _value_on(day: date, dated: Sequence[tuple[date, Any]]) -> Any:
    """The value of a series on `day`; before its first day, the first value."""
    held = [value for since, value in dated if since <= day]
    return held[-1] if held else dated[0][1]
