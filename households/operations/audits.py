"""Audits: do spans and deadlines, which follow from the events of cases, still say what the events say?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from households.models import Case
from households.operations import deadlines
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


def audit_deadlines(*, under: str = "") -> Findings:
    """Derive the deadlines of every case of the division `under` (of all where empty) anew; changes nothing."""
    findings = Findings()
    for cases in _batches(under):
        findings.checked += len(cases)
        differing = _differing(cases)
        suspects = [case for case in cases if case.pk in differing]
        if suspects:
            findings.differences += _confirmed_deadlines(suspects)
    return findings


def mend_deadlines(*, under: str = "") -> Findings:
    """Write what the events of every case call for, as after a clock was set for a day in the past."""
    findings = Findings()
    for cases in _batches(under):
        findings.checked += len(cases)
        if differing := _differing(cases):
            findings.differences += _mended(differing)
    return findings


@transaction.atomic
def _mended(differing: Iterable[UUID]) -> list[str]:
    held = list(Case.objects.select_for_update(no_key=True).filter(pk__in=differing).order_by("pk"))
    found = deadlines.differences(held)
    deadlines.refresh(held, deadlines.events_of(held))
    return [sentence for _case, sentence in found]


def _differing(cases: Sequence[Case]) -> set[UUID]:
    return {case for case, _sentence in deadlines.differences(cases)}


@transaction.atomic
def _confirmed_deadlines(suspects: Sequence[Case]) -> list[str]:
    keys = [case.pk for case in suspects]
    held = Case.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [sentence for _case, sentence in deadlines.differences(list(held))]


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
