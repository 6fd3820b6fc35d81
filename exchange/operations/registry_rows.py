"""Searches of the social registry: the rows of our lists of households and members, narrowed by what was asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.crypto import decrypt, keyed_hash
from common.moments import day_of
from common.querysets import begins_with
from exchange.rules.spdci import Rejected
from exchange.rules.spdci_queries import MOST_ROWS, Condition, Joined, RecordType, Test, Wish
from exchange.rules.spdci_records import Home, Person, group, masked, member
from households.models import Household, Membership, Posting
from households.rules.documents import body
from reports import facts, household_list, list_rows
from reports.filters import HouseholdListFilter
from reports.query import Scope

# The columns behind attributes; of households those that are missing are filters of our list, by the same names.
COLUMNS: dict[RecordType, dict[str, str]] = {
    RecordType.GROUP: {
        "HOUSEHOLD_ID": "pk",
        "NATIONAL_NUMBER": "national_number",
        "MOBILE": "phone",
        "registration_date": "registered_on",
    },
    RecordType.MEMBER: {
        "MEMBER_ID": "member_id",
        "HOUSEHOLD_ID": "household_id",
        "MOBILE": "member__phone",
        "birth_date": "member__birth_date",
        "registration_date": "joined_on",
        "sex": "member__sex",
        "relationship": "relationship",
    },
}
LOOKUPS = {"eq": "exact", "gt": "gt", "lt": "lt", "ge": "gte", "le": "lte"}
TOLD = (
    "status", "household_type", "risks", "has_no_labour", "identified_on", "eliminated_on", "landed_measures",
    "net_per_capita", "line", "is_below_line",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a page as the specification has them, and how many there are on all pages."""

    records: list[dict[str, Any]]
    total: int


def search(*, wish: Wish, by: User, on: date, only: Collection[UUID] | None = None) -> Found:
    """
    The records that `by` sees on that day and the wish asks for; Rejected where they are too many or it is ambiguous.

    `only` narrows them to these keys.
    """
    rows = _rows(wish, by, on)
    if only is not None:
        rows = rows.filter(pk__in=only)
    total = rows.order_by().count()
    if wish.is_identifier and total > 1:
        raise Rejected("rjct.search.too_many_records_found", f"The identifier is ambiguous: {total} records have it.")
    if wish.page_size is None and total > MOST_ROWS:
        raise Rejected("rjct.search.too_many_records_found", f"{total} records: narrow the search, or ask for a page.")
    size = wish.page_size or MOST_ROWS
    first = size * (wish.page_number - 1)
    names = [f"{'-' if down else ''}{COLUMNS[wish.records][name]}" for name, down in wish.sorts]
    page = rows.order_by(*names, "pk")[first : first + size]
    if wish.records is RecordType.GROUP:
        return Found([group(home) for home in _homes(list(page.select_related("village")), on)], total)
    return Found([member(each) for each in _people(page)], total)


def note(*, wish: Wish, transaction_id: str, number: int, by: User, at: Any) -> None:
    """Write down that `by` searched, for which purpose, and how many records were told."""
    told = {
        "transaction": transaction_id,
        "records": wish.records.value,
        "number": number,
        "attributes": sorted(_names(wish.condition)),
        "purpose": wish.purpose,
    }
    codes = Posting.objects.codes(by, Permission.VIEW_RECORDS, day_of(at))
    code = codes[0] if len(codes) == 1 else ""
    audit.write([audit.entry(action="registry.searched", subject=by, by=by, at=at, division_code=code, changes=told)])


def _rows(wish: Wish, by: User, on: date) -> QuerySet[Any]:
    scope = Scope("", on, on.replace(month=1, day=1))
    seen = Household.objects.visible_to(by, on).values("pk")
    homes = household_list.households(scope).filter(pk__in=seen)
    if wish.records is RecordType.GROUP:
        return homes.filter(_condition(wish.condition, wish.records, scope))
    members = Membership.objects.as_of(on).filter(household__in=homes.order_by().values("pk"))
    return members.filter(_condition(wish.condition, wish.records, scope))


