"""What rules need to know of households, read for many of them in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from households.models import (
    Case,
    CaseEvent,
    CaseRisk,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    MemberCondition,
    Membership,
    MonitoringLine,
)
from households.rules.ages import completed_years
from households.rules.codes import EliminationWay, Relationship, Risk, Sex
from households.rules.history import EventKind
from households.rules.levels import path_of
from households.rules.quality.facts import CaseFacts, CheckFacts, HomeFacts, PersonFacts, SurveyFacts
from households.workflow import IN_REGISTER, OPEN, UNDER_ELIMINATION, Status


class Lines:
    """All monitoring lines, read once."""

    def __init__(self) -> None:
        self._by_place: dict[str, list[tuple[date, Decimal]]] = {}
        for code, since, amount in MonitoringLine.objects.order_by("-valid_from").values_list(
            "division_id", "valid_from", "amount"
        ):
            self._by_place.setdefault(code, []).append((since, amount))

    def of(self, village: str, on: date) -> Decimal | None:
        """The line for a village on that day in yuan, that of the nearest division; None where none is known."""
        for code in path_of(village)[::-1]:
            for since, amount in self._by_place.get(code, ()):
                if since <= on:
                    return amount
        return None


def home_facts(*, households: Sequence[Household], on: date, lines: Lines | None = None) -> list[HomeFacts]:
    """What is recorded of each of these households on that day, in their order; at most nine queries."""
    keys = [household.pk for household in households]
    lines = lines or Lines()
    people, cases = _people(keys, on), _cases(keys)
    surveys, checks = _surveys(households, on, lines), _checks(keys, on)
    phones = _homes_by_phone({household.phone for household in households if household.phone})
    return [
        HomeFacts(
            key=household.pk,
            village=household.village_id,
            on=on,
            people=tuple(people.get(household.pk, ())),
            phone=household.phone,
            homes_with_phone=phones[household.phone] if household.phone else 0,
            case=cases.get(household.pk),
            surveys=surveys.get(household.pk, {}),
            check=checks.get(household.pk),
            line=lines.of(household.village_id, on),
        )
        for household in households
    ]


def _people(keys: Sequence[UUID], on: date) -> dict[UUID, list[PersonFacts]]:
    held = list(Membership.objects.filter(household__in=keys).as_of(on).select_related("member").order_by("pk"))
    recorded = MemberCondition.objects.filter(member__in=[row.member_id for row in held]).as_of(on)
    conditions = {row.member_id: row.condition for row in recorded}
    people: dict[UUID, list[PersonFacts]] = {}
    for row in held:
        born = row.member.birth_date
        person = PersonFacts(
            key=row.member_id,
            relationship=Relationship(row.relationship),
            sex=Sex(row.member.sex),
            age=completed_years(born, on) if born else None,
            has_number=row.member.document_hash is not None,
            phone=row.member.phone,
            condition=conditions.get(row.member_id),
        )
        people.setdefault(row.household_id, []).append(person)
    return people


def _cases(keys: Sequence[UUID]) -> dict[UUID, CaseFacts]:
    """The open case of each household, else the last in the register."""
    counted = [status.value for status in OPEN | IN_REGISTER]
    held = list(Case.objects.filter(household__in=keys, status__in=counted).order_by("episode"))
    risks: dict[UUID, set[Risk]] = {}
    for case, risk in CaseRisk.objects.filter(case__in=[row.pk for row in held]).values_list("case_id", "risk"):
        risks.setdefault(case, set()).add(Risk(risk))
    ways = _ways([row for row in held if Status(row.status) in UNDER_ELIMINATION])
    return {
        row.household_id: CaseFacts(
            key=row.pk,
            status=Status(row.status),
            risks=frozenset(risks.get(row.pk, ())),
            has_no_labour=row.has_no_labour,
            identified_on=row.identified_on,
            eliminated_on=row.eliminated_on,
            way=EliminationWay(row.elimination_way) if row.elimination_way else ways.get(row.pk),
        )
        for row in held
    }


def _ways(proposed: Sequence[Case]) -> dict[UUID, EliminationWay]:
    """The way in which each of these eliminations was proposed last."""
    if not proposed:
        return {}
    events = CaseEvent.objects.filter(case__in=[row.pk for row in proposed], kind=EventKind.ELIMINATION_PROPOSED.value)
    told = events.order_by("sequence").values_list("case_id", "details__way")
    return {key: EliminationWay(way) for key, way in told if way}


def _surveys(households: Sequence[Household], on: date, lines: Lines) -> dict[UUID, dict[str, SurveyFacts]]:
    """The latest survey of each occasion."""
    villages = {household.pk: household.village_id for household in households}
    made = IncomeSurvey.objects.filter(household__in=list(villages), surveyed_on__lte=on)
    latest = made.order_by("household_id", "occasion", "-surveyed_on", "-recorded_at").distinct(
        "household_id", "occasion"
    )
    surveys: dict[UUID, dict[str, SurveyFacts]] = {}
    for row in latest:
        surveys.setdefault(row.household_id, {})[row.occasion] = SurveyFacts(
            surveyed_on=row.surveyed_on,
            wage=row.wage,
            business=row.business,
            transfer=row.transfer,
            self_paid=row.self_paid,
            net_per_capita=row.net_per_capita,
            line=lines.of(villages[row.household_id], row.surveyed_on),
        )
    return surveys


def _checks(keys: Sequence[UUID], on: date) -> dict[UUID, CheckFacts]:
    """The latest check of the guarantees."""
    made = GuaranteeCheck.objects.filter(household__in=keys, checked_on__lte=on)
    latest = made.order_by("household_id", "-checked_on", "-recorded_at").distinct("household_id")
    return {
        row.household_id: CheckFacts(
            checked_on=row.checked_on,
            is_housing_safe=row.is_housing_safe,
            is_schooling_kept=row.is_schooling_kept,
            is_everyone_insured=row.is_everyone_insured,
            is_water_safe=row.is_water_safe,
        )
        for row in latest
    }


def _homes_by_phone(phones: Iterable[str]) -> Counter[str]:
    """How many households give each telephone, wherever they live."""
    given = Household.objects.kept().filter(phone__in=list(phones)).order_by()
    return Counter(dict(given.values("phone").annotate(homes=Count("pk")).values_list("phone", "homes")))
