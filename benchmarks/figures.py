"""How long the figures of a division take: all indicators at once, those of its counties, one over a year."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from benchmarks.filling import COUNTY, PROVINCE
from reports.figures import figures, figures_by_place
from reports.indicators import INDICATORS
from reports.query import Scope
from reports.trends import by_month

REPEATS = 5
AS_OF, START = date(2022, 9, 5), date(2022, 1, 1)
EARLIER = datetime(2021, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """The median time of one question about figures, in milliseconds."""

    households: int
    question: str
    milliseconds: float


def measured_figures(households: int) -> list[Measured]:
    """Each question, asked some times."""
    province, county = (Scope(code, AS_OF, START) for code in (PROVINCE, COUNTY))
    all_of_them = [each for each in INDICATORS.values() if each.is_computable]
    one = [INDICATORS["elimination.rate"]]
    few = [INDICATORS[code] for code in ("monitoring.total.households", "elimination.rate", "measures.landed")]
    asked: dict[str, Callable[[], object]] = {
        "all indicators of a county": lambda: figures(county, all_of_them),
        "three indicators of a county": lambda: figures(county, few),
        "three indicators of a county by township": lambda: figures_by_place(county, few, 9),
        "one indicator of a county, 13 months": lambda: by_month(county, one),
        "all indicators of the province": lambda: figures(province, all_of_them),
        "three indicators of the province": lambda: figures(province, few),
        "three indicators of the province by county": lambda: figures_by_place(province, few, 6),
        "three indicators of the province, as known earlier": lambda: figures(replace(province, known_at=EARLIER), few),
    }
    return [Measured(households, name, 1000 * median(ask)) for name, ask in asked.items()]


def median(ask: Callable[[], object]) -> float:
    """The median of some askings, in seconds; the first one warms the caches."""
    ask()
    taken = []
    for _repeat in range(REPEATS):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