def _condition(condition: Condition, records: RecordType, scope: Scope) -> Q:
    if isinstance(condition, Test):
        return _test(condition, records, scope)
    parts = [_condition(each, records, scope) for each in condition.parts]
    if condition.how == "not":
        return ~parts[0]
    found = parts[0]
    for each in parts[1:]:
        found = (and_ if condition.how == "and" else or_)(found, each)
    return found


def _test(test: Test, records: RecordType, scope: Scope) -> Q:
    if test.attribute == "division":
        return _any(begins_with("village_id" if records is RecordType.GROUP else "household__village_id", each)
                    for each in test.values)  # fmt: skip
    if test.attribute == "UIN":
        return _any(_with_number(each, records, scope.as_of) for each in test.values)
    column = COLUMNS[records].get(test.attribute)
    if column is None:
        return _any(_as_listed(test.attribute, each, scope) for each in test.values)
    if test.operator == "in":
        return Q(**{f"{column}__in": test.values})
    return Q(**{f"{column}__{LOOKUPS[test.operator]}": test.values[0]})


def _any(conditions: Any) -> Q:
    found = Q(pk__in=[])
    for each in conditions:
        found |= each
    return found


def _with_number(number: str, records: RecordType, on: date) -> Q:
    exact = keyed_hash(body(number.strip().upper()))
    if records is RecordType.MEMBER:
        return Q(member__document_hash=exact)
    held = Membership.objects.filter(household=OuterRef("pk"), member__document_hash=exact).as_of(on)
    return Q(Exists(held))


def _as_listed(name: str, value: Any, scope: Scope) -> Q:
    """What a filter of our list of households leaves; Rejected for a value that it does not know."""
    text = str(value).lower() if isinstance(value, bool) else value
    filters = HouseholdListFilter({name: text}, scope=scope)
    if not filters.is_valid():
        raise Rejected("rjct.search_criteria.invalid", f"The value of “{name}” is none that there is.")
    return Q(pk__in=filters.qs.order_by().values("pk"))


def _names(condition: Condition) -> set[str]:
    if isinstance(condition, Joined):
        return set().union(*(_names(each) for each in condition.parts))
    return {condition.attribute}


def _homes(held: list[Household], on: date) -> list[Home]:
    scope = Scope("", on, on.replace(month=1, day=1))
    told = list_rows.of_households(held, scope, Q(), facts.columns(facts.OF_HOUSEHOLDS, TOLD))
    beside = {row.household.pk: facts.told(facts.OF_HOUSEHOLDS, TOLD, row) for row in told}
    people: dict[UUID, list[Person]] = {home.pk: [] for home in held}
    for each in _people(Membership.objects.as_of(on).filter(household__in=held).order_by("joined_on", "pk")):
        people[each.household].append(each)
    return [_home(home, people[home.pk], beside.get(home.pk, {})) for home in held]


def _home(home: Household, people: list[Person], beside: Mapping[str, Any]) -> Home:
    own = {"is_former_poor": home.is_former_poor, "phone": home.phone, "version": home.version}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in beside.items()}
    return Home(
        home.pk,
        home.national_number,
        home.village_id,
        home.village.name,
        home.address,
        home.registered_on,
        people,
        {**own, **plain},
    )


def _people(rows: QuerySet[Membership]) -> list[Person]:
    return [
        Person(
            row.member_id,
            row.household_id,
            row.member.name,
            row.member.sex,
            row.member.birth_date,
            row.relationship,
            row.joined_on,
            row.member.phone,
            row.member.ethnicity,
            masked(decrypt(row.member.document_token)) if row.member.document_token else "",
            row.household.village_id,
            row.household.address,
        )
        for row in rows.select_related("member", "household")
    ]
