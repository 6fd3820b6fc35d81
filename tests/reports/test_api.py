"""The API of cases, figures and reconciliations, as a client of another bureau calls it."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from assistance.rules.categories import Category
from tests.cast import BUREAU, CITY, COUNTY, FAR_VILLAGE, OTHER_COUNTY, STRANGER, World, evening

APRIL, MAY, JUNE = date(2022, 4, 1), date(2022, 5, 2), date(2022, 6, 3)


@pytest.fixture
def client(world: World) -> APIClient:
    """Signed in as the bureau's system, posted to the whole city."""
    client = APIClient()
    client.force_authenticate(world[BUREAU])
    return client


def test_a_case_is_served_as_it_stood_on_the_day_asked_for(world: World, client: APIClient):
    case = world.eliminated(APRIL, JUNE, persons=4)
    asked = {"as_of": "2022-05-02"}
    before = client.get(f"/api/v1/cases/{case.pk}", asked).json()
    after = client.get(f"/api/v1/cases/{case.pk}", {"as_of": "2022-06-03"}).json()
    assert (before["status"], before["eliminated_on"], before["persons"]) == ("monitored", None, 4)
    assert (after["status"], after["eliminated_on"]) == ("eliminated", "2022-06-03")


def test_a_case_is_served_as_it_was_known_at_the_moment_asked_for(world: World, client: APIClient):
    case = world.eliminated(APRIL, JUNE)
    asked = {"as_of": "2022-06-03", "known_at": evening(MAY).isoformat()}
    assert client.get(f"/api/v1/cases/{case.pk}", asked).json()["status"] == "monitored"


def test_the_list_of_an_indicator_counts_what_the_figure_says(world: World, client: APIClient):
    world.eliminated(APRIL, JUNE)
    world.monitored(MAY, persons=5)
    asked = {"as_of": "2022-06-30", "division": CITY}
    listed = client.get("/api/v1/cases", {**asked, "indicator": "monitoring.total.households", "count": "true"}).json()
    figure = client.get("/api/v1/indicators/monitoring.total.households", asked).json()
    assert listed["count"] == len(listed["results"]) == figure["values"][0]["value"] == 2


def test_a_rate_is_served_on_each_basis_with_its_parts(world: World, client: APIClient):
    world.eliminated(APRIL, JUNE, persons=2)
    world.monitored(MAY, persons=6)
    values = client.get("/api/v1/indicators/elimination.rate", {"as_of": "2022-06-30"}).json()["values"]
    assert values == [
        {"basis": "household", "value": 50.0, "numerator": 1, "denominator": 2},
        {"basis": "person", "value": 25.0, "numerator": 2, "denominator": 8},
    ]


def test_cases_are_narrowed_by_their_filters(world: World, client: APIClient):
    world.eliminated(APRIL, JUNE)
    monitored = world.monitored(MAY)
    world.help(monitored, Category.HEALTH, JUNE)
    rows = client.get("/api/v1/cases", {"as_of": "2022-06-30", "status": "monitored"}).json()["results"]
    assert [(row["id"], row["measures"]) for row in rows] == [(str(monitored.pk), ["health"])]


