"""Figure, list behind it, list of households, file and API count the same households, wherever one asks."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from households.models import CaseSpan, Household
from reports import listing
from reports.figures import figures
from reports.filters import HouseholdListFilter
from reports.indicators import INDICATORS, Basis, Kind
from reports.query import Scope
from tests.cast import evening
from tests.pages import file_of

pytestmark = pytest.mark.usefixtures("lanzhou")

CITY = "6201"
FIRST, LAST = date(2020, 6, 1), date(2022, 9, 5)
COUNTS = sorted(
    code for code, each in INDICATORS.items() if each.kind is Kind.COUNT and each.bases == (Basis.HOUSEHOLD,)
)
FILTERS = [
    {"status": "eliminated", "household_type": "unstable"},
    {"status": "monitored", "risk": "illness"},
    {"status": "elimination_proposed"},
    {"status": "eliminated", "measure": "education"},
    {"status": "monitored", "measure": "health", "has_no_labour": "false"},
]


@pytest.fixture(scope="module", autouse=True)
def joins_without_statistics(lanzhou: None, django_db_blocker) -> None:
    """Rows that are not committed have no statistics, without which the planner walks through them over and over."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def drawn(number: int) -> tuple[Scope, str, dict[str, str]]:
    """A scope that has cases, an indicator and filters: always the same ones for a number."""
    rng = Random(number)  # noqa: S311 (a choice of examples)
    villages = sorted(CaseSpan.objects.values_list("village_id", flat=True).distinct())
    division = rng.choice(villages)[: rng.choice((4, 6, 6, 9, 12))]
    as_of = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days + 1))
    start = as_of - timedelta(days=rng.randrange(400))
    known_at = rng.choice((None, evening(as_of + timedelta(days=rng.randrange(90)), 12)))
    return Scope(division, as_of, start, known_at), rng.choice(COUNTS), rng.choice(FILTERS)


def address_of(scope: Scope) -> dict[str, str]:
    """The scope as parameters of an address."""
    told = {
        "division": scope.division,
        "as_of": scope.as_of.isoformat(),
        "period_start": scope.period_start.isoformat(),
    }
    return told | ({"known_at": scope.known_at.isoformat()} if scope.known_at else {})


@pytest.fixture
def client(undone: None) -> Client:
    """The supervisor of the city, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username="supervisor"))
    return client


def walked(client: Client, address: str, asked: dict[str, str]) -> list[object]:
    """The households of a list, page after page as its links lead."""
    page, found = client.get(address, asked).context, []
    while True:
        found += [row.household.pk for row in page["records"]]
        if not page["next_address"]:
            return found
        page = client.get(page["next_address"]).context


@pytest.mark.parametrize("number", range(8))
def test_every_door_counts_what_the_figure_counts(client: Client, monkeypatch: pytest.MonkeyPatch, number: int):
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 200)
    scope, code, _filters = drawn(number)
    asked = address_of(scope)
    count = figures(scope, [INDICATORS[code]])[code].value
    behind = walked(client, f"/figures/{code}/", asked)
    assert len(behind) == len(set(behind)) == count
    assert sorted(walked(client, "/households/", asked | {"indicator": code})) == sorted(behind)
    for listed in ("cases", "households"):
        assert len(file_of(client, listed, asked | {"indicator": code})) == 1 + count
    served = client.get("/api/v1/cases", asked | {"indicator": code, "count": "true"}).json()
    assert served["count"] == count


@pytest.mark.parametrize("number", range(100, 105))
def test_a_filter_means_the_same_for_households_cases_files_and_the_api(client: Client, number: int):
    scope, _code, filters = drawn(number)
    asked = address_of(scope) | filters
    narrowed = HouseholdListFilter(filters, scope=scope)
    assert narrowed.is_valid()
    count = narrowed.qs.count()
    assert client.get("/api/v1/cases", asked | {"count": "true"}).json()["count"] == count
    for name in ("households", "cases"):
        page = client.get(f"/{name}/", asked | {"count": "true"})
        assert page.context["total"].replace(",", "") == str(count)
        assert len(file_of(client, name, asked)) == 1 + count


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.CLIENT])
def test_whoever_is_posted_to_a_county_reads_its_households_and_no_other(client: Client, role: Role):
    county = "620123"
    user = User.objects.create(username=f"agree.{role}")
    user.postings.create(role=role.value, division_id=county, starts_on=date(2020, 1, 1))
    own = Client()
    own.force_login(user)
    asked = {"as_of": "2022-09-05", "period_start": "2022-01-01", "count": "true"}
    page = own.get("/households/", asked)
    assert page.context["total"] == client.get("/households/", asked | {"division": county}).context["total"]
    assert page.context["total"] == str(Household.objects.under(county).registered_by(LAST).count())
    assert {row.household.village_id[:6] for row in page.context["records"]} == {county}
    assert own.get("/households/", asked | {"division": "620121"}).status_code == 404
