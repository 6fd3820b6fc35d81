"""What lists tell of a household or a case beside its own columns, for API clients: read from the rows of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.list_rows import Row

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is read of a row, and the column of the pages' lists that reads the same."""

    column: str
    read: Callable[[Row], Any]


def of_case(name: str) -> Callable[[Row], Any]:
    """Reads a column of the case that the list shows; null without one."""
    return lambda row: getattr(row.span, name) if row.span else None


def money(amount: Decimal | None) -> str | None:
    """An amount in yuan as text, to the cent."""
    return None if amount is None else str(amount.quantize(CENT, ROUND_HALF_UP))


def share_of_line(row: Row) -> float | None:
    """The income per person as percent of the line, with two decimals; null without either."""
    if row.net is None or not row.line:
        return None
    return float((100 * row.net / row.line).quantize(CENT, ROUND_HALF_UP))


def is_below_line(row: Row) -> bool | None:
    """Whether the income per person lies below the line; null without either."""
    return None if row.net is None or row.line is None else row.net < row.line


# The facts that a household and a case have alike.
OF_BOTH: dict[str, Fact] = {
    "as_of": Fact("status", lambda row: row.scope.as_of),
    "known_at": Fact("status", lambda row: row.scope.known_at),
    "head": Fact("head", lambda row: row.head or None),
    "reported_on": Fact("reported", lambda row: row.span.case.reported_on if row.span else None),
    "landed_measures": Fact("measures", lambda row: len(row.span.landed) if row.span else None),
    "net_per_capita": Fact("income", lambda row: money(row.net)),
    "surveyed_on": Fact("surveyed", lambda row: row.survey.surveyed_on if row.survey else None),
    "line": Fact("line", lambda row: money(row.line)),
    "share_of_line": Fact("beside", share_of_line),
    "is_below_line": Fact("beside", is_below_line),
}
OF_HOUSEHOLDS: dict[str, Fact] = {
    "persons": Fact("persons", lambda row: row.span.persons if row.span else row.members),
    "case": Fact("status", of_case("case_id")),
    "status": Fact("status", of_case("status")),
    "household_type": Fact("type", of_case("household_type")),
    "risks": Fact("risks", of_case("risks")),
    "measures": Fact("measures", of_case("landed")),
    "has_no_labour": Fact("no_labour", of_case("has_no_labour")),
    "identified_on": Fact("identified", of_case("identified_on")),
    "eliminated_on": Fact("eliminated", of_case("eliminated_on")),
    "elimination_way": Fact("way", of_case("elimination_way")),
    **OF_BOTH,
}
OF_CASES: dict[str, Fact] = {
    "national_number": Fact("number", lambda row: row.household.national_number),
    "is_former_poor": Fact("former_poor", lambda row: row.household.is_former_poor),
    "registered_on": Fact("registered", lambda row: row.household.registered_on),
    "waiting_days": Fact(
        "waiting", lambda row: (row.scope.as_of - row.since).days if row.since and row.is_waiting else None
    ),
    **OF_BOTH,
}


def columns(facts: Mapping[str, Fact], names: Iterable[str]) -> list[str]:
    """The columns of the pages' lists in which the facts of these names are read."""
    return list(dict.fromkeys(facts[name].column for name in names if name in facts))


def told(facts: Mapping[str, Fact], names: Iterable[str], row: Row) -> dict[str, Any]:
    """The facts of these names about a household or a case."""
    return {name: facts[name].read(row) for name in names if name in facts}
