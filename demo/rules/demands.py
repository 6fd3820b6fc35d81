"""What a published source demands of the records: each computable figure with the interval of its true values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from common.numbers import grouped
from reports.indicators import Basis, Indicator, Kind
from reports.readings import Asked, asked_of
from reports.rules.intervals import Interval
from reports.rules.sources import PublishedFigure, Source

# In this order: a rate whose basis is unstated had best hold both ways.
_READINGS = ((Basis.HOUSEHOLD, Basis.PERSON), (Basis.HOUSEHOLD,), (Basis.PERSON,))
# Each count that is read both ways doubles the searches; of more than these, the rest is read in its printed unit.
_MOST_OPEN_COUNTS = 4


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
    asked = [(figure, asked_of(figure)) for figure in source.figures]
    open_counts = [figure.id for figure, each in asked if each.is_open and figure.unit != "percent"]
    return tuple(
        _demand(figure, each.indicator, _readings(each, is_kept_open=figure.id not in open_counts[_MOST_OPEN_COUNTS:]))
        for figure, each in asked
        if each.indicator is not None and not each.misfit
    )


def left_out_of(source: Source) -> tuple[tuple[PublishedFigure, Asked], ...]:
    """The printed figures that no record of ours can give, each with the reason: what a reconciliation cannot judge."""
    asked = ((figure, asked_of(figure)) for figure in source.figures)
    return tuple((figure, each) for figure, each in asked if each.misfit)


def all_readings(demands: tuple[Demand, ...]) -> Iterator[tuple[Reading, ...]]:
    """Every way to read the demands together, the preferred way first."""
    for bases in itertools.product(*(demand.readings for demand in demands)):
        yield tuple(Reading(demand, chosen) for demand, chosen in zip(demands, bases, strict=True))


def _demand(figure: PublishedFigure, indicator: Indicator, readings: tuple[tuple[Basis, ...], ...]) -> Demand:
    return Demand(
        figure=figure.id,
        indicator=indicator,
        printed=_printed(figure),
        centre=float(figure.value),
        interval=figure.interval,
        readings=readings,
        is_rounded=figure.step > 0 and not figure.at_least,
    )


def _readings(asked: Asked, *, is_kept_open: bool) -> tuple[tuple[Basis, ...], ...]:
    if not asked.is_open:
        return (asked.bases,)
    if asked.indicator is not None and asked.indicator.kind is Kind.RATE:
        return _READINGS
    return tuple((basis,) for basis in asked.bases) if is_kept_open else (asked.bases[:1],)


def _printed(figure: PublishedFigure) -> str:
    number = grouped(figure.value, 4)
    return f"{'≥ ' if figure.at_least else ''}{number}{' %' if figure.unit == 'percent' else ''}"
