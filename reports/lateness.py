"""Which cases of a scope wait too long at their step, by the standards that hold in each village on its day."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, DateField, Q, Value, When

from common.querysets import begins_with
from households.operations.standards import Book
from households.rules.standards import Kind
from households.workflow import AWAITING_DECISION, STATUSES, Status
from reports.query import Scope
from reports.rules.lateness import Limit, Limits, by_last_day


@dataclass(frozen=True, slots=True)
class Lateness:
    """The limits of every step in the scope: by division, those of its own and of those below that set others."""

    scope: Scope
    by_place: dict[str, Limits]

    @classmethod
    def of(cls, scope: Scope) -> Lateness:
        """The limits that hold on the scope's day; one query."""
        book = Book(Kind.LATENESS)
        below = [code for code in book.divisions(Kind.LATENESS) if code.startswith(scope.division)]
        places = {scope.division, *below}
        return cls(scope, {place: _limits(book, place, scope) for place in places})

    def limits(self, status: Status) -> list[Limit]:
        """What holds for a step anywhere in the scope."""
        return [limits[status] for limits in self.by_place.values()]

    def is_late(self) -> Q:
        """What a case of `case_list.cases` must be to wait too long on the day of the scope."""
        # The nearest division decides: the longest code comes first.
        whens = [
            When(
                begins_with("village_id", place) & Q(status__in=[status.value for status in statuses]),
                then=Value(day),
            )
            for place in sorted(self.by_place, key=len, reverse=True)
            for day, statuses in by_last_day(self.by_place[place], self.scope.as_of).items()
        ]
        return Q(since__lt=Case(*whens, output_field=DateField()))

    def sources(self) -> list[tuple[str, list[str]]]:
        """Where the limits come from, each source once with the names of the steps that it holds for."""
        held: dict[str, list[str]] = {}
        for limits in self.by_place.values():
            for status, limit in limits.items():
                names = held.setdefault(str(limit.source), [])
                if str(STATUSES[status]) not in names:
                    names.append(str(STATUSES[status]))
        return list(held.items())


def _limits(book: Book, place: str, scope: Scope) -> Limits:
    held = book.in_force(Kind.LATENESS, place, scope.as_of)
    return {
        status: Limit(held[status.value].value["days"], held[status.value].source)
        for status in STATUSES
        if status in AWAITING_DECISION
    }
