"""Search criteria of SPDCI Social Registry 1.0, read into conditions that know neither tables nor columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from exchange.rules.spdci import Rejected

MOST_TESTS, DEEPEST, MOST_ROWS, DEEPEST_ROW, MOST_SORTS, MOST_VALUES, LONGEST_VALUE = 20, 4, 500, 100_000, 3, 100, 100


class RecordType(StrEnum):
    """What is searched for: households or people."""

    GROUP = "Group"
    MEMBER = "Member"


class Kind(StrEnum):
    """What the values of an attribute are."""

    TEXT = "text"
    KEY = "key"
    DAY = "day"
    YES_NO = "yes_no"


ORDERED = frozenset({"eq", "in", "gt", "lt", "ge", "le"})
EQUAL = frozenset({"eq", "in"})
# What can be asked of each, and as what its values are read. `UIN` is the number of a person's document.
_SHARED = {"division": Kind.TEXT, "UIN": Kind.TEXT, "MOBILE": Kind.TEXT, "HOUSEHOLD_ID": Kind.KEY}
ATTRIBUTES: dict[RecordType, dict[str, Kind]] = {
    RecordType.GROUP: {
        **_SHARED,
        "NATIONAL_NUMBER": Kind.TEXT,
        "registration_date": Kind.DAY,
        "is_former_poor": Kind.YES_NO,
        "household_type": Kind.TEXT,
        "status": Kind.TEXT,
        "risk": Kind.TEXT,
        "has_no_labour": Kind.YES_NO,
        "measure": Kind.TEXT,
        "income": Kind.TEXT,
        "indicator": Kind.TEXT,
    },
    RecordType.MEMBER: {
        **_SHARED,
        "MEMBER_ID": Kind.KEY,
        "birth_date": Kind.DAY,
        "registration_date": Kind.DAY,
        "sex": Kind.TEXT,
        "relationship": Kind.TEXT,
    },
}
IDENTIFIERS: dict[RecordType, frozenset[str]] = {
    RecordType.GROUP: frozenset({"UIN", "MOBILE", "HOUSEHOLD_ID", "NATIONAL_NUMBER"}),
    RecordType.MEMBER: frozenset({"UIN", "MOBILE", "HOUSEHOLD_ID", "MEMBER_ID"}),
}
ALIASES = {"NationalID": "UIN"}
SORTS: dict[RecordType, frozenset[str]] = {
    RecordType.GROUP: frozenset({"registration_date", "HOUSEHOLD_ID"}),
    RecordType.MEMBER: frozenset({"registration_date", "birth_date", "MEMBER_ID"}),
}


@dataclass(frozen=True, slots=True)
class Test:
    """An attribute compared with a value, or `in` with several."""

    __test__ = False  # it is no test of ours

    attribute: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions of which all hold (`and`), one does (`or`), or the only one does not (`not`)."""

    how: str
    parts: tuple[Condition, ...]


Condition = Test | Joined


@dataclass(frozen=True, slots=True)
class Wish:
    """What is searched for: which records, which of them, in which order and which page; all without a page size."""

    records: RecordType
    condition: Condition
    is_identifier: bool = False
    sorts: tuple[tuple[str, bool], ...] = ()
    page_size: int | None = None
    page_number: int = 1
    purpose: str = ""


def wish_of(criteria: Mapping[str, Any]) -> Wish:
    """The search that the criteria describe; Rejected with the specification's code for whatever is not understood."""
    records = records_of(criteria)
    query_type = criteria.get("query_type")
    condition = condition_of(records, query_type, criteria.get("query"))
    size, number = page_of(criteria.get("pagination"))
    purpose = [purpose_of(criteria, name) for name in ("consent", "authorize")]
    return Wish(
        records,
        condition,
        query_type == "idtype-value",
        sorts_of(records, criteria.get("sort", [])),
        size,
        number,
        next((text for text in purpose if text), ""),
    )


