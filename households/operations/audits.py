"""Audits: do the spans that statistics read still say what the events of the cases say?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from households.models import Case
from households.operations.spans import differences, expected_spans, stored_spans

CASES_AT_A_TIME = 1000


@dataclass(slots=True)
class Findings:
    """How many records were looked at, and a sentence for each difference."""

    checked: int = 0
    differences: list[str] = field(default_factory=list)


def audit_spans(*, under: str = "") -> Findings:
    """Rebuild the spans of every case of the division `under` (of all where empty) and compare; changes nothing."""
    findings = Findings()
    for cases in _batches(under):
        findings.checked += len(cases)
        suspects = [case for case, found in _compared(cases) if found]
        if suspects:
            findings.differences += _confirmed(suspects)
    return findings


def _compared(cases: Sequence[Case]) -> list[tuple[Case, list[str]]]:
    expected, stored = expected_spans(cases), stored_spans(cases)
    return [(case, differences(case, expected[case.pk], stored[case.pk])) for case in cases]


@transaction.atomic
def _confirmed(suspects: Sequence[Case]) -> list[str]:
    """What still differs while nobody can move these cases: an operation may have been at work at the first look."""
    keys = [case.pk for case in suspects]
    held = Case.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [sentence for _case, found in _compared(list(held)) for sentence in found]


def _batches(under: str) -> Iterator[list[Case]]:
    selected = Case.objects.under(under).order_by("pk")
    cases = list(selected[:CASES_AT_A_TIME])
    while cases:
        yield cases
        cases = list(selected.filter(pk__gt=cases[-1].pk)[:CASES_AT_A_TIME])
