"""What is recorded of cases as of a day and as known at a moment: where they stand, their history, what is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assistance.models import Measure, MeasureSpan
from assistance.rules.categories import CATEGORIES
from assistance.rules.states import STATES as OF_MEASURES
from assistance.rules.states import State, is_late, state_of
from common.names import Name
from common.numbers import grouped, written
from households.models import CaseEvent, CaseRisk, CaseSpan, Household
from households.rules.codes import DISASTERS, ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS
from households.rules.history import EVENT_KINDS, EventKind
from households.rules.record_words import Told as Written
from households.rules.record_words import in_words
from households.workflow import IN_REGISTER, STATUSES, UNDER_ELIMINATION, UNDER_IDENTIFICATION, Status
from reports import pages
from reports.query import Scope, with_landed
from reports.rules.timelines import Entry, Told, entries, value_on

# The state of a measure on the day: its words and the colour of its badge.
STATES: dict[str, tuple[Name, str]] = {
    State.LANDED: (OF_MEASURES[State.LANDED], "good"),
    State.ENDED: (OF_MEASURES[State.ENDED], "good"),
    State.UNDER_WAY: (OF_MEASURES[State.UNDER_WAY], "watch"),
    State.PLANNED: (OF_MEASURES[State.PLANNED], "open"),
    "withdrawn": (Name("已撤销", "withdrawn"), "bad"),
}
TONES: dict[Status, str] = {
    Status.ELIMINATED: "good",
    **dict.fromkeys(UNDER_IDENTIFICATION, "open"),
    Status.MONITORED: "watch",
    **dict.fromkeys(UNDER_ELIMINATION, "watch"),
    Status.REFUSED: "open",
    Status.SUPERSEDED: "open",
    Status.ENDED: "open",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its colour; the colour says nothing that the word does not."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event in the field's words: what it says, what was written down at the step, and the reason that was given."""

    name: str
    entry: Entry
    says: tuple[str, ...]
    is_step: bool
    records: tuple[Written, ...] = ()
    day_address: str = ""


@dataclass(frozen=True, slots=True)
class MeasureTold:
    """A measure with its state on the day."""

    key: UUID
    risk: str
    category: str
    item: str
    member: str
    responsible: str
    badge: Badge
    planned_on: date
    due_on: date | None
    is_late: bool
    landed_on: date | None
    ended_on: date | None
    amount: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpanTold:
    """What was held to be true of a case from one day to before another, and from when until when this was known."""

    status: str
    household_type: str
    persons: int
    valid: Any
    recorded: Any
    is_read: bool


@dataclass(frozen=True, slots=True)
class RiskTold:
    """A risk of the case, with the kind of disaster or the remark that names it more closely."""

    name: str
    remark: str


@dataclass(frozen=True, slots=True)
class CaseTold:
    """A case on the day."""

    key: UUID
    address: str
    household_address: str
    span: CaseSpan
    episode: int
    status: Badge
    household_type: str
    way: str
    risks: tuple[RiskTold, ...]
    landed: int
    timeline: tuple[EventTold, ...]
    measures: tuple[MeasureTold, ...]

    @property
    def reported_on(self) -> date:
        """The day on which the case was reported, as its timeline tells it."""
        return next((each.entry.on for each in self.timeline if each.entry.event.kind is EventKind.REPORTED), None)


def cases_of(household: Household, scope: Scope) -> tuple[CaseTold, ...]:
    """The household's cases on the day, the latest episode first; five queries, however many cases."""
    return _told(_on_the_day(scope, Q(household=household)), scope)


def case_of(key: UUID, scope: Scope, *, by: User, on: date) -> CaseTold | None:
    """One case; None where there is none on the day, or where `by` may not see it."""
    held = with_landed(anywhere(scope)).visible_to(by, on).filter(case=key)
    return next(iter(_told(_beside(held), scope)), None)


