"""The cases of a scope as lists read them: since when each stands at its step, and the orders to read them in."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from common.keyset import Order as By
from common.names import Name
from households.models import CaseSpan
from reports.listing import Order
from reports.query import Scope, with_landed

ORDERS: dict[str, Order] = {
    "village": Order(Name("按村", "by village"), By("village", ("village_id", "case_id"))),
    "waiting": Order(Name("等待最久在前", "longest wait first"), By("waiting", ("since", "case_id"))),
    "newest": Order(Name("最近识别在前", "newest identified first"), By("newest", ("identified_day", "case_id"), True)),
    "largest": Order(Name("人口最多在前", "largest household first"), By("largest", ("persons", "case_id"), True)),
}


def cases(scope: Scope) -> QuerySet[CaseSpan]:
    """All cases of the scope, as figures count them, each with the day since which it stands at its step."""
    return told(with_landed(scope), scope)


def told(rows: QuerySet[CaseSpan], scope: Scope) -> QuerySet[CaseSpan]:
    """Rows of the query behind figures with what a list tells beside: `since`, and the day for the order by newest."""
    return rows.annotate(
        since=since(scope),
        identified_day=Coalesce(F("identified_on"), Value(date.min), output_field=DateField()),
    ).select_related("case", "household", "village__parent__parent__parent")


def since(scope: Scope) -> Coalesce:
    """The day since which a case of the query behind figures stands at its step."""
    known = CaseSpan.objects.known_at(scope.known_at).filter(case=OuterRef("case"))
    before = known.filter(valid__fully_lt=OuterRef("valid")).exclude(status=OuterRef("status")).order_by("-valid")
    return Coalesce(
        Subquery(before.values("valid__endswith")[:1]),
        Subquery(known.order_by("valid").values("valid__startswith")[:1]),
        output_field=DateField(),
    )
