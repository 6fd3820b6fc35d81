"""How long a case may stand at a step before it is late: the limits that hold in a place, and days counted by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from common.names import Name
from households.workflow import Status


@dataclass(frozen=True, slots=True)
class Limit:
    """Calendar days after which a case at a step is late, and where the number comes from."""

    days: int
    source: Name


Limits = Mapping[Status, Limit]


def last_day_in_time(limit: Limit, on: date) -> date:
    """The earliest day on which a case may have come to its step to be still in time on the day `on`."""
    return on - timedelta(days=limit.days)


def days_waited(since: date, on: date) -> int:
    """How many days a case that stands at its step since `since` has waited on the day `on`."""
    return (on - since).days


def by_last_day(limits: Limits, on: date) -> dict[date, list[Status]]:
    """The steps by the last day that is in time for them on the day `on`."""
    found: dict[date, list[Status]] = {}
    for status, limit in limits.items():
        found.setdefault(last_day_in_time(limit, on), []).append(status)
    return found


def in_words(limits: list[Limit]) -> str:
    """The days of a step's limits, from the shortest to the longest where places differ."""
    days = sorted({limit.days for limit in limits})
    return f"{days[0]}–{days[-1]}" if len(days) > 1 else str(days[0])