def spans_of(key: UUID, scope: Scope) -> tuple[SpanTold, ...]:
    """All that was ever held to be true of the case: by the time of knowing, then by the days of which it speaks."""
    rows = CaseSpan.objects.filter(case=key)
    if scope.known_at is not None:
        rows = rows.filter(recorded__startswith__lte=scope.known_at)
    ordered = sorted(rows, key=lambda row: (row.recorded.lower, row.valid.lower))
    return tuple(
        SpanTold(
            status=str(STATUSES[row.status]),
            household_type=str(HOUSEHOLD_TYPES[row.household_type]),
            persons=row.persons,
            valid=row.valid,
            recorded=row.recorded,
            is_read=scope.as_of in row.valid and _is_known(row.recorded, scope),
        )
        for row in ordered
    )


def anywhere(scope: Scope) -> Scope:
    """The same days without a place: what the reader may see, the postings decide."""
    return Scope("", scope.as_of, scope.period_start, scope.known_at)


def address(name: str, key: UUID, scope: Scope) -> str:
    """The page `name` of a record in the same scope."""
    return f"{reverse(name, args=[key])}?{urlencode(pages.parameters(scope))}"


def _on_the_day(scope: Scope, wanted: Q) -> QuerySet[CaseSpan]:
    return _beside(with_landed(anywhere(scope)).filter(wanted))


def _beside(spans: QuerySet[CaseSpan]) -> QuerySet[CaseSpan]:
    """The case beside each span, with the remarks of its risks."""
    remarks = CaseRisk.objects.filter(case=OuterRef("case")).order_by("position")
    told = JSONObject(risk="risk", disaster="disaster", remark="remark")
    return spans.annotate(remarks=ArraySubquery(remarks.values(told=told))).select_related(
        "case", "village__parent__parent__parent__parent"
    )


def _told(spans: QuerySet[CaseSpan], scope: Scope) -> tuple[CaseTold, ...]:
    held = sorted(spans, key=lambda span: (span.status in IN_REGISTER, span.case.episode), reverse=True)
    keys = [span.case_id for span in held]
    histories = _histories(keys, scope) if keys else {}
    measures = _measures(keys, scope) if keys else {}
    return tuple(
        CaseTold(
            key=span.case_id,
            address=address("case", span.case_id, scope),
            household_address=address("household", span.household_id, scope),
            span=span,
            episode=span.case.episode,
            status=Badge(str(STATUSES[span.status]), TONES[Status(span.status)]),
            household_type=str(HOUSEHOLD_TYPES[span.household_type]),
            way=str(ELIMINATION_WAYS[span.elimination_way]) if span.elimination_way else "",
            risks=_risks(span),
            landed=len(span.landed),
            timeline=histories.get(span.case_id, ()),
            measures=measures.get(span.case_id, ()),
        )
        for span in held
    )


def _risks(span: CaseSpan) -> tuple[RiskTold, ...]:
    """The risks that hold on the day; what names them more closely stands with the risks of today."""
    closer = {row["risk"]: row for row in span.remarks}
    found = []
    for risk in span.risks:
        row = closer.get(risk, {"disaster": "", "remark": ""})
        kind = str(DISASTERS[row["disaster"]]) if row["disaster"] else ""
        found.append(
            RiskTold(
                _("%(risk)s (%(kind)s)") % {"risk": RISKS[risk], "kind": kind} if kind else str(RISKS[risk]),
                row["remark"],
            )
        )
    return tuple(found)


def _histories(keys: list[UUID], scope: Scope) -> dict[UUID, tuple[EventTold, ...]]:
    """The timeline of each case, as known at the scope's moment."""
    rows = CaseEvent.objects.filter(case__in=keys).select_related("recorded_by").order_by("case", "sequence")
    if scope.known_at is not None:
        rows = rows.filter(recorded_at__lte=scope.known_at)
    written: dict[UUID, list[CaseEvent]] = defaultdict(list)
    for row in rows:
        written[row.case_id].append(row)
    return {key: tuple(_event(each) for each in _entries(found, scope.as_of)) for key, found in written.items()}


