"""Which households are to be visited by when: the last visit and the frequency that holds at their place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateField, DurationField, Func, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Coalesce, Least, TruncDate

from common.querysets import begins_with
from households.models import Case, Visit
from households.operations.standards import Book
from households.rules.standards import InForce, Kind
from households.workflow import UNDER_MONITORING, Status

# Which frequency holds for the cases of which status.
GROUPS: dict[str, Q] = {
    "not_eliminated": Q(status__in=sorted(UNDER_MONITORING)),
    "eliminated": Q(status=Status.ELIMINATED.value),
}


class Interval(Func):
    """So many months and days as an interval."""

    function = "make_interval"
    template = "make_interval(months => %(months)s, days => %(days)s)"
    arity = 0
    output_field = DurationField()


def visited_cases(on: date) -> QuerySet[Case]:
    """Cases whose households are to be visited, each with its last visit `visited_on` and the day `visit_due_on`.

    A case without a visit counts from the day on which it was identified; a visit may name an earlier next one.
    """
    made = Visit.objects.current().filter(household=OuterRef("household")).order_by("-happened_at", "-pk")
    rows = Case.objects.filter(GROUPS["not_eliminated"] | GROUPS["eliminated"], household__removed_at__isnull=True)
    counted = rows.annotate(
        visited_on=Subquery(made.values(day=TruncDate("happened_at"))[:1]),
        named_on=Subquery(made.values("next_visit_on")[:1]),
    )
    regular: Any = Coalesce("visited_on", "identified_on") + _intervals(on)
    due = Cast(regular, DateField())
    return counted.annotate(visit_due_on=Least(due, Coalesce("named_on", due)))


def _intervals(on: date) -> Choose:
    """The interval of each case, by its place and group."""
    book = Book(Kind.VISIT_FREQUENCY)
    places = [*((begins_with("village_id", code), code) for code in book.divisions(Kind.VISIT_FREQUENCY)), (Q(), "")]
    choices = [
        When(place & group, then=_interval(book.in_force(Kind.VISIT_FREQUENCY, code, on)[name]))
        for place, code in places
        for name, group in GROUPS.items()
    ]
    return Choose(*choices, output_field=DurationField())


def _interval(standard: InForce) -> Interval:
    length = standard.value["length"]
    is_months = standard.value["unit"] == "months"
    return Interval(months=length if is_months else 0, days=0 if is_months else length)