def records_of(criteria: Mapping[str, Any]) -> RecordType:
    """Groups or members; what the two fields that say so say differently is rejected."""
    if criteria.get("version", "1.0.0") != "1.0.0":
        raise _wrong("version is 1.0.0.")
    registry = criteria.get("reg_type", "Social")
    if not isinstance(registry, str) or registry.rpartition(":")[2] != "Social":
        raise _wrong("reg_type is Social.")
    named = {
        str(criteria[name]).rpartition(":")[2] for name in ("reg_record_type", "response_entity") if name in criteria
    }
    if not named:
        return RecordType.GROUP
    if len(named) > 1 or not named <= set(RecordType):
        raise _wrong("reg_record_type and response_entity are Group or Member, and say the same.")
    return RecordType(named.pop())


def condition_of(records: RecordType, query_type: Any, query: Any) -> Condition:
    """The condition of a query of that type."""
    readers = {"idtype-value": _by_identifier, "expression": _by_expression, "predicate": _by_predicates}
    if str(query_type) not in readers:
        raise _wrong("query_type is idtype-value, expression or predicate.")
    condition = readers[str(query_type)](records, query)
    if _count(condition) > MOST_TESTS:
        raise _wrong(f"A query has at most {MOST_TESTS} conditions.")
    return condition


def page_of(told: Any) -> tuple[int | None, int]:
    """Page size and number; no size where no page is asked for."""
    if told is None:
        return None, 1
    asked = told if isinstance(told, dict) else {}
    size, number = _count_of(asked.get("page_size")), _count_of(asked.get("page_number", 1))
    if not size or not number or size > MOST_ROWS:
        raise Rejected("rjct.pagination.invalid", f"page_size is 1 to {MOST_ROWS}, page_number counts from 1.")
    if size * number > DEEPEST_ROW:
        raise Rejected("rjct.pagination.invalid", f"Pages end at row {DEEPEST_ROW}: narrow the search.")
    return size, number


def sorts_of(records: RecordType, told: Any) -> tuple[tuple[str, bool], ...]:
    """The attributes that are sorted by, each with whether from its end."""
    if not isinstance(told, list) or len(told) > MOST_SORTS:
        raise Rejected("rjct.sort.invalid", f"sort is a list of at most {MOST_SORTS}.")
    found = []
    for each in told:
        told_one = each if isinstance(each, dict) else {}
        name, order = told_one.get("attribute_name"), told_one.get("sort_order", "asc")
        if str(name) not in SORTS[records] or order not in ("asc", "desc"):
            known = ", ".join(sorted(SORTS[records]))
            raise Rejected("rjct.sort.invalid", f"Sorted is by {known}, asc or desc.")
        found.append((str(name), order == "desc"))
    return tuple(found)


def purpose_of(criteria: Mapping[str, Any], name: str) -> str:
    """What the consent or the authorisation says it is for."""
    told = criteria.get(name, {})
    purpose = told.get("purpose", {}) if isinstance(told, dict) else None
    if not isinstance(purpose, dict):
        raise _wrong(f"{name} is an object, its purpose too.")
    text = purpose.get("text") or purpose.get("code") or ""
    if not isinstance(text, str):
        raise _wrong(f"The purpose of {name} is a text.")
    return text[:LONGEST_VALUE]


def _by_identifier(records: RecordType, query: Any) -> Condition:
    name, value = (query.get("type"), query.get("value")) if isinstance(query, dict) else (None, None)
    name = ALIASES.get(str(name), name)
    if str(name) not in IDENTIFIERS[records]:
        raise _wrong(f"The type of an identifier is one of {', '.join(sorted(IDENTIFIERS[records]))}.")
    return _test(records, name, "eq", value)


def _by_predicates(records: RecordType, query: Any) -> Condition:
    """Predicates by their numbers, all of which hold; each of one expression, or of two with a condition between."""
    if not isinstance(query, list) or not query or not all(isinstance(each, dict) for each in query):
        raise _wrong("A predicate query is a list of objects with expression1.")
    numbers = [each.get("seq_num", place) for place, each in enumerate(query)]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise _wrong("seq_num is a number.")
    ordered = [each for _number, each in sorted(zip(numbers, query, strict=True), key=lambda pair: pair[0])]
    return Joined("and", tuple(_predicate(records, each) for each in ordered))


