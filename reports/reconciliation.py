"""Reconciliation: a source's printed figures beside the ones computed from records, each with a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from reports.figures import Figure, Part, figures
from reports.indicators import BY_HOUSEHOLD_AND_PERSON, INDICATORS, Basis, Indicator, Kind
from reports.query import Scope
from reports.rules.relations import RelationResult, check_source
from reports.rules.sources import UNSTATED, PublishedFigure, Source
from reports.rules.verdicts import Verdict, VerdictKind, judge


@dataclass(frozen=True, slots=True)
class Reading:
    """A published figure held against one computed value."""

    part: Part
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FigureResult:
    """A published figure with its readings: one, or one for each basis where the source leaves the basis open."""

    published: PublishedFigure
    indicator: Indicator | None
    readings: Mapping[Basis | None, Reading]

    @property
    def is_open_in_basis(self) -> bool:
        """Whether the source left open what is counted, and records can answer both ways."""
        return len(self.readings) > 1

    @property
    def kind(self) -> VerdictKind:
        """The best of the readings' verdicts: a figure differs only where it matches by no basis."""
        kinds = {reading.verdict.kind for reading in self.readings.values()}
        return next(kind for kind in VerdictKind if kind in kinds)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All figures and relations of a source, within a scope."""

    source: Source
    scope: Scope
    figures: tuple[FigureResult, ...]
    relations: tuple[RelationResult, ...]

    @property
    def has_differences(self) -> bool:
        """Whether any figure differs or any relation among the printed figures cannot hold."""
        return any(result.kind is VerdictKind.DIFFERS for result in self.figures) or any(
            result.verdict == "inconsistent" for result in self.relations
        )


def scope_of(
    source: Source, *, division: str | None = None, as_of: date | None = None, known_at: datetime | None = None
) -> Scope:
    """Where and when the source speaks of, unless told otherwise."""
    return Scope(division or source.division, as_of or source.as_of, source.period_start, known_at)


def reconcile(source: Source, scope: Scope) -> Reconciliation:
    """Hold every printed figure of `source` against records of `scope`, and the printed figures against each other."""
    asked = {published.id: indicator_for(published) for published in source.figures}
    computed = figures(scope, [indicator for indicator in asked.values() if indicator is not None])
    results = tuple(_result(published, asked[published.id], computed) for published in source.figures)
    return Reconciliation(source, scope, results, check_source(source))


def indicator_for(published: PublishedFigure) -> Indicator | None:
    """The indicator that computes a printed figure, on the basis that the source states or on each where it is open."""
    indicator = INDICATORS.get(published.id)
    if indicator is None or not indicator.is_computable or indicator.bases == (Basis.MEASURE,):
        return indicator
    if published.basis == UNSTATED or (published.basis is None and indicator.kind is Kind.RATE):
        return replace(indicator, bases=BY_HOUSEHOLD_AND_PERSON)
    return replace(indicator, bases=(Basis(published.basis),)) if published.basis else indicator


def _result(published: PublishedFigure, indicator: Indicator | None, computed: Mapping[str, Figure]) -> FigureResult:
    if indicator is None or not indicator.is_computable:
        missing = Reading(Part(None), judge(published, None))
        return FigureResult(published, indicator, {None: missing})
    parts = computed[indicator.code].parts
    readings = {basis: Reading(part, judge(published, part.value)) for basis, part in parts.items()}
    return FigureResult(published, indicator, readings)
