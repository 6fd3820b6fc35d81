"""By what a record in a file is recognised, to which household it belongs, and what it says, as texts to compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from exchange.rules.kinds import KindCode
from exchange.rules.outcomes import Item

# Of kinds that are only added, records that say all the same are one; of these the values named here tell them apart.
TOLD_APART_BY: dict[KindCode, tuple[str, ...]] = {
    KindCode.MEASURE: ("category", "item", "on"),
    KindCode.CASE: ("on",),
}
UNIQUE: dict[KindCode, tuple[str, ...]] = {
    KindCode.DIVISION: ("code",),
    KindCode.HOUSEHOLD: ("id", "national_number", "head_number"),
    KindCode.MEMBER: ("id", "number"),
}


def names_of(item: Item) -> list[str]:
    """Everything by which the record is recognised; two records of a file that share one are the same."""
    values = item.values
    found = [f"{name}={values[name]}" for name in UNIQUE.get(item.kind, ("id",)) if values.get(name)]
    if item.external is not None:
        found.append(f"external={item.external.namespace}:{item.external.value}")
    if item.kind is KindCode.MEMBER:
        if not any(values.get(name) for name in ("id", "number", "is_another_person")):
            found.append(f"{home_of(item)}|{values['name']}|{values.get('birth_date')}")
    elif item.kind in TOLD_APART_BY:
        found.append("|".join([home_of(item), *(str(values[name]) for name in TOLD_APART_BY[item.kind])]))
    elif item.kind not in UNIQUE:
        found.append(f"{home_of(item)}|{sameness(values)}")
    return [f"{item.kind}:{name}" for name in found]


def home_of(item: Item) -> str:
    """How the record names its household, in the words of `names_of`; of a household the first of its own names."""
    if item.kind is KindCode.DIVISION:
        return ""
    if item.kind is KindCode.HOUSEHOLD:
        return next(iter(names_of(item)), "")
    if item.household is not None:
        return f"household:external={item.household.namespace}:{item.household.value}"
    told = str(item.values.get("household", ""))
    try:
        return f"household:id={UUID(told)}"
    except ValueError:
        return f"household:national_number={told}"


def sameness(values: Mapping[str, Any]) -> str:
    """All that a record says, as one text."""
    return orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS).decode()
