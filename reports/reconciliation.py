"""Reconciliation: a source's printed figures beside the ones computed from records, each with a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from common.refusals import Invalid, NotFound
from households.models import Division
from reports.figures import Figure, Part, figures
from reports.indicators import Basis, Indicator
from reports.query import Scope
from reports.readings import Asked, asked_of
from reports.rules.periods import first_day
from reports.rules.relations import RelationResult, check_source
from reports.rules.sources import PublishedFigure, Source
from reports.rules.verdicts import Verdict, VerdictKind, judge, of_all

LONGEST_CODE = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A published figure held against one computed value."""

    part: Part
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FigureResult:
    """A published figure with its readings: one, or one for each basis where the source leaves the basis open."""

    published: PublishedFigure
    asked: Asked
    readings: Mapping[Basis | None, Reading]

    @property
    def indicator(self) -> Indicator | None:
        """The indicator with the figure's id, whether or not records can answer what the source prints."""
        return self.asked.indicator

    @property
    def is_open_in_basis(self) -> bool:
        """Whether the source left open what is counted, and records can answer both ways."""
        return len(self.readings) > 1

    @property
    def kind(self) -> VerdictKind:
        """The verdict on the figure as a whole: it differs only where it matches on no basis."""
        return of_all({reading.verdict.kind for reading in self.readings.values()})


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


def division_of(source: Source, asked: str | None) -> Division:
    """The division whose code was asked for, the source's own where none was; a sentence where there is none."""
    code = source.division if asked is None else asked
    if not code:
        raise Invalid(_("The division is empty. Write its code, or leave it out for that of the source."))
    division = Division.objects.filter(pk=code).first()
    if division is None:
        told = {"code": code[:LONGEST_CODE]}
        raise NotFound(_("Division %(code)s is not known. Import it first with import_divisions.") % told)
    return division


def scope_of(
    source: Source, *, division: str | None = None, as_of: date | None = None, known_at: datetime | None = None
) -> Scope:
    """Where and when the source speaks of, unless told otherwise."""
    day = as_of or source.as_of
    return Scope(division or source.division, day, first_day(day, usual=source.period_start), known_at)


def reconcile(source: Source, scope: Scope, *, anyway: bool = False) -> Reconciliation:
    """Hold every printed figure of `source` against records of `scope`, and the printed figures against each other.

    Records of another division than the source's give values without a verdict, unless they are to be judged `anyway`.
    """
    is_elsewhere = scope.division != source.division and not anyway
    asked = {published.id: asked_of(published) for published in source.figures}
    computed = figures(scope, [each.indicator for each in asked.values() if each.indicator and not each.misfit])
    results = tuple(_result(published, asked[published.id], computed, is_elsewhere) for published in source.figures)
    return Reconciliation(source, scope, results, check_source(source))


def _result(
    published: PublishedFigure, asked: Asked, computed: Mapping[str, Figure], is_elsewhere: bool
) -> FigureResult:
    if asked.indicator is None or asked.misfit:
        missing = Reading(Part(None), judge(published, None))
        return FigureResult(published, asked, {None: missing})
    parts = computed[asked.indicator.code].parts
    readings = {
        basis: Reading(part, judge(published, part.value, is_elsewhere=is_elsewhere)) for basis, part in parts.items()
    }
    return FigureResult(published, asked, readings)
