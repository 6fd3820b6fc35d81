"""Planned records are plausible: days in order, families that fit, incomes on the right side of the line."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from demo.rules.plan import plan_records
from households.rules.codes import HouseholdType, Relationship, Risk, Sex
from households.rules.documents import parse_document
from households.rules.incomes import IncomeItems
from tests.demo.rules.sources import VILLAGES, source_of

LINE = Decimal(7200)
MALE = {
    Relationship.SON,
    Relationship.FATHER,
    Relationship.GRANDSON,
    Relationship.NEPHEW,
}
FEMALE = {
    Relationship.DAUGHTER,
    Relationship.MOTHER,
    Relationship.GRANDDAUGHTER,
    Relationship.NIECE,
    Relationship.DAUGHTER_IN_LAW,
}
FIGURES = (
    ("monitoring.total.households", 400),
    ("monitoring.total.persons", 1500),
    ("monitoring.new.households", 60),
    ("monitoring.no_labour.households", 40),
    ("elimination.households", 250),
    ("elimination.new.households", 90),
    ("elimination.natural.households", 30),
    ("risks.schooling.households", 70),
    ("measures.education.households", 80),
)


# A usual period, a short one, and one from before the system began.
PERIODS = [("2022-01-01", "2022-09-05"), ("2024-06-01", "2024-06-30"), ("2018-01-01", "2018-03-01")]


@pytest.fixture(scope="module", params=PERIODS)
def made(request):
    period_start, as_of = request.param
    source = source_of(
        *FIGURES,
        period_start=period_start,
        as_of=as_of,
        parameters="{monitoring_line_per_person_year: 7200}",
    )
    return source, plan_records(source, villages=VILLAGES, seed=3).households


def age(member, day):
    before_birthday = (day.month, day.day) < (member.birth_date.month, member.birth_date.day)
    return day.year - member.birth_date.year - before_birthday


def test_the_days_of_a_case_are_in_order_and_never_after_the_source(made):
    source, households = made
    for household in households:
        days = [
            household.reported_on,
            household.verified_on,
            household.reviewed_on,
            household.identified_on,
            household.elimination_proposed_on,
            household.eliminated_on,
        ]
        known = [day for day in days if day is not None]
        assert known == sorted(known)
        assert known[-1] <= source.as_of
        assert household.identified_on - household.reviewed_on >= timedelta(days=5)
        assert household.identified_on - household.reported_on <= timedelta(days=20)
        assert (household.way is None) == (household.eliminated_on is None)


def test_assisted_elimination_comes_half_a_year_after_identification(made):
    _, households = made
    assisted = [household for household in households if household.way == "assisted"]
    assert len(assisted) == 220
    for household in assisted:
        assert household.eliminated_on - household.identified_on >= timedelta(days=183)


def test_cases_from_before_the_period_began_in_the_two_years_before(made):
    source, households = made
    earlier = [household for household in households if household.identified_on < source.period_start]
    assert len(earlier) == 340
    assert min(household.identified_on for household in earlier) >= source.period_start - timedelta(days=730)
    if source.period_start == date(2022, 1, 1):
        assert min(household.reported_on for household in earlier) >= date(2020, 1, 1)


def test_a_measure_landed_within_a_month_and_before_the_risk_was_eliminated(made):
    source, households = made
    for household in households:
        landed = [measure.landed_on for measure in household.measures]
        assert len(landed) >= 3
        assert household.reported_on <= min(landed) <= household.identified_on + timedelta(days=30)
        assert max(landed) <= (household.eliminated_on or source.as_of)
        for measure in household.measures:
            assert measure.member is None or 0 <= measure.member < len(household.members)
            assert measure.amount is None or measure.amount > 0


def test_each_household_has_one_head_and_at_most_one_spouse_of_the_other_sex(made):
    _, households = made
    for household in households:
        head, *others = household.members
        assert head.relationship is Relationship.HEAD
        assert all(member.relationship is not Relationship.HEAD for member in others)
        spouses = [member for member in others if member.relationship is Relationship.SPOUSE]
        assert len(spouses) <= 1
        assert all(spouse.sex is not head.sex for spouse in spouses)
        for member in others:
            assert member.relationship not in MALE or member.sex is Sex.MALE
            assert member.relationship not in FEMALE or member.sex is Sex.FEMALE


def test_generations_are_a_generation_apart(made):
    source, households = made
    for household in households:
        head = household.members[0]
        student_alone = len(household.members) == 1 and head.is_at_school
        assert (18 if student_alone else 28) <= age(head, source.as_of) <= 75
        for member in household.members:
            older = (member.birth_date - head.birth_date).days / 365.25
            if member.relationship in (Relationship.SON, Relationship.DAUGHTER):
                assert 19.9 <= older <= 50.1
            elif member.relationship in (Relationship.FATHER, Relationship.MOTHER):
                assert -40.1 <= older <= -19.9
            elif member.relationship in (Relationship.GRANDSON, Relationship.GRANDDAUGHTER):
                assert older >= 39
            assert member.birth_date <= household.reported_on
            assert age(member, source.as_of) <= 99


def test_siblings_are_born_apart(made):
    _, households = made
    for household in households:
        children = sorted(
            member.birth_date
            for member in household.members
            if member.relationship in (Relationship.SON, Relationship.DAUGHTER)
        )
        assert all(younger - older >= timedelta(days=290) for older, younger in pairwise(children))


def test_a_household_without_labour_has_only_elderly_children_and_severely_disabled(made):
    source, households = made
    without = [household for household in households if household.has_no_labour]
    assert len(without) == 40
    for household in without:
        for member in household.members:
            assert not member.is_able_to_work
            is_elderly, is_child = age(member, household.reported_on) >= 65, age(member, source.as_of) < 16
            assert is_elderly or is_child or member.is_severely_disabled


def test_every_other_household_has_somebody_who_can_work(made):
    source, households = made
    for household in households:
        workers = [member for member in household.members if member.is_able_to_work]
        assert bool(workers) != household.has_no_labour or household.members[0].is_at_school
        assert all(16 <= age(member, source.as_of) < 65 for member in workers)


def test_risks_have_their_reason_among_the_members(made):
    _, households = made
    for household in households:
        assert 1 <= len(household.risks) == len(set(household.risks)) <= 5
        assert (Risk.OTHER in household.risks) == bool(household.risk_remark)
        assert (Risk.NATURAL_DISASTER in household.risks) == (household.disaster is not None)
        if Risk.SCHOOLING in household.risks:
            assert any(member.is_at_school for member in household.members)
        if Risk.DISABILITY in household.risks:
            assert any(member.disability_level for member in household.members)
        if Risk.ILLNESS in household.risks:
            assert any(member.is_seriously_ill for member in household.members)


def test_identity_numbers_are_valid_unique_and_of_no_real_area(made):
    source, households = made
    members = [member for household in households for member in household.members]
    assert len({member.document_number for member in members}) == len(members) == 1500
    for member in members:
        read = parse_document(member.document_number, on=source.as_of)
        assert member.document_number.startswith("629900")
        assert (read.birth_date, read.sex) == (member.birth_date, member.sex)
        assert 2 <= len(member.name) <= 3


def test_formerly_poor_follows_the_type(made):
    _, households = made
    assert {each.household_type for each in households} == set(HouseholdType)
    for household in households:
        assert household.is_former_poor or household.household_type is not HouseholdType.UNSTABLE
        assert not household.is_former_poor or household.household_type is not HouseholdType.MARGINAL


def amounts(survey, size):
    items = IncomeItems(
        survey.wage,
        survey.business,
        survey.property,
        survey.transfer,
        survey.business_expense,
        survey.claims,
        survey.self_paid,
    )
    assert min(items.wage, items.business, items.property, items.transfer, items.business_expense) >= 0
    assert min(items.claims, items.self_paid) >= 0
    return items.per_capita(size), items.reference_per_capita(size)


def test_incomes_are_below_the_line_at_identification_and_above_it_at_elimination(made):
    _, households = made
    some_sudden_above = False
    for household in households:
        first, *later = household.surveys
        net, reference = amounts(first, len(household.members))
        assert reference < LINE
        if household.household_type is HouseholdType.SUDDEN:
            some_sudden_above |= net > LINE
        else:
            assert net < LINE
        assert len(later) == (household.elimination_proposed_on is not None)
        for survey in later:
            assert min(amounts(survey, len(household.members))) > LINE
            assert survey.period_to > first.period_to
        assert first.period_to < household.reported_on
        assert all(364 <= (survey.period_to - survey.period_from).days <= 366 for survey in household.surveys)
    assert some_sudden_above


# Of DOMAIN §3.3, by hand: the categories that answer a risk.
TAKEN = {
    Risk.ILLNESS: {"health", "social"},
    Risk.SCHOOLING: {"education", "compulsory_education", "social"},
    Risk.DISABILITY: {"social_security", "social"},
    Risk.UNSAFE_HOUSING: {"housing", "relocation"},
    Risk.UNSAFE_WATER: {"water"},
}


def test_a_measure_names_the_risk_of_its_household_that_it_answers(made):
    _, households = made
    pairs = [(household, measure) for household in households for measure in household.measures]
    assert {measure.risk for _household, measure in pairs} >= {None, *TAKEN}
    for household, measure in pairs:
        fits = {risk for risk, taken in TAKEN.items() if risk in household.risks and measure.category in taken}
        if measure.risk is None:
            assert not fits
        else:
            assert measure.risk in household.risks
            assert measure.risk not in TAKEN or measure.category in TAKEN[measure.risk]


def test_measures_spread_over_the_risks_that_they_can_answer(made):
    _, households = made
    for household in households:
        for risk, taken in TAKEN.items():
            able = [measure for measure in household.measures if measure.category in taken]
            if risk in household.risks and len(able) >= len(household.risks):
                assert risk in {measure.risk for measure in able}


def test_each_measure_has_a_responsible_unit_and_landed_before_it_was_due(made):
    _, households = made
    for household in households:
        for measure in household.measures:
            assert measure.responsible_unit
            assert measure.due_on >= measure.landed_on
