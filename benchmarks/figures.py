"""How long figures of a division take, all at once, by county or over a year, and lists with their rows counted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from benchmarks.filling import COUNTY, PROVINCE, clients
from benchmarks.serving import Client
from common import scopes
from reports.figures import figures, figures_by_place
from reports.indicators import INDICATORS
from reports.query import Scope
from reports.trends import by_month

REPEATS = 5
AS_OF, START = date(2022, 9, 5), date(2022, 1, 1)
# Lists of the province with all their rows counted, by the whole application.
ADDRESSES = {
    "page and count: all households": "households?count=true",
    "page and count: households with a risk": "households?risk=illness&count=true",
    "page and count: households with a landed measure": "households?measure=health&count=true",
    "page and count: households of an indicator": "households?indicator=elimination.households&count=true",
    "page and count: cases by type": "cases?household_type=sudden&count=true",
}
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
        "all indicators of the province by county": lambda: figures_by_place(province, all_of_them, 6),
        "one indicator of the province, 13 months": lambda: by_month(province, one),
        "three indicators of the province, as known earlier": lambda: figures(replace(province, known_at=EARLIER), few),
    }
    client = Client(clients()["province"])
    asked |= {name: partial(client.get, f"/api/v1/{address}") for name, address in ADDRESSES.items()}
    with scopes.acting_in(scopes.Scope((PROVINCE,), (PROVINCE,))):
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
