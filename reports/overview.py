"""What the overview tells beside the figures: change since the period began, the months, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.numbers import fixed, grouped
from households.models import CaseSpan
from households.workflow import AWAITING_DECISION, STATUSES, Status
from reports import case_list, pages, trends
from reports.figures import Figure, figures
from reports.indicators import INDICATORS, Basis, Indicator, Kind
from reports.lateness import Lateness
from reports.pages import Shown
from reports.query import Scope
from reports.rules.lateness import days_waited, in_words

MONTHLY: tuple[str, ...] = (
    "monitoring.new.households",
    "monitoring.new.persons",
    "elimination.new.households",
    "elimination.new.persons",
)
OLDEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of one month, up to `last_day`, which is not its end in the month of the overview's day."""

    first_day: date
    last_day: date
    is_whole: bool
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A heading of the table of months; the chart draws those that `is_drawn` under their `short` names."""

    name: str
    short: str
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class Shapes:
    """A static file of shapes, and the divisions that have one."""

    file: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Map:
    """A map as the overview shows it: what can be chosen, what is shown, and which divisions are not on it."""

    shapes: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    without_shape: tuple[pages.PlaceRow, ...]


# The maps that are shipped, by the division whose parts they show.
MAPS: dict[str, Shapes] = {
    "6201": Shapes(
        "maps/counties-6201.json",
        frozenset({"620102", "620103", "620104", "620105", "620111", "620121", "620122", "620123"}),
    ),
}
FIRST_ON_MAP = "monitoring.current.households"


@dataclass(frozen=True, slots=True)
class Step:
    """The cases that wait at a step: how many, how many of them too long; each address leads to exactly those."""

    name: str
    limit: str
    waiting: int
    waiting_address: str
    late: int
    late_address: str
    longest: int


@dataclass(frozen=True, slots=True)
class LateCase:
    """A case that waits too long; `place` names its village and what lies between it and the overview's division."""

    address: str
    place: str
    status: str
    since: date
    days: int


def before(scope: Scope) -> Scope:
    """The same place on the day before the period begins."""
    return replace(scope, as_of=scope.period_start - timedelta(days=1))


def is_stock(indicator: Indicator) -> bool:
    """Whether the figure tells of a day, not of a period, so that it can be compared with an earlier day."""
    counted = (indicator.numerator, indicator.denominator)
    # The least of many tells nothing by its change.
    return (
        indicator.is_computable
        and indicator.kind is not Kind.MINIMUM
        and not any(each is not None and (each.identified_in_period or each.eliminated_in_period) for each in counted)
    )


def changes(scope: Scope, found: Mapping[str, Figure], codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each of the figures that tells of a day, in words how each reading changed since the period began."""
    wanted = [INDICATORS[code] for code in codes if is_stock(INDICATORS[code])]
    earlier = figures(before(scope), wanted)
    return {
        each.code: tuple(
            change_of(each, part.value, earlier[each.code].parts[basis].value)
            for basis, part in found[each.code].parts.items()
        )
        for each in wanted
    }


def change_of(indicator: Indicator, now: Fraction | None, then: Fraction | None) -> str:
    """How a value changed, with its sign; "" where there was none on either day."""
    if now is None or then is None:
        return ""
    difference = now - then
    if not difference:
        return _("unchanged in the period")
    is_rate = indicator.kind is Kind.RATE
    size = fixed(abs(difference)) if is_rate else grouped(abs(difference))
    signed = f"{'+' if difference > 0 else '−'}{size}"
    if is_rate:
        return _("%(change)s points in the period") % {"change": signed}
    return _("%(change)s in the period") % {"change": signed}


def months(scope: Scope, *, linked: bool) -> list[Month]:
    """Identification and elimination in each of the last months, each counted as its end stood; one query."""
    points = trends.by_month(scope, [INDICATORS[code] for code in MONTHLY])
    return [
        Month(
            first_day=point.scope.period_start,
            last_day=point.scope.as_of,
            is_whole=(point.scope.as_of + timedelta(days=1)).day == 1,
            cells=tuple(
                each for code in MONTHLY for each in pages.shown(point.figures[code], point.scope, linked=linked)
            ),
        )
        for point in points
    ]


def month_columns() -> list[MonthColumn]:
    """The headings of the table of months; the chart draws households."""
    wanted = [INDICATORS[code] for code in MONTHLY]
    return [MonthColumn(pages.label_of(each), str(each.name), each.unit == Basis.HOUSEHOLD) for each in wanted]


def map_of(scope: Scope, rows: Sequence[pages.PlaceRow], chosen: str) -> Map | None:
    """The map of a division's parts, None where none is shipped; `chosen` is the column that it shows."""
    held = MAPS.get(scope.division)
    if held is None:
        return None
    headings = pages.place_columns()
    codes = [heading.code for heading in headings]
    return Map(
        shapes=held.file,
        choices=tuple((heading.code, heading.name) for heading in headings),
        chosen=chosen if chosen in codes else FIRST_ON_MAP,
        without_shape=tuple(row for row in rows if row.code not in held.codes),
    )


def steps(scope: Scope, lateness: Lateness) -> list[Step]:
    """Each step at which somebody has to act, with the cases that wait there; one query."""
    rows = (
        case_list.cases(scope)
        .filter(status__in=[status.value for status in AWAITING_DECISION])
        .order_by()
        .values("status")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=lateness.is_late()), oldest=Min("since"))
    )
    found = {row["status"]: row for row in rows}
    return [
        _step(scope, status, in_words(lateness.limits(status)), found[status]) for status in STATUSES if status in found
    ]


def limit_sources(lateness: Lateness) -> list[str]:
    """Where the limits come from, each source once with the steps that it holds for."""
    return [f"{_(', ').join(names)}{_(': ')}{source}" for source, names in lateness.sources()]


def oldest(scope: Scope, lateness: Lateness) -> list[LateCase]:
    """The cases that wait longest of those that wait too long; one query."""
    waiting = case_list.cases(scope).filter(status__in=[status.value for status in AWAITING_DECISION])
    rows = waiting.filter(lateness.is_late()).order_by("since", "case_id")[:OLDEST_SHOWN]
    return [
        LateCase(
            address=f"{reverse('case', args=[row.case_id])}?{urlencode(pages.parameters(scope))}",
            place=_place(row, scope),
            status=str(STATUSES[Status(row.status)]),
            since=row.since,
            days=days_waited(row.since, scope.as_of),
        )
        for row in rows
    ]


def _place(row: CaseSpan, scope: Scope) -> str:
    names = [row.village.name]
    above = row.village.parent
    while above is not None and len(above.code) > len(scope.division):
        names.insert(0, above.name)
        above = above.parent
    return " ".join(names)


def _step(scope: Scope, status: Status, limit: str, row: Mapping[str, object]) -> Step:
    def address(**more: str) -> str:
        asked = pages.parameters(scope) | {"status": status.value, "sort": "waiting"} | more
        return f"{reverse('cases')}?{urlencode(asked)}"

    return Step(
        name=str(STATUSES[status]),
        limit=limit,
        waiting=row["waiting"],
        waiting_address=address(),
        late=row["late"],
        late_address=address(late="true"),
        longest=days_waited(row["oldest"], scope.as_of),
    )
