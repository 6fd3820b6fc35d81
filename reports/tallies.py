"""The cases of scopes tallied by all that figures ask of a case, so that each condition is tried on a few groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, DateField, Field, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Col
from django.db.models.functions import Cast, Substr

from common.statements import Statement
from households.models import CaseSpan
from reports.query import Scope, held, with_landed

TABLE = CaseSpan._meta.db_table
CATEGORIES = ArrayField(CharField(max_length=30))
# What figures ask of a case, under the names that conditions know; what `tally` reads each from is in `_cases`.
ASKED = (
    "place", "status", "household_type", "elimination_way", "has_no_labour", "risks", "identified_on", "eliminated_on",
    "landed",
)  # fmt: skip
Counts = Callable[[Scope], Mapping[str, Any]]


def tallied(
    scopes: Sequence[Scope], counts: Counts, *, reads_measures: bool, code_length: int = 0
) -> dict[tuple[int, str], dict[str, Any]]:
    """
    For each scope (by its place in `scopes`) and each division in it the counts, by one query; nothing without a case.

    Divisions are those whose codes have `code_length` digits; where that is 0, the scope as a whole is told as "".
    `counts` are aggregates over groups: of their number of `cases`, of `people` and of landed measures a case.
    """
    names = list(counts(scopes[0])) if scopes else []
    parts = []
    for number, scope in enumerate(scopes):
        cases = Statement.of(_cases(scope, reads_measures=reads_measures, code_length=code_length)).sql
        asked = Statement.of(_groups().values_list("place").annotate(**counts(scope))).sql
        if cases:
            parts.append(f"SELECT {number}, t.* FROM (WITH {TABLE} AS ({_grouped(cases)}) {asked}) AS t")  # noqa: S608
    found = Statement(" UNION ALL ".join(parts), ()).run("default")
    return {(number, place): dict(zip(names, values, strict=True)) for number, place, *values in found}


def _cases(scope: Scope, *, reads_measures: bool, code_length: int) -> QuerySet[CaseSpan]:
    """Each case of the scope with what is asked of it; of a day only whether it lies in the period."""
    rows = with_landed(scope) if reads_measures else held(scope)
    return rows.order_by().values_list(
        Substr("village_id", 1, code_length) if code_length else Value(""),
        "status",
        "household_type",
        "elimination_way",
        "has_no_labour",
        "risks",
        _if_in_period("identified_on", scope),
        _if_in_period("eliminated_on", scope),
        "landed" if reads_measures else Cast(Value(None), CATEGORIES),
        "persons",
    )


def _if_in_period(name: str, scope: Scope) -> Case:
    """The last day of the period in place of any day in it, else nothing: one group for all of them."""
    inside = {f"{name}__gte": scope.period_start, f"{name}__lte": scope.as_of}
    return Case(When(**inside, then=Value(scope.as_of)), output_field=DateField())


def _grouped(cases: str) -> str:
    """SQL of the groups: under the name of the table, so that the conditions on cases hold for groups as they are."""
    positions = ", ".join(str(number + 1) for number in range(len(ASKED)))
    groups = (
        f"SELECT {', '.join(ASKED)}, count(*)::int AS cases, sum(persons)::int AS people "  # noqa: S608
        f"FROM ({cases}) AS c({', '.join(ASKED)}, persons) GROUP BY {positions}"
    )
    return f"SELECT g.*, cardinality(landed) AS landed_count FROM ({groups}) AS g"  # noqa: S608


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
