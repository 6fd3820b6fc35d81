"""The conditions of a planned household's members, such that health, school, work and help agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from assistance.rules.categories import Category
from demo.rules.identity import age_on
from demo.rules.measures import ALLOWANCE
from demo.rules.records import PlannedCondition, PlannedHousehold, PlannedMeasure, PlannedMember
from households.rules.codes import Risk
from households.rules.conditions import Condition
from households.rules.person_codes import (
    ABLE_IN_PART,
    Allowance,
    Education,
    Health,
    Labour,
    PoliticalStatus,
    PublicPost,
    Schooling,
    WorkPlace,
)

_LEAVES_SCHOOL, _ELDERLY, _SECONDARY, _GROWN = 16, 60, 15, 18
_SCHOOL_YEAR = (9, 1)
_BY_AGE = {
    **dict.fromkeys(range(3), Schooling.BEFORE_SCHOOL),
    **dict.fromkeys(range(3, 6), Schooling.NURSERY),
    **dict.fromkeys(range(6, 12), Schooling.PRIMARY),
    12: Schooling.GRADE_7,
    13: Schooling.GRADE_8,
    14: Schooling.GRADE_9,
}
_ACADEMIC = (
    Schooling.SENIOR_1, Schooling.SENIOR_2, Schooling.SENIOR_3, Schooling.BACHELOR_1, Schooling.BACHELOR_2,
    Schooling.BACHELOR_3, Schooling.BACHELOR_4, Schooling.BACHELOR_5,
)  # fmt: skip
_VOCATIONAL = (
    Schooling.VOCATIONAL_1, Schooling.VOCATIONAL_2, Schooling.VOCATIONAL_3,
    Schooling.COLLEGE_1, Schooling.COLLEGE_2, Schooling.COLLEGE_3,
)  # fmt: skip
# Up to which age the schooling of grown-ups is drawn from which list.
_EDUCATIONS = (
    (40, (Education.JUNIOR, Education.JUNIOR, Education.SENIOR, Education.COLLEGE)),
    (60, (Education.PRIMARY, Education.JUNIOR, Education.JUNIOR)),
    (200, (Education.ILLITERATE, Education.PRIMARY, Education.PRIMARY)),
)
_ETHNICITIES = ("01",) * 28 + ("03", "26")
_EMPLOYERS = ("劳务公司", "建筑工地", "农民专业合作社", "餐饮店", "物流站点", "帮扶车间")
_PLACES = (WorkPlace.COUNTY, WorkPlace.COUNTY, WorkPlace.PROVINCE, WorkPlace.COUNTRY)
_OFTEN_ILL, _SKILLED, _WORKING, _EMPLOYEE, _TRADE, _PARTY = 0.3, 0.12, 0.7, 0.12, 0.4, 0.04


@dataclass(frozen=True, slots=True)
class Nature:
    """What is drawn once of a member: all that its conditions say on any day follows from this."""

    is_often_ill: bool
    is_skilled: bool
    works: bool
    is_employee: bool
    learns_a_trade: bool
    education: Education
    place: WorkPlace
    employer: str
    months: int
    wage: Decimal


def with_conditions(planned: PlannedHousehold, *, as_of: date, rng: Random) -> PlannedHousehold:
    """The household with what the national form asks of each member, from its report to the day of the source."""
    ethnicity = rng.choice(_ETHNICITIES)
    members = tuple(_described(member, ethnicity, planned.reported_on, rng) for member in planned.members)
    conditions = tuple(
        tuple(_conditions(planned, index, _nature(planned, index, as_of, rng), as_of)) for index in range(len(members))
    )
    return replace(planned, members=members, conditions=conditions)


def _described(member: PlannedMember, ethnicity: str, on: date, rng: Random) -> PlannedMember:
    is_of_party = rng.random() < _PARTY and age_on(member.birth_date, on) >= _GROWN
    status = PoliticalStatus.MEMBER if is_of_party else PoliticalStatus.MASSES
    return replace(member, ethnicity=ethnicity, political_status=status)


def _nature(planned: PlannedHousehold, index: int, as_of: date, rng: Random) -> Nature:
    member, age = planned.members[index], age_on(planned.members[index].birth_date, as_of)
    trained = any(each.member == index and each.item.zh.startswith("雨露") for each in planned.measures)
    is_first = index == next((at for at, each in enumerate(planned.members) if each.is_able_to_work), None)
    works = member.is_able_to_work and (is_first or rng.random() < _WORKING)
    return Nature(
        is_often_ill=age > _ELDERLY and rng.random() < _OFTEN_ILL,
        is_skilled=rng.random() < _SKILLED,
        works=works,
        is_employee=works and rng.random() < _EMPLOYEE,
        learns_a_trade=trained or rng.random() < _TRADE,
        education=rng.choice(next(list_ for until, list_ in _EDUCATIONS if age < until)),
        place=rng.choice(_PLACES),
        employer=rng.choice(_EMPLOYERS),
        months=rng.randint(4, 11),
        wage=Decimal(rng.randrange(2200, 5600, 100)),
    )


def _conditions(planned: PlannedHousehold, index: int, nature: Nature, as_of: date) -> Iterator[PlannedCondition]:
    """One for the day of the report and one for each day on which something changed since."""
    before: Condition | None = None
    for day in _days(planned, index, as_of):
        told = _condition(planned, index, nature, day)
        if told != before:
            yield PlannedCondition(day, told)
        before = told


def _days(planned: PlannedHousehold, index: int, as_of: date) -> list[date]:
    first = planned.reported_on
    landed = [each.landed_on for each in _landed(planned, index, as_of)]
    years = [date(year, *_SCHOOL_YEAR) for year in range(first.year, as_of.year + 1)]
    return [first, *sorted({day for day in (*landed, *years) if first < day <= as_of})]


def _landed(planned: PlannedHousehold, index: int, by: date) -> list[PlannedMeasure]:
    """The help that reached the member by that day: what is for the whole household reaches everyone."""
    return [each for each in planned.measures if each.landed_on <= by and each.member in {index, None}]


def _condition(planned: PlannedHousehold, index: int, nature: Nature, day: date) -> Condition:
    member, age = planned.members[index], age_on(planned.members[index].birth_date, day)
    landed = _landed(planned, index, day)
    mine = {each.category for each in landed if each.member == index}
    schooling = _schooling(member, age, nature)
    member = _lacking(planned, member)
    health = _health(member, age, nature)
    labour = _labour(planned, member, age, schooling, nature)
    is_grown = schooling is None
    is_able = labour in ABLE_IN_PART
    works = is_able and (Category.EMPLOYMENT in mine or (nature.works and labour is not Labour.WEAK))
    holds_post = Category.PUBLIC_POST in mine
    has_employee = works and nature.is_employee
    gets_allowance = any(each.item == ALLOWANCE for each in landed)
    return Condition(
        health=health,
        education=nature.education if is_grown else None,
        schooling=schooling,
        labour=labour,
        disability_category=member.disability_category,
        disability_level=member.disability_level,
        has_resident_insurance=not has_employee,
        has_employee_insurance=has_employee,
        has_resident_pension=is_grown and not has_employee,
        has_employee_pension=has_employee,
        dibao=Allowance.RURAL if gets_allowance else Allowance.NONE,
        tekun=Allowance.NONE,
        work_place=nature.place if works else WorkPlace.NONE,
        work_months=nature.months if works else 0,
        employer=nature.employer if works else "",
        monthly_wage=nature.wage if works else None,
        public_post=PublicPost.VILLAGE if holds_post else PublicPost.NONE,
        post_months=12 if holds_post else 0,
        post_count=1 if holds_post else 0,
    )


def _lacking(planned: PlannedHousehold, member: PlannedMember) -> PlannedMember:
    """The member; where labour is lacking although everyone were able, nobody is fully able."""
    is_lacking = Risk.NO_LABOUR in planned.risks and all(each.is_able_to_work for each in planned.members)
    return replace(member, is_able_to_work=False) if is_lacking else member


def _schooling(member: PlannedMember, age: int, nature: Nature) -> Schooling | None:
    if age in _BY_AGE:
        return _BY_AGE[age]
    if age >= _LEAVES_SCHOOL and not member.is_at_school:
        return None
    course: Sequence[Schooling] = _VOCATIONAL if nature.learns_a_trade else _ACADEMIC
    year = age - _SECONDARY
    return course[year] if year < len(course) else Schooling.POSTGRADUATE


def _health(member: PlannedMember, age: int, nature: Nature) -> tuple[Health, ...]:
    told = []
    if member.is_seriously_ill:
        told.append(Health.SERIOUS)
    if member.disability_level is not None:
        told.append(Health.DISABLED)
    is_weak = age >= _LEAVES_SCHOOL and not (member.is_at_school or member.is_able_to_work)
    # Who is of working age and healthy can work: another reason is needed where the household lacks labour.
    if not told and (nature.is_often_ill or (is_weak and age < _ELDERLY)):
        told.append(Health.CHRONIC)
    return tuple(told) or (Health.HEALTHY,)


def _labour(
    planned: PlannedHousehold,
    member: PlannedMember,
    age: int,
    schooling: Schooling | None,
    nature: Nature,
) -> Labour:
    if age < _LEAVES_SCHOOL or schooling is not None:
        return Labour.NONE
    if member.is_able_to_work:
        return Labour.SKILLED if nature.is_skilled else Labour.ORDINARY
    if planned.has_no_labour or age > _ELDERLY or member.is_severely_disabled:
        return Labour.LOST
    return Labour.WEAK
