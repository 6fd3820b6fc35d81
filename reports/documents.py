"""Figures and reconciliations as the plain values that JSON carries, the same for command and API."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from reports import explanations
from reports.figures import Figure
from reports.indicators import Indicator
from reports.query import Scope
from reports.reconciliation import FigureResult, Reconciliation
from reports.rules.intervals import Interval
from reports.rules.relations import RelationResult
from reports.rules.repairs import Repair
from reports.rules.sources import UNSTATED


def number(value: Fraction | None) -> int | float | None:
    """An exact value as a number: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def reconciliation(result: Reconciliation) -> dict[str, Any]:
    """The whole reconciliation."""
    return {
        "source": result.source.id,
        **scope(result.scope),
        "figures": [figure_result(each) for each in result.figures],
        "relations": [relation(each) for each in result.relations],
    }


def scope(each: Scope) -> dict[str, Any]:
    """Where and when."""
    return {
        "division": each.division,
        "as_of": each.as_of.isoformat(),
        "period_start": each.period_start.isoformat(),
        "known_at": each.known_at.isoformat() if each.known_at else None,
    }


def figure_result(result: FigureResult) -> dict[str, Any]:
    """One published figure; `computed` and `verdict` are objects by basis where the source leaves the basis open.

    `overall` is the verdict on the figure as a whole.
    """
    published = result.published
    computed: Any = {str(basis): number(each.part.value) for basis, each in result.readings.items()}
    verdict: Any = {str(basis): each.verdict.kind.value for basis, each in result.readings.items()}
    if not result.is_open_in_basis:
        computed, verdict = next(iter(computed.values())), next(iter(verdict.values()))
    return {
        "id": published.id,
        "published": number(published.value),
        "step": number(published.step),
        "unit": published.unit,
        "basis": _basis(result),
        "at_least": published.at_least,
        "computed": computed,
        "verdict": verdict,
        "overall": result.kind.value,
        "explanation": explanations.of_figure(result),
        "doubt": published.doubt,
    }


def _basis(result: FigureResult) -> str | None:
    """What the source counts: as it says itself, or as its unit says."""
    published = result.published
    if published.basis is not None:
        return published.basis
    if result.is_open_in_basis:
        return UNSTATED
    return published.unit if published.unit in {"household", "person"} else None


def relation(result: RelationResult) -> dict[str, Any]:
    """One relation among printed figures, with its repairs."""
    return {
        "id": result.id,
        "says": result.says,
        "verdict": result.verdict.value,
        "left": interval(result.left),
        "right": interval(result.right),
        "repairs": [repair(each) for each in result.repairs],
        "explanation": explanations.of_relation(result),
    }


def repair(each: Repair) -> dict[str, Any]:
    """What one figure would have to be; the ends are null where there is none, `nearest` is the smallest change."""
    return {
        "figure": each.figure,
        "low": number(each.low),
        "high": number(each.high),
        "low_open": each.low_open,
        "high_open": each.high_open,
        "nearest": number(each.nearest),
        "integers": list(each.integers) if each.integers is not None else None,
        "printed": [number(value) for value in each.printed] if each.printed is not None else None,
    }


def interval(each: Interval) -> dict[str, Any]:
    """The values that a side of a relation can have; the ends are null where there is none."""
    return {
        "low": number(each.low),
        "high": number(each.high),
        "low_open": each.low_open,
        "high_open": each.high_open,
    }


def indicator(each: Indicator) -> dict[str, Any]:
    """An indicator's declaration."""
    return {
        "id": each.code,
        "name_zh": each.name.zh,
        "name_en": each.name.en,
        "unit": each.unit,
        "kind": each.kind.value,
        "bases": [basis.value for basis in each.bases],
        "is_computable": each.is_computable,
        "needs": str(each.needs) if each.needs else None,
    }


def figure(each: Figure) -> dict[str, Any]:
    """An indicator with its values by basis."""
    return indicator(each.indicator) | {
        "values": [
            {
                "basis": basis.value,
                "value": number(part.value),
                "numerator": part.numerator,
                "denominator": part.denominator,
            }
            for basis, part in each.parts.items()
        ]
    }
