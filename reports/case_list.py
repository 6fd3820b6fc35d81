"""The cases of a scope as lists read them: since when each stands at its step, and the orders to read them in."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.keyset import Order as By
from common.names import Name
from common.refusals import Invalid
from households.models import CaseSpan
from reports.figures import figures
from reports.indicators import INDICATORS, Indicator, Kind
from reports.listing import Order
from reports.query import Scope, condition, with_landed

ORDERS: dict[str, Order] = {
    "village": Order(Name("按村", "by village"), By("village", ("village_id", "case_id"))),
    "waiting": Order(Name("等待最久在前", "longest wait first"), By("waiting", ("since", "case_id"))),
    "newest": Order(Name("最近识别在前", "newest identified first"), By("newest", ("identified_day", "case_id"), True)),
    "largest": Order(Name("人口最多在前", "largest household first"), By("largest", ("persons", "case_id"), True)),
    "least_helped": Order(
        Name("措施最少在前", "fewest landed measures first"), By("least_helped", ("measures_landed", "case_id"))
    ),
    "most_helped": Order(
        Name("措施最多在前", "most landed measures first"), By("most_helped", ("measures_landed", "case_id"), True)
    ),
}


def cases(scope: Scope, code: str = "") -> QuerySet[CaseSpan]:
    """The cases of the scope that the indicator `code` counts, all without one; each with what a list tells beside."""
    rows = with_landed(scope)
    return told(rows.filter(counted(scope, listable(code))) if code else rows, scope)


def listable(code: str) -> Indicator:
    """The indicator with that code; Invalid where none with a list has it."""
    indicator = INDICATORS.get(code)
    if indicator is None or not indicator.is_computable:
        told = {"id": code}
        sentence = _("There is no indicator “%(id)s” with a list of households.") % told
        raise Invalid(sentence, code="unknown_indicator", field="indicator")
    return indicator


def counted(scope: Scope, indicator: Indicator) -> Q:
    """What a row of `with_landed` must satisfy to stand behind the indicator; behind the least of many only those
    that have no more than it."""
    wanted = condition(scope, indicator.numerator)
    if indicator.kind is not Kind.MINIMUM:
        return wanted
    least = figures(scope, [indicator])[indicator.code].value
    return wanted & Q(landed__len=int(least)) if least is not None else wanted


def told(rows: QuerySet[CaseSpan], scope: Scope) -> QuerySet[CaseSpan]:
    """Rows of the query behind figures with what a list tells beside: `since`, and what lists are ordered by.

    Neither case nor household is joined: the database may hide that of a household that has moved away since, and a
    list has a row for everything that its figure counts.
    """
    return rows.annotate(
        since=since(scope),
        measures_landed=F("landed__len"),
        identified_day=Coalesce(F("identified_on"), Value(date.min), output_field=DateField()),
    ).select_related("village__parent__parent__parent")


def since(scope: Scope) -> Coalesce:
    """The day since which a case of the query behind figures stands at its step."""
    known = CaseSpan.objects.known_at(scope.known_at).filter(case=OuterRef("case"))
    before = known.filter(valid__fully_lt=OuterRef("valid")).exclude(status=OuterRef("status")).order_by("-valid")
    return Coalesce(
        Subquery(before.values("valid__endswith")[:1]),
        Subquery(known.order_by("valid").values("valid__startswith")[:1]),
        output_field=DateField(),
    )
