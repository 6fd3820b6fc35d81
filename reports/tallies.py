"""The cases of scopes tallied by all that figures ask of a case, so that each condition is tried on a few groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.postgres.aggregates import BitOr
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    F,
    Field,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Col, RawSQL
from django.db.models.functions import Cast, Substr

from assistance.models import MeasureSpan
from assistance.rules.categories import Category
from common.querysets import begins_with
from common.statements import Statement
from households.models import CaseSpan
from reports.query import Scope, condition
from reports.rules.populations import REGISTER, Population

TABLE = CaseSpan._meta.db_table
CATEGORIES = ArrayField(CharField(max_length=30))
# What figures ask of a case, under the names that conditions know; what each is read from is in `_cases`.
ASKED = (
    "place", "status", "household_type", "elimination_way", "has_no_labour", "risks", "identified_on", "eliminated_on",
)  # fmt: skip
Counts = Callable[[Scope], Mapping[str, Any]]
# Each category as a bit, so that those of a case are one number.
BITS: dict[str, int] = {category.value: 1 << number for number, category in enumerate(Category)}


def tallied(
    scopes: Sequence[Scope],
    populations: Sequence[Population],
    counts: Counts,
    *,
    reads_measures: bool,
    code_length: int = 0,
) -> dict[tuple[int, str], dict[str, Any]]:
    """
    For each scope (by its place in `scopes`) and each division in it the counts, by one query; nothing without a case.

    Divisions are those whose codes have `code_length` digits; where that is 0, the scope as a whole is told as "".
    `counts` are aggregates over groups: of their number of `cases`, of `people` and of landed measures a case. Only
    cases of one of the `populations` are read, and of them only what these ask.
    """
    names = list(counts(scopes[0])) if scopes else []
    parts = []
    for number, scope in enumerate(scopes):
        cases = _grouped(scope, populations, code_length, reads_measures=reads_measures)
        asked = Statement.of(_groups().values_list("place").annotate(**counts(scope))).sql
        if cases:
            parts.append(f"SELECT {number}, t.* FROM (WITH {TABLE} AS ({cases}) {asked}) AS t")  # noqa: S608
    found = Statement(" UNION ALL ".join(parts), ()).run("default")
    return {(number, place): dict(zip(names, values, strict=True)) for number, place, *values in found}


def counted(scope: Scope, populations: Sequence[Population]) -> Q:
    """What a case must be, whatever its measures, to be of one of the populations."""
    any_of = dict.fromkeys(replace(each, categories=None, at_least_measures=None) for each in populations)
    if REGISTER in any_of:  # all others are of it
        return condition(scope, REGISTER)
    wanted = Q()
    for each in any_of:
        wanted |= condition(scope, each)
    return wanted


def _grouped(scope: Scope, populations: Sequence[Population], code_length: int, *, reads_measures: bool) -> str:
    """SQL of the groups: under the name of the table, so that the conditions on cases hold for groups as they are."""
    cases = Statement.of(_cases(scope, populations, code_length)).sql
    held = ", ".join((*ASKED, "persons", "case_id"))
    read = f"({cases}) AS c({held})"
    categories = landed_count = "NULL::int"
    if reads_measures:
        read = _with_measures(read, scope)
        categories, landed_count = "coalesce(m.categories, e.categories, 0)", "coalesce(m.landed, e.landed, 0)::int"
    asked = ", ".join(ASKED)
    groups = (
        f"SELECT {asked}, {categories} AS categories, {landed_count} AS landed_count, "  # noqa: S608
        f"count(*)::int AS cases, sum(persons)::int AS people FROM {read} "
        f"GROUP BY {asked}, {categories}, {landed_count}"
    )
    return f"SELECT g.*, {LANDED} AS landed FROM ({groups}) AS g" if cases else ""  # noqa: S608


# The categories of a group as an array of as many entries as it has measures, each category told once.
_NAMES = " || ".join(f"CASE WHEN categories & {bit} <> 0 THEN ARRAY['{name}'] END" for name, bit in BITS.items())
_TOLD = f"SELECT coalesce({_NAMES}, '{{}}'::text[]) AS told"
_REST = "array_fill(''::text, ARRAY[landed_count - cardinality(told)])"
LANDED = f"CASE WHEN landed_count IS NOT NULL THEN (SELECT told || {_REST} FROM ({_TOLD}) AS n)::varchar[] END"  # noqa: S608


def _cases(scope: Scope, populations: Sequence[Population], code_length: int) -> QuerySet[CaseSpan]:
    """Each case that is counted with what is asked of it; of a day only whether it lies in the period."""
    # What nobody asks is told alike of all, which makes fewer groups.
    return (
        _held(scope)
        .filter(counted(scope, populations))
        .order_by()
        .values_list(
            Substr("village_id", 1, code_length) if code_length else Value(""),
            "status",
            _if_asked("household_type", populations),
            _if_asked("way", populations, "elimination_way"),
            _if_asked("has_no_labour", populations),
            _if_asked("risk", populations, "risks"),
            _if_in_period("identified_on", scope) if _is_asked("identified_in_period", populations) else NO_DAY,
            _if_in_period("eliminated_on", scope) if _is_asked("eliminated_in_period", populations) else NO_DAY,
            "persons",
            "case_id",
        )
    )


def _measures(scope: Scope) -> QuerySet[MeasureSpan, Any]:
    """For each case that has any landed measure: its categories and how many measures there are."""
    bits = Case(*(When(category=name, then=Value(bit)) for name, bit in BITS.items()), default=Value(0))
    landed = MeasureSpan.objects.landed_by(scope.as_of).known_at(scope.known_at)
    return landed.order_by().values_list("case_id").annotate(categories=BitOr(bits), landed=Count("pk"))


def _with_measures(cases: str, scope: Scope) -> str:
    """
    SQL of the cases with their measures `m`, those of the division read at once.

    All measures of a case stand where its household lives now, the case where it lived on the day: of a case that has
    no measure in the division they are looked up elsewhere (`e`).
    """
    near = Statement.of(_measures(scope).filter(begins_with("village_id", scope.division))).sql
    of_case = RawSQL("c.case_id", (), output_field=UUIDField())
    is_missing = RawSQL("m.case_key IS NULL", (), output_field=BooleanField())
    elsewhere = Statement.of(_measures(scope).filter(is_missing, case_id=of_case)).sql
    return (
        f"{cases} LEFT JOIN ({near}) AS m(case_key, categories, landed) ON m.case_key = c.case_id "
        f"LEFT JOIN LATERAL ({elsewhere}) AS e(case_key, categories, landed) ON true"
    )


def _held(scope: Scope) -> QuerySet[CaseSpan]:
    """The rows of `held`, asked for in a form of which PostgreSQL expects that most rows satisfy it.

    Of ranges it expects one row in two hundred, sorts where it should hash, and leaves the second core idle.
    """
    on_the_day = Q(valid__contains=scope.as_of)
    if scope.known_at is not None:
        on_the_day &= Q(recorded__contains=scope.known_at)
    rows = CaseSpan.objects.under(scope.division)
    rows = rows.known_at(None) if scope.known_at is None else rows
    return rows.alias(holds=Case(When(on_the_day, then=Value(1)), default=Value(0))).exclude(holds=0)


def _is_asked(name: str, populations: Sequence[Population]) -> bool:
    return any(getattr(each, name) for each in populations)


def _if_asked(name: str, populations: Sequence[Population], column: str = "") -> F | Cast:
    column = column or name
    field = CaseSpan._meta.get_field(column)
    return F(column) if _is_asked(name, populations) else Cast(Value(None), field)


NO_DAY = Cast(Value(None), DateField())


def _if_in_period(name: str, scope: Scope) -> Case:
    """The last day of the period in place of any day in it, else nothing: one group for all of them."""
    inside = {f"{name}__gte": scope.period_start, f"{name}__lte": scope.as_of}
    return Case(When(**inside, then=Value(scope.as_of)), output_field=DateField())


def _groups() -> QuerySet[CaseSpan]:
    """The groups as if they were cases, with what only groups have."""
    columns: dict[str, Field[Any, Any]] = {
        "place": CharField(),
        "landed": CATEGORIES.clone(),
        "landed_count": IntegerField(),
        "cases": IntegerField(),
        "people": IntegerField(),
    }
    return CaseSpan.objects.order_by().annotate(**{name: _column(name, field) for name, field in columns.items()})


def _column(name: str, field: Field[Any, Any]) -> Col:
    field.column = name
    return Col(TABLE, field)
