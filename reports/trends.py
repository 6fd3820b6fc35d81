"""Figures over time: the same indicators as of several days, in one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reports.figures import Figure, figures_of
from reports.indicators import Indicator
from reports.query import Scope

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one scope of a trend, by code."""

    scope: Scope
    figures: dict[str, Figure]


def month_ends(as_of: date, months: int = MONTHS) -> list[date]:
    """The last days of the `months` months before that of `as_of`, and `as_of` itself, the oldest first."""
    days = [as_of]
    for _month in range(months):
        days.insert(0, days[0].replace(day=1) - timedelta(days=1))
    return days


def by_month(scope: Scope, indicators: Iterable[Indicator]) -> list[Point]:
    """The figures as of each month's end, the last as of the day of `scope`; periods are those months."""
    scopes = [replace(scope, as_of=day, period_start=day.replace(day=1)) for day in month_ends(scope.as_of)]
    return over(scopes, indicators)


def over(scopes: Sequence[Scope], indicators: Iterable[Indicator]) -> list[Point]:
    """The figures of each scope, in the order of `scopes`, read by one query; scopes differ in their days."""
    found = figures_of(scopes, indicators)
    return [Point(scope, figures) for scope, figures in zip(scopes, found, strict=True)]
