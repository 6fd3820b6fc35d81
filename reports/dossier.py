"""All that is recorded of one household, as of a day and as known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length
from django.urls import reverse

from accounts.models import User
from common.names import Name
from common.numbers import fixed
from households.models import (
    Assignment,
    Division,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    MemberCondition,
    Membership,
    MonitoringLine,
    Visit,
)
from households.rules.changes import Leaving
from households.rules.codes import RELATIONSHIPS, SEXES, Relationship
from households.rules.condition_words import in_words
from households.rules.conditions import Condition
from households.rules.levels import path_of
from reports import household_list
from reports.case_story import Badge, CaseTold, address, anywhere, cases_of
from reports.change_story import ChangeTold, changes_of
from reports.list_rows import ABOVE_NAME, BELOW_NAME
from reports.query import Scope

OCCASIONS: dict[str, Name] = {
    "identification": Name("识别时", "at identification"),
    "elimination": Name("消除时", "at elimination"),
    "yearly": Name("年度", "yearly"),
}
GUARANTEES: dict[str, Name] = {
    "is_housing_safe": Name("住房安全", "Safe housing"),
    "is_schooling_kept": Name("义务教育", "Compulsory schooling"),
    "is_everyone_insured": Name("基本医疗", "Medical insurance"),
    "is_water_safe": Name("饮水安全", "Safe drinking water"),
}
# What was found of a guarantee: its words and the colour of its badge.
FOUND: dict[bool | None, tuple[Name, str]] = {
    True: (Name("有保障", "met"), "good"),
    False: (Name("无保障", "not met"), "bad"),
    None: (Name("未查看", "not looked at"), "open"),
}


@dataclass(frozen=True, slots=True)
class MemberTold:
    """A member, with the age in years on the day."""

    name: str
    relationship: str
    sex: str
    birth_date: date | None
    age: int | None
    number: str
    joined_on: date
    left_on: date | None
    is_head: bool
    address: str
    facts: tuple[tuple[str, str], ...]
    key: UUID


@dataclass(frozen=True, slots=True)
class IncomeTold:
    """A survey against the line that was in force on its day; yuan per person.

    `stands`: the latest survey of its year, which stands for the year; the others are told beside it.
    """

    occasion: str
    surveyed_on: date
    period_from: date
    period_to: date
    size: int
    net: Decimal
    reference: Decimal
    line: Decimal | None
    badge: Badge | None
    stands: bool

    @property
    def year(self) -> int:
        """The year of the survey."""
        return self.surveyed_on.year

    @property
    def cells(self) -> tuple[str, str, str]:
        """Net income, reference amount and line as text."""
        return fixed(self.net), fixed(self.reference), fixed(self.line)


@dataclass(frozen=True, slots=True)
class CheckTold:
    """What was found of each guarantee on a day."""

    checked_on: date
    found: tuple[tuple[str, Badge], ...]


@dataclass(frozen=True, slots=True)
class HouseholdTold:
    """A household on the day, with everything that is recorded of it."""

    household: Household
    address: str
    head: str
    place: tuple[Division, ...]
    members: tuple[MemberTold, ...]
    earlier: tuple[MemberTold, ...]
    cases: tuple[CaseTold, ...]
    incomes: tuple[IncomeTold, ...]
    checks: tuple[CheckTold, ...]
    guarantees: tuple[str, ...]
    visits: tuple[Visit, ...]
    changes: tuple[ChangeTold, ...]
    responsible: Assignment | None
    assignments: tuple[Assignment, ...]


def of_household(key: UUID, scope: Scope, *, by: User, on: date) -> HouseholdTold | None:
    """The household with that key; None where it is not recorded on the scope's day, or where `by` may not see it."""
    held = household_list.recorded(anywhere(scope)).visible_to(by, on)
    household = held.select_related("village__parent__parent__parent__parent").filter(pk=key).first()
    if household is None:
        return None
    known = Membership.objects.filter(household=household, joined_on__lte=scope.as_of).known_at(scope.known_at)
    rows = list(known.select_related("member"))
    for row in rows:
        row.left_on = row.left_told
    members, earlier = _members(rows, scope)
    assigned = _assignments(household, scope)
    return HouseholdTold(
        household=household,
        address=address("household", household.pk, scope),
        head=next((each.name for each in members if each.is_head), ""),
        place=place_of(household.village),
        members=members,
        earlier=earlier,
        cases=cases_of(household, scope),
        incomes=_incomes(household, scope),
        checks=_checks(household, scope),
        guarantees=tuple(str(name) for name in GUARANTEES.values()),
        visits=_visits(household, scope),
        changes=changes_of(household, rows, scope),
        responsible=next((each for each in assigned if each.holds(scope.as_of)), None),
        assignments=assigned,
    )