def _predicate(records: RecordType, told: Mapping[str, Any]) -> Condition:
    first, how = _expression(records, told.get("expression1")), told.get("condition")
    if how is None and "expression2" not in told:
        return first
    second = _expression(records, told.get("expression2"))
    if how not in ("and", "or", "not"):
        raise _wrong("condition is and, or or not.")
    return Joined("and", (first, Joined("not", (second,)))) if how == "not" else Joined(how, (first, second))


def _expression(records: RecordType, told: Any) -> Condition:
    if not isinstance(told, dict):
        raise _wrong("An expression is an object with attribute_name, operator and attribute_value.")
    return _test(records, told.get("attribute_name"), told.get("operator"), told.get("attribute_value"))


def _by_expression(records: RecordType, query: Any) -> Condition:
    """`value.expression.query`: attributes with {"$eq": …} and so on, joined by $and, $or and $not."""
    value = query.get("value") if isinstance(query, dict) else None
    told = value.get("expression") if isinstance(value, dict) else None
    inner = told.get("query") if isinstance(told, dict) else None
    if not isinstance(inner, dict) or not inner:
        raise _wrong("An expression stands in value.expression.query, an object.")
    if str(query.get("type", "expression")).rpartition(":")[2] != "expression":
        raise _wrong("The type of an expression is expression.")
    return _tree(records, inner, DEEPEST)


def _tree(records: RecordType, told: Any, left: int) -> Condition:
    if not isinstance(told, dict) or not told or not left:
        raise _wrong(f"An expression is made of objects, at most {DEEPEST} deep.")
    parts: list[Condition] = []
    for name, value in told.items():
        if name in {"$and", "$or"}:
            if not isinstance(value, list) or not value:
                raise _wrong(f"{name} joins a list of expressions.")
            parts.append(Joined(name[1:], tuple(_tree(records, each, left - 1) for each in value)))
        elif name == "$not":
            parts.append(Joined("not", (_tree(records, value, left - 1),)))
        elif isinstance(value, dict) and value:
            parts += [_test(records, name, str(sign).removeprefix("$"), each) for sign, each in value.items()]
        else:
            parts.append(_test(records, name, "eq", value))
    return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))


def _test(records: RecordType, name: Any, operator: Any, value: Any) -> Test:
    name = ALIASES.get(str(name), str(name))
    kind = ATTRIBUTES[records].get(name)
    if kind is None:
        raise _wrong(f"There is no attribute “{name[:40]}” of a {records.value}.")
    if str(operator) not in (ORDERED if kind is Kind.DAY else EQUAL):
        raise _wrong(f"“{name}” cannot be compared by “{str(operator)[:20]}”.")
    values = value if operator == "in" else [value]
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise _wrong(f"“in” compares with a list of 1 to {MOST_VALUES} values.")
    return Test(name, operator, tuple(_read(name, kind, each) for each in values))


def _read(name: str, kind: Kind, value: Any) -> Any:
    try:
        if kind is Kind.YES_NO and isinstance(value, bool):
            return value
        if kind is not Kind.YES_NO and isinstance(value, str) and 1 <= len(value) <= LONGEST_VALUE:
            if kind is Kind.DAY:
                return date.fromisoformat(value[:10])
            if kind is Kind.KEY:
                return UUID(value)
            if value.isprintable():
                return value
    except ValueError:
        pass
    raise _wrong(f"The value of “{name}” cannot be read: it is a {kind.value}.")


def _count_of(value: Any) -> int:
    """The whole number from one that it is, also as 50.0; else 0."""
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if is_whole and 1 <= value <= DEEPEST_ROW else 0


def _count(condition: Condition) -> int:
    return 1 if isinstance(condition, Test) else sum(_count(each) for each in condition.parts)


def _wrong(sentence: str) -> Rejected:
    return Rejected("rjct.search_criteria.invalid", sentence)