def test_pages_follow_each_other_without_gap_or_repetition(world: World, client: APIClient):
    made = {str(world.monitored(APRIL).pk) for _ in range(5)}
    address: str | None = "/api/v1/cases?page_size=2&as_of=2022-06-30"
    seen: list[str] = []
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize(
    ("address", "code", "field"),
    [
        ("/api/v1/cases?colour=red", "unknown_parameter", "colour"),
        ("/api/v1/households?colour=red", "unknown_parameter", "colour"),
        ("/api/v1/divisions/62?colour=red", "unknown_parameter", "colour"),
        ("/api/v1/reconciliations?as_of=2022-01-01", "unknown_parameter", "as_of"),
        ("/api/v1/cases?as_of=yesterday", "invalid_parameter", "as_of"),
        ("/api/v1/cases?as_of=2022-01-01&as_of=2022-02-01", "repeated_parameter", "as_of"),
        ("/api/v1/cases?count=perhaps", "invalid_parameter", "count"),
        ("/api/v1/cases?division=62'--", "invalid_parameter", "division"),
        ("/api/v1/indicators?as_of=2999-01-01", "future", "as_of"),
        ("/api/v1/cases?known_at=2999-01-01T00:00:00Z", "future", "known_at"),
        ("/api/v1/cases?as_of=1949-09-30", "invalid_parameter", "as_of"),
        ("/api/v1/cases?known_at=1949-09-30", "invalid_parameter", "known_at"),
        ("/api/v1/cases?period_start=1948-12-31", "invalid_parameter", "period_start"),
        ("/api/v1/cases?as_of=2022/09/05", "invalid_parameter", "as_of"),
        ("/api/v1/cases?as_of=2022-9-5", "invalid_parameter", "as_of"),
        ("/api/v1/households?as_of=20220905", "invalid_parameter", "as_of"),
        ("/api/v1/indicators?period_start=2022-9-5", "invalid_parameter", "period_start"),
        ("/api/v1/measures?landed_from=2022-9-5", "invalid_parameter", "landed_from"),
        ("/api/v1/members?as_of=20220905", "invalid_parameter", "as_of"),
        ("/api/v1/cases?known_at=2022-09-05T18:00:00+08:00", "invalid_parameter", "known_at"),
        ("/api/v1/cases?waiting_since=2022-02-30", "invalid_parameter", "waiting_since"),
        ("/api/v1/cases?has_no_labour=1", "invalid_parameter", "has_no_labour"),
        ("/api/v1/households?is_former_poor=yes", "invalid_parameter", "is_former_poor"),
        ("/api/v1/measures?is_landed=True", "invalid_parameter", "is_landed"),
        ("/api/v1/households?division=62012", "invalid_parameter", "division"),
        ("/api/v1/members?division=62012", "invalid_parameter", "division"),
        ("/api/v1/divisions?under=62012", "invalid_parameter", "under"),
        ("/api/v1/cases?status=", "invalid_parameter", "status"),
        ("/api/v1/households?q=%20", "invalid_parameter", "q"),
        ("/api/v1/indicators?by=", "invalid_parameter", "by"),
        ("/api/v1/households?page_size=", "invalid_parameter", "page_size"),
        ("/api/v1/cases?indicator=monitoring.total.cats", "unknown_indicator", "indicator"),
        ("/api/v1/cases?indicator=funds.arrived", "unknown_indicator", "indicator"),
        ("/api/v1/households?indicator=funds.arrived", "invalid_parameter", "indicator"),
        ("/api/v1/households?sort=colour", "invalid_parameter", "sort"),
        ("/api/v1/households?fields=id,,", "unknown_field", "fields"),
        ("/api/v1/households?cursor=WyJjb2RlIixmYWxzZSxmYWxzZSwiNjIiXQ", "invalid_cursor", "cursor"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(client: APIClient, address: str, code: str, field: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["field"], answer.json()["status"]) == (code, field, 400)


@pytest.mark.parametrize("name", ["status", "household_type", "risk"])
def test_an_unknown_value_of_a_filter_is_refused(client: APIClient, name: str):
    answer = client.get("/api/v1/cases", {name: "purple"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert name in answer.json()["detail"]


def test_a_division_out_of_reach_is_as_if_absent(world: World):
    client = _posted_to(world, COUNTY)
    far = world.monitored(APRIL, village=FAR_VILLAGE)
    for address in (
        f"/api/v1/cases?division={OTHER_COUNTY}",
        f"/api/v1/cases/{far.pk}",
        f"/api/v1/indicators?division={OTHER_COUNTY}",
        f"/api/v1/indicators?division={CITY}",
        f"/api/v1/divisions/{OTHER_COUNTY}",
        f"/api/v1/households/{far.household_id}",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get("/api/v1/households").json()["results"] == []
    assert client.get("/api/v1/cases").json()["results"] == []


def test_a_client_with_two_postings_must_name_the_division(world: World):
    client = _posted_to(world, COUNTY, OTHER_COUNTY)
    answer = client.get("/api/v1/indicators")
    assert (answer.status_code, answer.json()["code"]) == (400, "division_missing")
    assert client.get("/api/v1/indicators", {"division": OTHER_COUNTY}).status_code == 200


def test_unknown_indicators_and_sources_are_not_found(client: APIClient):
    assert client.get("/api/v1/indicators/monitoring.total.cats").status_code == 404
    assert client.get("/api/v1/reconciliations/atlantis").status_code == 404


def test_who_is_not_signed_in_is_told_so_in_problem_details():
    answer = APIClient().get("/api/v1/cases")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_password_is_enough_for_a_client_without_a_session(world: World):
    world[BUREAU].set_password("a long enough one")
    world[BUREAU].save()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic YnVyZWF1OmEgbG9uZyBlbm91Z2ggb25l")
    assert client.get("/api/v1/divisions").status_code == 200


def test_queries_of_a_list_do_not_grow_with_its_rows(world: World, client: APIClient, django_assert_max_num_queries):
    for _ in range(6):
        world.monitored(APRIL)
    with django_assert_max_num_queries(4):
        client.get("/api/v1/cases?as_of=2022-06-30&count=true")
    with django_assert_max_num_queries(3):
        client.get("/api/v1/households")
    with django_assert_max_num_queries(3):
        client.get("/api/v1/indicators?as_of=2022-06-30")
    with django_assert_max_num_queries(3):
        client.get(f"/api/v1/reconciliations/lanzhou-2022-09-05?division={CITY}")


def _posted_to(world: World, *codes: str) -> APIClient:
    user = world[STRANGER]
    for code in codes:
        user.postings.create(role="client", division_id=code, starts_on=date(2020, 1, 1))
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_source_is_read_before_its_own_period_from_the_first_of_january(client: APIClient):
    found = client.get("/api/v1/reconciliations/lanzhou-2022-09-05", {"as_of": "2021-06-30"}).json()
    assert (found["as_of"], found["period_start"]) == ("2021-06-30", "2021-01-01")


def test_a_county_holds_the_source_of_its_city_against_its_own_records_without_naming_its_division(world: World):
    world.monitored(APRIL)
    world.monitored(APRIL, village=FAR_VILLAGE)
    client, address = _posted_to(world, COUNTY), "/api/v1/reconciliations/lanzhou-2022-09-05"
    assert [each["id"] for each in client.get("/api/v1/reconciliations").json()] == ["lanzhou-2022-09-05"]
    own = client.get(address).json()
    assert (own["division"], own["as_of"]) == (COUNTY, "2022-09-05")
    assert own == client.get(address, {"division": COUNTY}).json()
    assert client.get(address, {"division": CITY}).status_code == 404


def test_a_source_about_none_of_the_reader_s_divisions_is_neither_listed_nor_told(world: World):
    client = APIClient()
    client.force_authenticate(world[STRANGER])
    assert client.get("/api/v1/reconciliations").json() == []
    assert client.get("/api/v1/reconciliations/lanzhou-2022-09-05").status_code == 404


def test_one_case_is_told_where_the_reader_is_posted_to_several_divisions(world: World):
    client, case = _posted_to(world, COUNTY, OTHER_COUNTY), world.monitored(APRIL, village=FAR_VILLAGE)
    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 200