def _visits(household: Household, scope: Scope) -> tuple[Visit, ...]:
    """The visits by the day, the latest first, those included that were corrected since."""
    made = Visit.objects.filter(household=household, happened_at__date__lte=scope.as_of)
    if scope.known_at is not None:
        made = made.filter(received_at__lte=scope.known_at)
    return tuple(made.select_related("visited_by", "superseded_by").order_by("-happened_at", "-pk"))


def _assignments(household: Household, scope: Scope) -> tuple[Assignment, ...]:
    """Who was made responsible by the day or is to be later, the latest first."""
    made = Assignment.objects.filter(household=household).select_related("user", "recorded_by")
    if scope.known_at is not None:
        made = made.filter(recorded_at__lte=scope.known_at)
    return tuple(made.order_by("-starts_on", "-pk"))


def place_of(village: Division) -> tuple[Division, ...]:
    """The village and the divisions above it, from the top down."""
    path = [village]
    while path[0].parent is not None and len(path[0].code) > 4:
        path.insert(0, path[0].parent)
    return tuple(path)


def head_of(household: UUID, scope: Scope) -> str:
    """The name of who heads the household on the day, "" where nobody does."""
    heads = Membership.objects.filter(household=household, relationship=Relationship.HEAD).as_of(
        scope.as_of, scope.known_at
    )
    return heads.values_list("member__name", flat=True).first() or ""


def _members(rows: Sequence[Membership], scope: Scope) -> tuple[tuple[MemberTold, ...], tuple[MemberTold, ...]]:
    """Who belongs to the household on the day, the head first, then by age; and who has left it by then."""
    rows = sorted(rows, key=lambda row: (row.relationship != Relationship.HEAD, row.member.birth_date or date.max))
    recorded = MemberCondition.objects.filter(member__in=[row.member_id for row in rows])
    conditions = {row.member_id: row.condition for row in recorded.as_of(scope.as_of, scope.known_at)}
    told = [(row, _member(row, scope.as_of, conditions.get(row.member_id, Condition()))) for row in rows]
    earlier = (each for row, each in told if each.left_on and row.left_how != Leaving.RELATED)
    return tuple(each for _row, each in told if not each.left_on), tuple(earlier)


def _member(row: Membership, day: date, condition: Condition) -> MemberTold:
    born = row.member.birth_date
    return MemberTold(
        name=row.member.name,
        relationship=str(RELATIONSHIPS[row.relationship]),
        sex=str(SEXES[row.member.sex]),
        birth_date=born,
        age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None,
        number=row.member.masked_number,
        joined_on=row.joined_on,
        left_on=row.left_on if row.left_on and row.left_on <= day else None,
        is_head=row.relationship == Relationship.HEAD,
        address=reverse("member", args=[row.pk]),
        facts=tuple(in_words(condition)),
        key=row.pk,
    )


def _incomes(household: Household, scope: Scope) -> tuple[IncomeTold, ...]:
    """The surveys by the day, year by year, of each the latest first; each against the line of its own day."""
    lines = MonitoringLine.objects.filter(
        division_id__in=path_of(household.village_id), valid_from__lte=OuterRef("surveyed_on")
    ).order_by(Length("division_id").desc(), "-valid_from")
    surveys = household_list.surveys_by(scope.as_of, scope).filter(household=household)
    held = surveys.annotate(line=Subquery(lines.values("amount")[:1]))
    years = groupby(sorted(held, key=lambda survey: survey.surveyed_on.year), lambda survey: survey.surveyed_on.year)
    return tuple(_income(survey, stands=place == 0) for _year, made in years for place, survey in enumerate(made))


def _income(survey: IncomeSurvey, *, stands: bool) -> IncomeTold:
    line, net, badge = survey.line, survey.net_per_capita, None
    if line is not None:
        badge = Badge(str(BELOW_NAME), "bad") if net < line else Badge(str(ABOVE_NAME), "good")
    return IncomeTold(
        occasion=str(OCCASIONS[survey.occasion]),
        surveyed_on=survey.surveyed_on,
        period_from=survey.period_from,
        period_to=survey.period_to,
        size=survey.household_size,
        net=net,
        reference=survey.reference_per_capita,
        line=line,
        badge=badge,
        stands=stands,
    )


def _checks(household: Household, scope: Scope) -> tuple[CheckTold, ...]:
    """The checks of the guarantees by the day, the latest first."""
    made = GuaranteeCheck.objects.filter(household=household, checked_on__lte=scope.as_of)
    if scope.known_at is not None:
        made = made.filter(recorded_at__lte=scope.known_at)
    return tuple(
        CheckTold(
            row.checked_on,
            tuple((str(name), Badge(str(FOUND[value][0]), FOUND[value][1])) for name, value in _found(row)),
        )
        for row in made.order_by("-checked_on", "-recorded_at")
    )


def _found(row: GuaranteeCheck) -> list[tuple[Name, bool | None]]:
    return [(name, getattr(row, column)) for column, name in GUARANTEES.items()]
