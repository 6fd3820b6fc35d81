"""What the rules of warnings need to know of households, read for many of them in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.moments import day_of
from households.models import Household, MemberCondition, RiskFinding, Visit
from households.operations.home_facts import Lines, home_facts
from households.rules.codes import Risk
from households.rules.conditions import Condition
from households.rules.gate import RiskState
from households.rules.quality.facts import HomeFacts
from households.rules.visits import Answer
from households.rules.warnings import DISASTER_ITEM, HomeSigns, PersonSigns


def home_signs(*, households: Sequence[Household], on: date, lines: Lines) -> dict[UUID, HomeSigns]:
    """What is recorded of each of these households on that day; ten queries, however many there are."""
    homes = home_facts(households=households, on=on, lines=lines)
    courses = _courses([person.key for home in homes for person in home.people], on)
    struck = _struck([household.pk for household in households], on)
    new = _new_risks([home.case.key for home in homes if home.case is not None])
    former_poor = {household.pk: household.is_former_poor for household in households}
    return {
        home.key: HomeSigns(
            is_former_poor=former_poor[home.key],
            line=home.line,
            survey=home.survey,
            check=home.check,
            people=tuple(_person(person.key, courses.get(person.key, [])) for person in home.people),
            struck_on=struck.get(home.key),
            status=home.case.status if home.case is not None else None,
            risks=_risks(home, new),
        )
        for home in homes
    }


def _person(key: UUID, course: Sequence[tuple[date, Condition]]) -> PersonSigns:
    if not course:
        return PersonSigns(key)
    since, now = course[-1]
    return PersonSigns(key, since, now, course[-2][1] if len(course) > 1 else None)


def _courses(people: Sequence[UUID], on: date) -> dict[UUID, list[tuple[date, Condition]]]:
    """Of each person the conditions by that day, the latest last."""
    rows = MemberCondition.objects.filter(member__in=people, superseded_at__isnull=True, valid_from__lte=on)
    courses: dict[UUID, list[tuple[date, Condition]]] = {}
    for row in rows.order_by("valid_from"):
        courses.setdefault(row.member_id, []).append((row.valid_from, row.condition))
    return courses


def _struck(keys: Sequence[UUID], on: date) -> dict[UUID, date]:
    """By household the day of its latest visit that answered a checklist, where it found a disaster or an accident."""
    made = Visit.objects.current().filter(household__in=keys, happened_at__date__lte=on).exclude(answers={})
    latest = made.order_by("household_id", "-happened_at", "-pk").distinct("household_id")
    return {
        key: day_of(happened_at)
        for key, happened_at, answers in latest.values_list("household_id", "happened_at", "answers")
        if any(found.get(DISASTER_ITEM) == Answer.PROBLEM for found in answers.values())
    }


def _new_risks(cases: Sequence[UUID]) -> dict[UUID, set[Risk]]:
    rows = RiskFinding.objects.filter(case__in=cases, state=RiskState.NEW.value)
    found: dict[UUID, set[Risk]] = {}
    for case, risk in rows.values_list("case_id", "risk"):
        found.setdefault(case, set()).add(Risk(risk))
    return found


def _risks(home: HomeFacts, new: dict[UUID, set[Risk]]) -> frozenset[Risk]:
    return home.case.risks | new.get(home.case.key, set()) if home.case is not None else frozenset()
