"""Spans of measures: what is known from when on of the day on which each landed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Min

from assistance.models import Measure, MeasureSpan
from households.operations import deadlines

TICK = timedelta(microseconds=1)


def span_of(measure: Measure, landed_on: date, at: datetime) -> MeasureSpan:
    """The row that says from `at` on that the measure landed on that day."""
    return MeasureSpan(
        measure=measure,
        case_id=measure.case_id,
        village_id=measure.village_id,
        category=measure.category,
        landed_on=landed_on,
        recorded=DateTimeTZRange(at, None),
    )


def close(measure: Measure, at: datetime) -> datetime:
    """End what was known of the measure, at a moment later than all of it: what was served stays true."""
    moment = at
    for span in MeasureSpan.objects.filter(measure=measure, recorded__upper_inf=True):
        moment = max(at, span.recorded.lower + TICK)
        span.recorded = DateTimeTZRange(span.recorded.lower, moment)
        span.save(update_fields=("recorded",))
    return moment


def first_landed(cases: Collection[UUID]) -> dict[UUID, date | None]:
    """The day on which the first measure of each case landed, None while none has."""
    landed = Measure.objects.standing().filter(case__in=list(cases), landed_on__isnull=False)
    found = dict(landed.values("case").annotate(first=Min("landed_on")).values_list("case", "first"))
    return {case: found.get(case) for case in cases}


def tell_first_days(cases: Collection[UUID]) -> None:
    """Let the clocks of these cases know the day of their first measure."""
    if cases:
        deadlines.note_landed(first_days=first_landed(cases))
