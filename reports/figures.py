"""Figures: indicators computed from case spans, any number of them in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import Any

from django.db.models import F, Min, Sum
from django.db.models.functions import Coalesce

from reports.indicators import Basis, Indicator, Kind
from reports.query import Scope, condition
from reports.rules.populations import REGISTER, Population
from reports.tallies import tallied


@dataclass(frozen=True, slots=True)
class Part:
    """One reading of a figure: `value` is exact, None where there is nothing to divide by or to take the least of."""

    value: Fraction | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's values, by basis; none where its records are not kept."""

    indicator: Indicator
    parts: Mapping[Basis, Part]

    @property
    def value(self) -> Fraction | None:
        """The value of a figure that has one reading only, the first reading of one that has two."""
        return next((part.value for part in self.parts.values()), None)


def figures(scope: Scope, indicators: Iterable[Indicator]) -> dict[str, Figure]:
    """The figures of `indicators` within `scope`, by code."""
    return figures_of([scope], indicators)[0]


def figures_of(scopes: Sequence[Scope], indicators: Iterable[Indicator]) -> list[dict[str, Figure]]:
    """The figures of `indicators` within each scope, by code, in the order of `scopes`, read by one query."""
    wanted = list(indicators)
    populations, found = _tallied(scopes, wanted)
    nothing = no_row(populations)
    return [
        {each.code: figure_from(each, populations, found.get((number, ""), nothing)) for each in wanted}
        for number in range(len(scopes))
    ]


def figures_by_place(scope: Scope, indicators: Iterable[Indicator], code_length: int) -> dict[str, dict[str, Figure]]:
    """The figures of each division below `scope.division` whose code has `code_length` digits and that has any case."""
    wanted = list(indicators)
    populations, found = _tallied([scope], wanted, code_length)
    return {
        place: {each.code: figure_from(each, populations, row) for each in wanted}
        for (_number, place), row in sorted(found.items(), key=itemgetter(0))
    }


def _tallied(
    scopes: Sequence[Scope], wanted: list[Indicator], code_length: int = 0
) -> tuple[list[Population], dict[tuple[int, str], dict[str, Any]]]:
    """The populations that the indicators count, and what there is of them in each place of each scope."""
    populations = populations_of(wanted)
    if not populations:
        return populations, {}
    counts = partial(aggregates, populations=populations)
    return populations, tallied(
        scopes,
        populations,
        counts,
        reads_measures=any(reads_measures(each) for each in wanted),
        code_length=code_length,
    )


def populations_of(indicators: Iterable[Indicator]) -> list[Population]:
    """Each population that any of the indicators counts, once."""
    described = (
        population
        for indicator in indicators
        if indicator.is_computable
        for population in (indicator.numerator, indicator.denominator)
        if population is not None
    )
    return list(dict.fromkeys(described))


def reads_measures(indicator: Indicator) -> bool:
    """Whether the indicator asks for the landed measures of a case, which cost more to read than the case."""
    populations = populations_of([indicator])
    return (
        Basis.MEASURE in indicator.bases
        or indicator.kind in {Kind.AVERAGE, Kind.MINIMUM}
        or any(each.categories is not None or each.at_least_measures is not None for each in populations)
    )


def aggregates(scope: Scope, populations: list[Population]) -> dict[str, Any]:
    """What has to be counted of the groups of cases for each of the populations."""
    register = condition(scope, REGISTER, is_tallied=True)
    made: dict[str, Any] = {
        "landed_total": Coalesce(Sum(F("landed_count") * F("cases"), filter=register), 0),
        "landed_least": Min("landed_count", filter=register),
    }
    for number, population in enumerate(populations):
        described = condition(scope, population, is_tallied=True)
        made[f"households_{number}"] = Coalesce(Sum("cases", filter=described), 0)
        made[f"persons_{number}"] = Coalesce(Sum("people", filter=described), 0)
    return made


def no_row(populations: list[Population]) -> dict[str, Any]:
    """What `aggregates` gives where there is no case at all."""
    columns = [f"{unit}_{number}" for number in range(len(populations)) for unit in _COLUMNS.values()]
    return dict.fromkeys(columns, 0) | {"landed_total": 0, "landed_least": None}


_COLUMNS = {Basis.HOUSEHOLD: "households", Basis.PERSON: "persons"}


def figure_from(indicator: Indicator, populations: list[Population], row: Mapping[str, Any]) -> Figure:
    """The figure that a row of `aggregates` gives."""

    def count(basis: Basis, population: Population) -> int:
        return int(row[f"{_COLUMNS[basis]}_{populations.index(population)}"])

    parts: dict[Basis, Part] = {}
    for basis in indicator.bases:
        if indicator.kind is Kind.MINIMUM:
            least = row["landed_least"]
            parts[basis] = Part(None if least is None else Fraction(least))
        elif basis is Basis.MEASURE and indicator.kind is Kind.COUNT:
            parts[basis] = Part(Fraction(row["landed_total"]))
        elif indicator.kind is Kind.AVERAGE:
            parts[basis] = _quotient(int(row["landed_total"]), count(Basis.HOUSEHOLD, indicator.numerator), 1)
        elif indicator.denominator is not None:
            parts[basis] = _quotient(count(basis, indicator.numerator), count(basis, indicator.denominator), 100)
        else:
            parts[basis] = Part(Fraction(count(basis, indicator.numerator)))
    return Figure(indicator, parts)


def _quotient(numerator: int, denominator: int, scale: int) -> Part:
    value = Fraction(scale * numerator, denominator) if denominator else None
    return Part(value, numerator, denominator)