def _entries(rows: Iterable[CaseEvent], until: date) -> list[Entry]:
    rows = list(rows)
    numbers = {row.pk: row.sequence for row in rows}
    return entries(
        (
            Told(
                sequence=row.sequence,
                kind=EventKind(row.kind),
                occurred_on=row.occurred_on,
                recorded_at=row.recorded_at,
                recorded_by=str(row.recorded_by),
                facts=row.facts,
                details=row.details,
                reason=row.details.get("reason", ""),
                corrects=numbers[row.corrects_id] if row.corrects_id else None,
            )
            for row in rows
        ),
        until=until,
    )


def _event(entry: Entry) -> EventTold:
    event = entry.event
    is_step = event.kind not in {EventKind.HOUSEHOLD_CHANGED, EventKind.RECLASSIFIED}
    return EventTold(
        str(EVENT_KINDS[event.kind]),
        entry,
        tuple(_said(event.facts, entry.on)),
        is_step,
        tuple(in_words(event.details)),
    )


def _said(facts: Mapping[str, Any], day: date) -> Iterable[str]:
    """What an event states, in words."""
    if facts.get("household_type"):
        yield str(HOUSEHOLD_TYPES[facts["household_type"]])
    if facts.get("risks"):
        yield _("Risks: %(risks)s") % {"risks": _(", ").join(str(RISKS[risk]) for risk in facts["risks"])}
    if facts.get("has_no_labour"):
        yield _("whole household without labour")
    if facts.get("persons"):
        persons = value_on(facts["persons"], day)
        yield f"{grouped(persons)} {ngettext('person', 'persons', persons)}"
    if facts.get("elimination_way"):
        yield str(ELIMINATION_WAYS[facts["elimination_way"]])


def _measures(keys: list[UUID], scope: Scope) -> dict[UUID, tuple[MeasureTold, ...]]:
    """The measures of each case that were planned by the day, in the order of their planning."""
    known = MeasureSpan.objects.filter(measure=OuterRef("pk")).known_at(scope.known_at)
    rows = Measure.objects.filter(Q(planned_on__lte=scope.as_of) | Q(landed_on__lte=scope.as_of), case__in=keys)
    rows = rows.annotate(known_landed_on=Subquery(known.values("landed_on")[:1])).select_related(
        "member", "responsible"
    )
    found: dict[UUID, list[MeasureTold]] = defaultdict(list)
    for row in rows.order_by("planned_on", "pk"):
        found[row.case_id].append(_measure(row, scope))
    return {key: tuple(told) for key, told in found.items()}


def _measure(row: Measure, scope: Scope) -> MeasureTold:
    is_withdrawn = row.withdrawn_at is not None and (scope.known_at is None or row.withdrawn_at <= scope.known_at)
    landed_on = row.known_landed_on if row.known_landed_on and row.known_landed_on <= scope.as_of else None
    ended_on = row.ended_on if landed_on and row.ended_on and row.ended_on <= scope.as_of else None
    started_on = row.started_on if row.started_on and row.started_on <= scope.as_of else None
    name, tone = STATES["withdrawn" if is_withdrawn else state_of(started_on, landed_on, ended_on)]
    return MeasureTold(
        key=row.pk,
        risk=row.risk,
        category=str(CATEGORIES[row.category]),
        item=row.item,
        member=row.member.name if row.member else "",
        responsible=" · ".join(str(each) for each in (row.responsible_unit, row.responsible) if each),
        badge=Badge(str(name), tone),
        planned_on=row.planned_on,
        due_on=row.due_on,
        is_late=not is_withdrawn and is_late(row.due_on, landed_on, scope.as_of),
        landed_on=landed_on,
        ended_on=ended_on,
        amount=written(row.amount) if row.amount is not None else "",
        reason=row.withdrawal_reason if is_withdrawn else "",
    )


def _is_known(recorded: Any, scope: Scope) -> bool:
    return recorded.upper is None if scope.known_at is None else scope.known_at in recorded
