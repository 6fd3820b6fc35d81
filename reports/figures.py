"""Figures: indicators computed from case spans, any number of them in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Min, QuerySet, Sum
from django.db.models.functions import Coalesce, Substr

from households.models import CaseSpan
from reports.indicators import Basis, Indicator, Kind
from reports.query import Scope, condition, with_landed
from reports.rules.populations import REGISTER, Population

EVERY_CASE = 10**12


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


class Cardinality(Func):
    """How many entries an array has."""

    function = "cardinality"
    output_field = IntegerField()


def figures(scope: Scope, indicators: Iterable[Indicator]) -> dict[str, Figure]:
    """The figures of `indicators` within `scope`, by code."""
    wanted = list(indicators)
    populations = populations_of(wanted)
    # With a limit PostgreSQL reads each case's measures once, not once for every condition on them.
    row = counted(scope)[:EVERY_CASE].aggregate(**aggregates(scope, populations)) if populations else {}
    return {indicator.code: figure_from(indicator, populations, row) for indicator in wanted}


def figures_by_place(scope: Scope, indicators: Iterable[Indicator], code_length: int) -> dict[str, dict[str, Figure]]:
    """The figures of each division below `scope.division` whose code has `code_length` digits and that has any case."""
    wanted = list(indicators)
    populations = populations_of(wanted)
    rows = (
        counted(scope)
        .values(place=Substr("village_id", 1, code_length))
        .annotate(**aggregates(scope, populations))
        .order_by("place")
    )
    return {row["place"]: {each.code: figure_from(each, populations, row) for each in wanted} for row in rows}


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


def counted(scope: Scope) -> QuerySet[CaseSpan]:
    """The cases of the scope with what is counted of their landed measures."""
    return with_landed(scope).annotate(landed_count=Cardinality(F("landed")))


def aggregates(scope: Scope, populations: list[Population]) -> dict[str, Any]:
    """What has to be counted of `counted` for each of the populations."""
    register = condition(scope, REGISTER)
    made: dict[str, Any] = {
        "landed_total": Coalesce(Sum("landed_count", filter=register), 0),
        "landed_least": Min("landed_count", filter=register),
    }
    for number, population in enumerate(populations):
        described = condition(scope, population)
        made[f"households_{number}"] = Count("pk", filter=described)
        made[f"persons_{number}"] = Coalesce(Sum("persons", filter=described), 0)
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
