"""What a published source demands of the records: each computable figure with the interval of its true values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from reports.indicators import INDICATORS, Basis, Indicator, Kind
from reports.rules.intervals import Interval
from reports.rules.sources import Source

# In this order: a rate whose basis is unstated had best hold both ways.
_READINGS = ((Basis.HOUSEHOLD, Basis.PERSON), (Basis.HOUSEHOLD,), (Basis.PERSON,))


@dataclass(frozen=True, slots=True)
class Demand:
    """A printed figure that the records must meet; `readings` are the sets of bases on which it may hold."""

    figure: str
    indicator: Indicator
    printed: str
    centre: float
    interval: Interval
    readings: tuple[tuple[Basis, ...], ...]
    is_rounded: bool

    @property
    def is_open(self) -> bool:
        """Whether the source leaves the basis open."""
        return len(self.readings) > 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A demand read on stated bases, on each of which it must hold."""

    demand: Demand
    bases: tuple[Basis, ...]


def demands_of(source: Source) -> tuple[Demand, ...]:
    """The demands of a source, in its order; figures that no record of ours can give are left out."""
    demands = []
    for figure in source.figures:
        indicator = INDICATORS.get(figure.id)
        if indicator is None or not indicator.is_computable:
            continue
        demands.append(
            Demand(
                figure=figure.id,
                indicator=indicator,
                printed=_printed(figure.value, figure.unit, figure.at_least),
                centre=float(figure.value),
                interval=figure.interval,
                readings=_readings(indicator, figure.basis),
                is_rounded=figure.step > 0 and not figure.at_least,
            )
        )
    return tuple(demands)


def all_readings(demands: tuple[Demand, ...]) -> Iterator[tuple[Reading, ...]]:
    """Every way to read the demands together, the preferred way first."""
    for bases in itertools.product(*(demand.readings for demand in demands)):
        yield tuple(Reading(demand, chosen) for demand, chosen in zip(demands, bases, strict=True))


def _readings(indicator: Indicator, basis: str | None) -> tuple[tuple[Basis, ...], ...]:
    if indicator.kind is not Kind.RATE:
        return (indicator.bases,)
    if basis in (Basis.HOUSEHOLD, Basis.PERSON):
        return ((Basis(basis),),)
    return _READINGS


def _printed(value: object, unit: str, at_least: bool) -> str:
    number = f"{float(value):,.4f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return f"{'≥ ' if at_least else ''}{number}{' %' if unit == 'percent' else ''}"
