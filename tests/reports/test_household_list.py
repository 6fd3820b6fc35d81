"""Which households the list holds, and what narrows it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistance.rules.categories import Category
from households.models import Household, MonitoringLine
from households.operations import surveys
from households.operations.surveys import Income
from households.rules.codes import Risk
from households.rules.incomes import IncomeItems
from households.workflow import Status
from reports.filters import HouseholdListFilter
from reports.household_list import case_shown, is_document_number, with_document
from reports.query import Scope
from tests.cast import CITY, COUNTY, FAR_VILLAGE, LI, NEXT_VILLAGE, PROVINCE, VILLAGE, World, evening, numbers

MARCH, APRIL, JULY, SEPTEMBER = date(2021, 3, 1), date(2022, 4, 1), date(2022, 7, 1), date(2022, 9, 5)
CITY_SCOPE = Scope(CITY, SEPTEMBER, date(2022, 1, 1))


def listed(scope: Scope = CITY_SCOPE, **asked: str) -> set[object]:
    """The keys of the households in the list."""
    filters = HouseholdListFilter(asked, scope=scope)
    assert filters.is_valid(), filters.errors
    return set(filters.qs.values_list("pk", flat=True))


def survey(world: World, household: Household, on: date, wage: str, *, size: int = 3) -> None:
    """A survey of that day with wages alone, in yuan for the whole household."""
    none = Decimal(0)
    items = IncomeItems(Decimal(wage), none, none, none, none, none, none)
    surveys.record_income(
        income=Income(household, "yearly", on, on - timedelta(days=364), on, size, items, world[LI], evening(on))
    )


def test_every_household_registered_by_the_day_counts_with_a_case_or_without(world: World):
    alone = world.household(APRIL)
    monitored = world.monitored(APRIL).household
    world.household(date(2022, 9, 6))
    assert listed() == {alone.pk, monitored.pk}
    assert listed(status="none") == {alone.pk}
    assert listed(Scope(CITY, date(2022, 3, 31), date(2022, 1, 1))) == set()
    assert listed(Scope(FAR_VILLAGE, SEPTEMBER, date(2022, 1, 1))) == set()


def test_a_household_removed_in_error_is_listed_only_as_known_before(world: World):
    household = world.monitored(APRIL).household
    world.remove(household, evening(JULY))
    assert listed() == set()
    assert listed(Scope(CITY, date(2022, 6, 1), date(2022, 1, 1), evening(JULY, 17))) == {household.pk}
    assert listed(Scope(CITY, date(2022, 6, 1), date(2022, 1, 1), evening(JULY))) == set()


def test_filters_that_speak_of_a_case_speak_of_one_and_the_same(world: World):
    case = world.eliminated(MARCH, APRIL)
    again = world.report(case.household, JULY, risks=[Risk.ACCIDENT])
    assert listed(status="eliminated") == {case.household_id}
    assert listed(status="reported", risk="accident") == {case.household_id}
    assert listed(status="eliminated", risk="accident") == set()
    filters = HouseholdListFilter({"status": "reported"}, scope=CITY_SCOPE)
    assert filters.is_valid()
    shown = case_shown(CITY_SCOPE, [case.household_id], filters.case_wanted)
    assert shown[case.household_id].case_id == again.pk
    filters = HouseholdListFilter({}, scope=CITY_SCOPE)
    assert filters.is_valid()
    assert case_shown(CITY_SCOPE, [case.household_id], filters.case_wanted)[case.household_id].case_id == case.pk


def test_a_measure_counts_from_the_day_on_which_it_landed_and_schooling_as_education(world: World):
    case = world.monitored(APRIL)
    world.help(case, Category.COMPULSORY_EDUCATION, JULY)
    world.help(case, Category.WATER, None)
    assert listed(measure="education") == listed(measure="compulsory_education") == {case.household_id}
    assert listed(measure="water") == set()
    assert listed(Scope(CITY, date(2022, 6, 30), date(2022, 1, 1)), measure="education") == set()


def test_a_search_reads_names_of_members_and_places_codes_and_the_national_number(world: World):
    near, far = world.household(APRIL), world.household(APRIL, village=FAR_VILLAGE)
    Household.objects.filter(pk=far.pk).update(national_number="6200000012345")
    everyone = {near.pk, far.pk}
    assert listed(q="张") == everyone
    assert listed(q="李") == set()
    assert listed(q="高坪") == {near.pk}
    assert listed(q="石洞镇") == {far.pk}
    assert listed(q="永登县") == {near.pk}
    assert listed(q=VILLAGE) == listed(q=COUNTY) == {near.pk}
    assert listed(q=" 6200000012345 ") == {far.pk}
    assert listed(q="620000001234") == set()
    assert listed(q=NEXT_VILLAGE) == set()


def test_a_person_who_left_is_no_longer_found_by_the_number(world: World):
    household = world.household(APRIL, persons=1)
    number = next(numbers())
    rows = Household.objects.all()
    assert with_document(rows, CITY_SCOPE, f" {number} ").get() == household
    assert with_document(rows, CITY_SCOPE, f"{number}32").get() == household  # as the disability certificate writes it
    household.memberships.update(left_on=JULY, left_how="other")
    assert not with_document(rows, CITY_SCOPE, number).exists()
    assert with_document(rows, Scope(CITY, date(2022, 6, 30), date(2022, 1, 1)), number).exists()


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("629999198001010017", True),
        (" 62999919800101001x ", True),
        ("62999919800101001743", True),
        ("6299991980010100174300", True),
        ("620121100201", False),
        ("62999919800101001", False),
        ("张三", False),
    ],
)
def test_a_document_number_is_known_by_its_form(text: str, is_number: bool):
    assert is_document_number(text) is is_number


def test_income_is_the_latest_survey_against_the_line_of_the_day(world: World):
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=date(2022, 1, 1), amount=Decimal(6500), source="x")
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=date(2023, 1, 1), amount=Decimal(7200), source="x")
    poor, rich, at_the_line, unasked = (world.household(MARCH) for _number in range(4))
    survey(world, poor, APRIL, "30000")
    survey(world, poor, JULY, "19499.98")
    survey(world, rich, APRIL, "15000")
    survey(world, rich, JULY, "21000")
    survey(world, at_the_line, JULY, "19500")
    assert listed(income="below") == {poor.pk}
    assert listed(income="above") == {rich.pk, at_the_line.pk}
    assert listed(Scope(CITY, date(2022, 6, 1), date(2022, 1, 1)), income="below") == {rich.pk}
    assert listed(Scope(CITY, date(2023, 1, 1), date(2023, 1, 1)), income="below") == {
        poor.pk,
        rich.pk,
        at_the_line.pk,
    }
    assert listed(Scope(CITY, SEPTEMBER, date(2022, 1, 1), evening(APRIL)), income="above") == {poor.pk}
    assert listed(Scope(CITY, date(2021, 12, 31), date(2021, 1, 1)), income="below") == set()
    MonitoringLine.objects.create(division_id=COUNTY, valid_from=date(2022, 6, 1), amount=Decimal(9000), source="x")
    assert listed(income="below") == {poor.pk, rich.pk, at_the_line.pk}
    assert unasked.pk not in listed(income="below") | listed(income="above")


def test_a_filter_with_a_value_that_is_not_offered_is_refused():
    for name in ("status", "household_type", "risk", "measure", "income", "has_no_labour", "indicator"):
        assert not HouseholdListFilter({name: "nonsense"}, Household.objects.none(), scope=CITY_SCOPE).is_valid()


def test_one_indicator_gives_exactly_the_households_that_it_counts(world: World):
    eliminated, monitored = world.eliminated(APRIL, JULY), world.monitored(APRIL)
    world.report(world.household(APRIL), APRIL)
    assert listed(indicator="elimination.households") == {eliminated.household_id}
    assert listed(indicator="monitoring.total.households") == {eliminated.household_id, monitored.household_id}
    assert listed(status=Status.REPORTED.value, indicator="monitoring.total.households") == set()
