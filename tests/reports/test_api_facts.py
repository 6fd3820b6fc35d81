"""Whatever a page's list shows of a household or a case an API client can ask for, and reads the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from assistance.rules.categories import Category
from exchange.rules.page_state import ORDERS
from households.models import Household, MonitoringLine
from households.operations import surveys
from households.operations.surveys import Income
from households.rules.incomes import IncomeItems
from reports import household_views, list_rows
from reports.api import CaseViewSet, HouseholdViewSet
from reports.case_list import ORDERS as ORDERS_OF_CASES
from reports.facts import OF_CASES, OF_HOUSEHOLDS
from tests.cast import FAR_VILLAGE, LI, NEXT_VILLAGE, PROVINCE, SUN, World, evening
from tests.pages import signed_in

APRIL, MAY, JULY = date(2022, 4, 1), date(2022, 5, 2), date(2022, 7, 1)
SCOPE = {"as_of": "2022-07-31", "period_start": "2022-01-01"}
# What the page calls the columns in which each field of the API's rows is read.
OWN_COLUMNS = {
    "number": "national_number",
    "former_poor": "is_former_poor",
    "registered": "registered_on",
    "code": "village",
}


@pytest.fixture
def told(world: World) -> World:
    """Five households: in the register, eliminated, reported twice over, without a case, and one with little income."""
    poor = world.monitored(APRIL, persons=4)
    earning(world, poor.household, MAY, "5200.10")
    world.help(poor, Category.HEALTH, MAY)
    world.help(poor, Category.HEALTH, JULY)
    world.monitored(MAY, village=NEXT_VILLAGE, persons=1)
    gone = world.eliminated(APRIL, JULY, village=FAR_VILLAGE, persons=2)
    earning(world, gone.household, JULY, "26000.00")
    world.household(APRIL, persons=5)
    world.report(world.household(MAY, village=NEXT_VILLAGE), MAY)
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=date(2022, 1, 1), amount=Decimal(6500), source="x")
    return world


def earning(world: World, household: Household, on: date, wage: str) -> None:
    """The household earned that much in wages for its members together, as surveyed on that day."""
    items = IncomeItems(Decimal(wage), *[Decimal(0)] * 6)
    size = household.memberships.count()
    income = Income(household, "yearly", on, date(2021, 1, 1), date(2021, 12, 31), size, items, world[LI], evening(on))
    surveys.record_income(income=income)


def rows_of(client: Client, kind: str, **asked: str) -> list[dict[str, Any]]:
    """The rows of a list of the API with all their fields."""
    view = {"households": HouseholdViewSet, "cases": CaseViewSet}[kind]
    names = ",".join(view.serializer_class().fields)
    rows: list[dict[str, Any]] = client.get(f"/api/v1/{kind}", SCOPE | {"fields": names} | asked).json()["results"]
    return rows


def test_the_facts_of_a_household_are_told_where_they_are_asked_for(told: World):
    client = signed_in(told[SUN])
    poor = next(row for row in rows_of(client, "households") if row["landed_measures"])
    assert {name: poor[name] for name in OF_HOUSEHOLDS} == {
        "persons": 4,
        "case": str(Household.objects.get(pk=poor["id"]).cases.get().pk),
        "status": "monitored",
        "household_type": "unstable",
        "risks": ["illness"],
        "measures": ["health", "health"],
        "has_no_labour": False,
        "identified_on": "2022-04-01",
        "eliminated_on": None,
        "elimination_way": "",
        "as_of": "2022-07-31",
        "known_at": None,
        "head": "张三",
        "reported_on": "2022-04-01",
        "landed_measures": 2,
        "net_per_capita": "1300.03",
        "surveyed_on": "2022-05-02",
        "line": "6500.00",
        "share_of_line": 20.0,
        "is_below_line": True,
    }
    without = next(row for row in rows_of(client, "households") if row["status"] is None)
    assert (without["persons"], without["case"], without["measures"], without["share_of_line"]) == (5, None, None, None)


def test_a_list_tells_its_own_columns_where_nothing_is_asked_for(told: World, django_assert_max_num_queries):
    client = signed_in(told[SUN])
    first = client.get("/api/v1/households", SCOPE).json()["results"][0]
    assert list(first) == [
        "id", "village", "village_name", "national_number", "address", "phone", "is_former_poor", "registered_on",
        "version",
    ]  # fmt: skip
    with django_assert_max_num_queries(11):
        assert len(rows_of(client, "households")) == 5


@pytest.mark.parametrize(
    "asked",
    [{}, {"status": "monitored"}, {"status": "none"}, {"income": "below"}, {"measure": "health"}, {"q": "满城"}],
)
def test_the_rows_of_the_api_say_what_the_page_says_under_the_same_filters(told: World, asked: dict[str, str]):
    client = signed_in(told[SUN])
    columns = ",".join(list_rows.OF_HOUSEHOLDS)
    page = client.get("/households/", SCOPE | asked | {"cols": columns}).context["records"]
    rows = rows_of(client, "households", **asked)
    assert [row["id"] for row in rows] == [str(each.household.pk) for each in page] != []
    for row, each in zip(rows, page, strict=True):
        span, net = each.span, each.net
        assert row["head"] == each.head
        assert row["status"] == (span.status if span else None)
        assert row["persons"] == (span.persons if span else each.members)
        assert row["measures"] == (span.landed if span else None)
        assert row["net_per_capita"] == (None if net is None else f"{net:.2f}")


def test_every_column_of_the_pages_can_be_asked_for():
    for view, offered, beside in (
        (HouseholdViewSet, list_rows.OF_HOUSEHOLDS, OF_HOUSEHOLDS),
        (CaseViewSet, list_rows.OF_CASES, OF_CASES),
    ):
        told = {fact.column for fact in beside.values()}
        fields = view.serializer_class().fields
        own = {"village", "type", "status", "persons", "risks", "identified", "eliminated", "way", "since", "no_labour"}
        for column in offered:
            name = OWN_COLUMNS.get(column, "")
            assert column in told or name in fields or column in own, column


@pytest.mark.parametrize(("page", "api"), ORDERS["households"].items())
def test_households_have_the_order_that_they_have_on_the_page(told: World, page: str, api: str):
    client = signed_in(told[SUN])
    shown = client.get("/households/", SCOPE | {"sort": page}).context["records"]
    assert [row["id"] for row in rows_of(client, "households", sort=api)] == [str(each.household.pk) for each in shown]


@pytest.mark.parametrize(("page", "api"), ORDERS["cases"].items())
def test_cases_have_the_order_that_they_have_on_the_page(told: World, page: str, api: str):
    client = signed_in(told[SUN])
    shown = client.get("/cases/", SCOPE | {"sort": page}).context["records"]
    assert [row["id"] for row in rows_of(client, "cases", sort=api)] == [str(each.span.case_id) for each in shown]


def test_every_order_of_the_pages_is_one_of_the_api():
    assert set(ORDERS["households"]) == set(household_views.ORDERS)
    assert set(ORDERS["cases"]) == set(ORDERS_OF_CASES)


def test_a_case_tells_its_household_s_facts_and_how_long_it_waits(told: World):
    client = signed_in(told[SUN])
    rows = rows_of(client, "cases")
    assert [row["waiting_days"] for row in rows if row["status"] == "reported"] == [90], "from 2 May to 31 July"
    poor = next(row for row in rows if row["is_below_line"])
    assert (poor["head"], poor["net_per_capita"], poor["landed_measures"]) == ("张三", "1300.03", 2)
    assert client.get(f"/api/v1/cases/{poor['id']}", SCOPE).json() == poor


def test_one_household_is_told_as_of_a_day_with_who_belonged_to_it_then(told: World):
    client = signed_in(told[SUN])
    home = Household.objects.get(village_id=FAR_VILLAGE)
    told.join(home, date(2022, 6, 1))
    address = f"/api/v1/households/{home.pk}"
    before = client.get(address, {"as_of": "2022-05-31"}).json()
    after = client.get(address, {"as_of": "2022-07-31"}).json()
    assert (before["as_of"], before["status"], len(before["members"])) == ("2022-05-31", "monitored", 2)
    assert (after["as_of"], after["status"], len(after["members"])) == ("2022-07-31", "eliminated", 3)
    assert after["share_of_line"] == 200.0
    known = client.get(address, {"as_of": "2022-07-31", "known_at": evening(MAY).isoformat()}).json()
    assert (known["status"], known["surveyed_on"]) == ("monitored", "2022-04-01")
    assert client.get(address, {"as_of": "2022-03-31"}).status_code == 404, "registered on 1 April"
    refused = client.get(address, {"as_of": "2999-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (400, "future")


def test_only_the_fields_asked_for_of_one_household_are_told(told: World):
    client, home = signed_in(told[SUN]), Household.objects.get(village_id=FAR_VILLAGE)
    one = client.get(f"/api/v1/households/{home.pk}", SCOPE | {"fields": "status,members"}).json()
    assert list(one) == ["status", "members"]
    with translation.override("en"):
        refused = client.get("/api/v1/households", {"fields": "id,members"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_field")
