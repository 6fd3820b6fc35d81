"""A sparse history of visits to a fictitious household: monthly while it is monitored, quarterly afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from demo.rules.records import PlannedHousehold, PlannedVisit
from households.rules.visits import Purpose

# The latest ones show how a household is followed; older ones are left out, so that a demonstration stays small.
MOST = 3
_MONITORED, _ELIMINATED = (26, 34), (80, 95)
_MISSED = 0.2
_FOUND: dict[Purpose, tuple[str, ...]] = {
    Purpose.ROUTINE: (
        "演示数据：家庭情况稳定，未发现新的风险。",
        "演示数据：家中有人在家，收入与上月相近。",
        "演示数据：帮扶措施正常，饮水、住房无异常。",
    ),
    Purpose.MEASURES: ("演示数据：查看措施落实情况，按计划进行。", "演示数据：核对补贴到账，户主知晓。"),
    Purpose.FOLLOW_UP: ("演示数据：消除后回访，收入稳定。", "演示数据：消除后回访，未发现返贫风险。"),
}


def with_visits(planned: PlannedHousehold, *, as_of: date, rng: Random) -> PlannedHousehold:
    """The household with its latest visits up to the day of the source."""
    days = list(_days(planned, as_of, rng))[-MOST:]
    return replace(planned, visits=tuple(_visit(planned, day, rng) for day in days))


def _days(planned: PlannedHousehold, as_of: date, rng: Random) -> Iterator[date]:
    """The days of visits since the identification; now and then one is missed."""
    day = planned.identified_on
    while True:
        is_over = planned.eliminated_on is not None and day >= planned.eliminated_on
        day += timedelta(days=rng.randint(*(_ELIMINATED if is_over else _MONITORED)))
        if day > as_of:
            return
        if rng.random() >= _MISSED:
            yield day


def _visit(planned: PlannedHousehold, day: date, rng: Random) -> PlannedVisit:
    if planned.eliminated_on is not None and day >= planned.eliminated_on:
        purpose = Purpose.FOLLOW_UP
    else:
        purpose = rng.choice((Purpose.ROUTINE, Purpose.ROUTINE, Purpose.MEASURES))
    return PlannedVisit(day, purpose, rng.choice(_FOUND[purpose]))
