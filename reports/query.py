"""The one query behind a figure, its list, its export and its API count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.models import MeasureSpan
from households.models import CaseSpan
from reports.rules.populations import Population


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when: the division `division` and all below it, on the day `as_of`, as known at `known_at` (None: now).

    Figures of a period count from `period_start` to `as_of`, both included.
    """

    division: str
    as_of: date
    period_start: date
    known_at: datetime | None = None


def spans(scope: Scope, population: Population) -> QuerySet[CaseSpan]:
    """The cases that `population` describes within `scope`, one row a household."""
    return with_landed(scope).filter(condition(scope, population))


def with_landed(scope: Scope) -> QuerySet[CaseSpan]:
    """All cases of the scope, each with the categories of its landed measures (one entry a measure) as `landed`."""
    return held(scope).annotate(landed=ArraySubquery(_landed(scope).order_by("category").values("category")))


def with_measure(scope: Scope, categories: Iterable[str]) -> Q:
    """That a measure of one of the categories has landed for the case.

    Asked of the measures and not of `landed`: how many cases an array would leave the database can only guess, and it
    guessed so badly that a province's households took minutes to count.
    """
    return Q(Exists(_landed(scope).filter(category__in=sorted(categories))))


def _landed(scope: Scope) -> QuerySet[MeasureSpan]:
    return MeasureSpan.objects.filter(case=OuterRef("case")).landed_by(scope.as_of).known_at(scope.known_at)


def held(scope: Scope) -> QuerySet[CaseSpan]:
    """All cases of the scope."""
    return CaseSpan.objects.under(scope.division).as_of(scope.as_of).known_at(scope.known_at)


def condition(scope: Scope, population: Population, *, is_tallied: bool = False) -> Q:
    """What a row of `with_landed` must satisfy to be of `population`; groups of tallied cases have no other columns."""
    wanted = Q(status__in=sorted(status.value for status in population.statuses))
    if population.household_type is not None:
        wanted &= Q(household_type=population.household_type.value)
    if population.way is not None:
        wanted &= Q(elimination_way=population.way.value)
    if population.identified_in_period:
        wanted &= Q(identified_on__gte=scope.period_start, identified_on__lte=scope.as_of)
    if population.eliminated_in_period:
        wanted &= Q(eliminated_on__gte=scope.period_start, eliminated_on__lte=scope.as_of)
    if population.risk is not None:
        wanted &= Q(risks__contains=[population.risk.value])
    if population.has_no_labour:
        wanted &= Q(has_no_labour=True)
    if population.categories is not None:
        names = sorted(category.value for category in population.categories)
        one_of_them = Q(landed__overlap=names) if is_tallied else with_measure(scope, names)
        wanted &= one_of_them if names else Q(landed__len__gte=1)
    if population.at_least_measures is not None:
        wanted &= Q(landed__len__gte=population.at_least_measures)
    return wanted
