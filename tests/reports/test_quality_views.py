"""The page of data quality: counts, list, file and API say the same, narrowed by the address, in few queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from assistance.operations import quality
from assistance.rules.categories import Category
from households.models import Finding
from tests.cast import CITY, COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, World, evening
from tests.pages import file_of

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))
FINE, INVALID = 200, 400


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world[LI])
    return client


def check(on: date = MAY) -> None:
    quality.check(under="", on=on, at=evening(on))


def rules_of(page) -> dict[str, str]:
    return {each.name: each.number for each in page.context["rules"]}


def test_findings_are_counted_by_rule_and_place_and_listed_with_the_way_to_the_record(world, client):
    case = world.monitored(MARCH)
    world.monitored(MARCH, village=FAR_VILLAGE)
    check()
    page = client.get("/quality/", {"division": CITY}, headers={"accept-language": "en"})
    # The cast gives every household the same telephone.
    each_rule = {"illness unanswered": "2", "no measure yet": "2", "one telephone for several households": "2"}
    assert rules_of(page) == each_rule
    assert {each.name: each.number for each in page.context["places"]} == {"永登县": "3", "皋兰县": "3"}
    assert page.context["total"] == "6"
    told = page.content.decode()
    assert f"/households/{case.household_id}/" in told
    assert "No measure has landed within the time allowed after identification. Give help now." in told


def test_the_address_narrows_by_rule_severity_and_place(world, client):
    world.monitored(MARCH)
    check()
    for asked, found in [
        ({"rule": "no_measure"}, "1"), ({"severity": "block"}, "0"), ({"division": OTHER_COUNTY}, "0"),
        ({"division": COUNTY}, "2"),
    ]:  # fmt: skip
        page = client.get("/quality/", {"division": CITY, **asked})
        assert (page.status_code, page.context["total"]) == (FINE, found)


@pytest.mark.parametrize("asked", [{"rule": "nonsense"}, {"severity": "off"}, {"colour": "red"}])
def test_what_is_not_offered_is_refused(client, asked):
    assert client.get("/quality/", {"division": CITY, **asked}).status_code == INVALID


def test_a_mended_finding_leaves_the_page(world, client):
    case = world.monitored(MARCH)
    check()
    world.help(case, Category.HEALTH, MAY)
    check(JUNE)
    page = client.get("/quality/", {"division": CITY}, headers={"accept-language": "en"})
    assert page.context["total"] == "0"
    assert "The rules find nothing here." in page.content.decode()


def test_the_page_tells_what_stood_at_the_moment_that_is_asked_for(world, client):
    case = world.monitored(MARCH)
    check()
    world.help(case, Category.HEALTH, MAY)
    check(JUNE)

    def rules(moment: str) -> set[str]:
        asked = {"division": CITY, "known_at": f"{moment}T23:00:00+08:00"}
        page = client.get("/quality/", asked, headers={"accept-language": "en"})
        _headings, *file = file_of(client, "findings", {**asked, "is_standing": "true"})
        assert page.status_code == FINE
        assert len(file) == int(page.context["total"])
        return set(rules_of(page))

    assert rules("2022-04-30") == set()
    assert rules("2022-05-01") == {"illness unanswered", "no measure yet"}
    assert rules("2022-06-01") == set()


def test_page_file_and_api_give_the_same_findings(world, client):
    for _ in range(3):
        world.monitored(MARCH)
    check()
    page = client.get("/quality/", {"division": CITY, "rule": "no_measure"})
    headings, *file = file_of(client, "findings", {"division": CITY, "rule": "no_measure", "is_standing": "true"})
    rows = client.get("/api/v1/findings", {"division": CITY, "rule": "no_measure", "is_standing": "true"}).json()
    assert page.context["total"] == "3"
    assert len(file) == len(rows["results"]) == 3
    assert {row[headings.index("户主姓名")] for row in file} == {"张三"}
    assert "识别后逾期仍无落实的帮扶措施" in rows["results"][0]["sentence"]
    told = AuditEvent.objects.get(action="export").changes
    assert (told["list"], told["rows"], told["parameters"]["rule"]) == ("findings", 3, "no_measure")


def test_a_long_list_is_turned_page_by_page_without_loss(world, client, monkeypatch):
    monkeypatch.setattr("reports.listing.ROWS_A_PAGE", 4)
    for _ in range(2):
        world.monitored(MARCH)
    check()
    first = client.get("/quality/", {"division": CITY})
    second = client.get(first.context["next_address"])
    assert [len(page.context["findings"]) for page in (first, second)] == [4, 2]
    assert second.context["next_address"] == ""


def test_ten_times_the_findings_cost_as_many_queries(world, client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/quality/", {"division": CITY}).status_code == FINE
        return len(queries)

    world.monitored(MARCH)
    check()
    cost()
    few = cost()
    for _ in range(10):
        world.monitored(MARCH)
    check()
    assert Finding.objects.standing().count() == 33
    assert cost() == few <= 16


def test_the_filters_remember_the_moment_as_known_at(client):
    answer = client.get("/quality/", {"known_at": "2022-12-31T00:00:00+08:00"})
    assert '<input type="hidden" name="known_at" value="2022-12-31T00:00:00+08:00">' in answer.content.decode()


def test_findings_are_told_as_they_stood_at_a_moment(world, client):
    case = world.monitored(MARCH)
    check()
    world.help(case, Category.HEALTH, MAY)
    check(JUNE)

    def told(moment: str, **asked: str) -> dict[str, bool]:
        found = client.get("/api/v1/findings", {"division": CITY, "known_at": f"{moment}T23:00:00+08:00", **asked})
        return {row["rule"]: row["closed_at"] is None for row in found.json()["results"]}

    found = {"no_measure": True, "illness_unanswered": True}
    assert told("2022-04-30") == {}
    assert told("2022-05-01") == told("2022-05-01", is_standing="true") == found
    assert told("2022-05-01", is_standing="false") == {}
    assert told("2022-06-01") == dict.fromkeys(found, False)
    assert told("2022-06-01", is_standing="true") == {}
