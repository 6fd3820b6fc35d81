"""Keeping the spans of cases equal to what their events say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from common.bulk import insert_all
from households.models import Case, CaseEvent, CaseSpan
from households.rules.history import Event, EventKind, Span, replay

ROWS_A_STATEMENT = 1000
CLOSE = """
    UPDATE households_casespan AS span SET recorded = tstzrange(lower(span.recorded), closed.at)
    FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::timestamptz[]) AS at) AS closed WHERE span.id = closed.id
"""
Key = tuple[date, date | None, datetime]


def refresh(cases: Sequence[Case]) -> None:
    """Bring the stored spans of `cases` in line with their events: close what is no longer known, add what is."""
    expected = expected_spans(cases)
    stored = stored_spans(cases)
    closing: list[tuple[int, datetime]] = []
    adding: list[CaseSpan] = []
    for case in cases:
        held = {_key_of_row(row): row for row in stored[case.pk]}
        for span in expected[case.pk]:
            row = held.get(_key(span))
            if row is None:
                adding.append(_row(case, span))
            elif row.recorded.upper is None and span.recorded_to is not None:
                closing.append((row.pk, span.recorded_to))
    if closing:
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, [[pk for pk, _ in closing], [at for _, at in closing]])
    insert_all(adding)


def expected_spans(cases: Iterable[Case]) -> dict[UUID, list[Span]]:
    """For each case, the spans that its events call for."""
    events: dict[UUID, list[CaseEvent]] = defaultdict(list)
    for row in CaseEvent.objects.filter(case__in=[case.pk for case in cases]).order_by("case", "sequence"):
        events[row.case_id].append(row)
    return {case.pk: replay(as_events(events[case.pk])) for case in cases}


def stored_spans(cases: Iterable[Case]) -> dict[UUID, list[CaseSpan]]:
    """For each case, its rows of spans."""
    rows: dict[UUID, list[CaseSpan]] = defaultdict(list)
    for row in CaseSpan.objects.filter(case__in=[case.pk for case in cases]):
        rows[row.case_id].append(row)
    return rows


def as_events(rows: Sequence[CaseEvent]) -> list[Event]:
    """The rows of one case as the replay reads them."""
    sequences = {row.pk: row.sequence for row in rows}
    return [
        Event(
            sequence=row.sequence,
            kind=EventKind(row.kind),
            occurred_on=row.occurred_on,
            recorded_at=row.recorded_at,
            facts=row.facts,
            corrects=sequences[row.corrects_id] if row.corrects_id else None,
        )
        for row in rows
    ]


def differences(case: Case, expected: Sequence[Span], stored: Sequence[CaseSpan]) -> list[str]:
    """What a rebuild from events would change in the stored spans: a sentence each, none where they are equal."""
    wanted = {_contents(_row(case, span)) for span in expected}
    held = {_contents(row) for row in stored}
    return [
        *(
            f"case {case.pk}: events call for {content}, which is not stored"
            for content in sorted(map(str, wanted - held))
        ),
        *(
            f"case {case.pk}: {content} is stored, which no event calls for"
            for content in sorted(map(str, held - wanted))
        ),
    ]


def _key(span: Span) -> Key:
    return span.valid_from, span.valid_to, span.recorded_from


def _key_of_row(row: CaseSpan) -> Key:
    return row.valid.lower, row.valid.upper, row.recorded.lower


def _row(case: Case, span: Span) -> CaseSpan:
    facts = span.facts
    return CaseSpan(
        case_id=case.pk,
        household_id=case.household_id,
        village_id=facts.village,
        status=facts.status.value,
        household_type=facts.household_type,
        persons=facts.persons,
        has_no_labour=facts.has_no_labour,
        risks=list(facts.risks),
        identified_on=facts.identified_on,
        eliminated_on=facts.eliminated_on,
        elimination_way=facts.elimination_way,
        valid=DateRange(span.valid_from, span.valid_to),
        recorded=DateTimeTZRange(span.recorded_from, span.recorded_to),
    )


def _contents(row: CaseSpan) -> tuple[object, ...]:
    return (
        str(row.household_id),
        row.village_id,
        row.status,
        row.household_type,
        row.persons,
        row.has_no_labour,
        tuple(row.risks),
        row.identified_on,
        row.eliminated_on,
        row.elimination_way,
        *_key_of_row(row),
        row.recorded.upper,
    )
