"""Spans of measures: what is known from when on of the day on which each landed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Min

from assistance.models import Measure, MeasureSpan
from common.bulk import update_all
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
    return close_all({measure.pk: at})[measure.pk]


def close_all(moments: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """The same for many measures by their keys, each at its moment or as soon after it as can be; gives when."""
    ended = dict(moments)
    open_spans = list(MeasureSpan.objects.filter(measure__in=list(moments), recorded__upper_inf=True))
    for span in open_spans:
        ended[span.measure_id] = max(moments[span.measure_id], span.recorded.lower + TICK)
        span.recorded = DateTimeTZRange(span.recorded.lower, ended[span.measure_id])
    update_all(open_spans, ("recorded",))
    return ended


def first_landed(cases: Collection[UUID]) -> dict[UUID, date | None]:
    """The day on which the first measure of each case landed, None while none has."""
    landed = Measure.objects.standing().filter(case__in=list(cases), landed_on__isnull=False)
    found = dict(landed.values("case").annotate(first=Min("landed_on")).values_list("case", "first"))
    return {case: found.get(case) for case in cases}


def tell_first_days(cases: Collection[UUID]) -> None:
    """Let the clocks of these cases know the day of their first measure."""
    if cases:
        deadlines.note_landed(first_days=first_landed(cases))
