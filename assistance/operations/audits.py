"""Audits: do the spans that statistics read, and the days that cases keep, still say what the measures say?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Subquery

from assistance.models import Measure, MeasureSpan
from households.models import Case
from households.operations.audits import Findings

SAME = ("case", "village", "category", "landed_on")


def audit_spans(*, under: str = "") -> Findings:
    """Compare what is known now of the measures of the division `under` (of all where empty) with the measures."""
    found = [*_without_span(under), *_without_measure(under), *_with_other_first_day(under)]
    return Findings(Measure.objects.under(under).count(), found)


def _without_span(under: str) -> Iterator[str]:
    """Measures that have landed and are in no figure."""
    said = MeasureSpan.objects.known_at(None).filter(measure=OuterRef("pk"), **{name: OuterRef(name) for name in SAME})
    landed = Measure.objects.under(under).filter(withdrawn_at__isnull=True, landed_on__isnull=False)
    for measure in landed.filter(~Exists(said)).order_by("pk").iterator():
        yield f"measure {measure.pk}: {measure.category} landed on {measure.landed_on}, which no span says"


def _without_measure(under: str) -> Iterator[str]:
    """Spans that count in figures what has not landed so, or was withdrawn."""
    same = Measure.objects.filter(
        pk=OuterRef("measure"), withdrawn_at__isnull=True, **{name: OuterRef(name) for name in SAME}
    )
    for span in MeasureSpan.objects.under(under).known_at(None).filter(~Exists(same)).order_by("pk").iterator():
        yield f"measure {span.measure_id}: a span says that {span.category} landed on {span.landed_on}, which is not so"


def _with_other_first_day(under: str) -> Iterator[str]:
    """Cases that keep another day of their first measure than the measures say."""
    landed = Measure.objects.filter(case=OuterRef("pk"), withdrawn_at__isnull=True, landed_on__isnull=False)
    first = Subquery(landed.order_by("landed_on").values("landed_on")[:1])
    cases = Case.objects.under(under).annotate(first=first)
    other = cases.exclude(first_landed_on=F("first")).exclude(first_landed_on__isnull=True, first__isnull=True)
    for case in other.order_by("pk").iterator():
        yield f"case {case.pk}: keeps {case.first_landed_on} as the day of its first measure, which is {case.first}"
