"""A list of the pages in its state, as it is asked for elsewhere: orders and columns by their other names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

# The orders of the pages by the names that the API gives them; the first order of a list is that of both.
ORDERS: dict[str, dict[str, str]] = {
    "households": {
        "village": "village",
        "newest": "-registered_on",
        "oldest": "registered_on",
        "head": "head",
        "largest": "-persons",
        "smallest": "persons",
        "poorest": "income",
        "richest": "-income_missing_first",
        "identified": "-identified_missing_first",
        "eliminated": "-eliminated_missing_first",
        "least_helped": "measures",
        "most_helped": "-measures",
    },
    "cases": {
        "village": "village",
        "waiting": "since",
        "newest": "-identified_missing_first",
        "largest": "-persons",
        "least_helped": "measures",
        "most_helped": "-measures",
    },
}
# The columns of the pages with those of a file that say the same.
COLUMNS: dict[str, tuple[str, ...]] = {
    "head": ("head",),
    "number": ("national_number",),
    "village": ("village_name",),
    "code": ("village",),
    "type": ("household_type",),
    "status": ("status",),
    "persons": ("persons",),
    "risks": ("risks",),
    "reported": ("reported_on",),
    "identified": ("identified_on",),
    "eliminated": ("eliminated_on",),
    "way": ("elimination_way",),
    "measures": ("landed_measures", "measures"),
    "since": ("since",),
    "waiting": ("waiting_days",),
    "no_labour": ("has_no_labour",),
    "former_poor": ("is_former_poor",),
    "income": ("net_per_capita",),
    "surveyed": ("surveyed_on",),
    "line": ("line",),
    "beside": ("is_below_line",),
    "registered": ("registered_on",),
}
# What an address says of how a list is shown, not of which rows it has; and of the days, which not every list takes.
SHOWN = frozenset({"cols", "cursor", "count"})
DAYS = frozenset({"as_of", "period_start", "known_at"})


def parameters_of(listed: str, state: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """The state of a page as parameters of the list; what narrows it is kept, so that it is refused where unknown."""
    kept = {name: value for name, value in state.items() if value and name not in SHOWN}
    kept = {name: value for name, value in kept.items() if name in known or name not in DAYS}
    order = ORDERS.get(listed, {}).get(kept.get("sort", ""))
    return kept | ({"sort": order} if order else {})


def columns_of(shown: Sequence[str], offered: Collection[str]) -> tuple[str, ...]:
    """The columns of a file that say what these columns of a page say."""
    return tuple(name for code in shown for name in COLUMNS.get(code, ()) if name in offered)
