"""The pages of warnings: finding a clue, accepting it, dismissing it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from households.models import Clue
from households.operations import warnings
from tests.cast import CHEN, CITY, COUNTY, LI, OTHER_COUNTY, World, evening
from tests.pages import posted_to, read, signed_in

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)


def propose(world: World, homes: int = 1) -> Clue:
    for _number in range(homes):
        world.unsafe(world.household(MARCH), APRIL)
    warnings.propose(under=CITY, on=APRIL, at=evening(APRIL))
    return Clue.objects.latest("pk")


@pytest.fixture
def clue(world: World) -> Clue:
    return propose(world)


def page_of(clue: Clue) -> str:
    return reverse("warning", args=[clue.pk])


def test_the_list_shows_what_waits_and_says_why(world: World, clue: Clue):
    page = read(signed_in(world[LI]), reverse("warnings"))
    assert page.links[page_of(clue)] == "张三"
    assert "The check of 2022-04-01 found the housing unsafe." in page.rows[1]
    assert page.inline == []
    dismissed = read(signed_in(world[LI]), reverse("warnings"), {"state": "dismissed"})
    assert page_of(clue) not in dismissed.links


def test_another_county_sees_neither_the_clue_nor_its_page(world: World, clue: Clue):
    client = signed_in(posted_to(OTHER_COUNTY, Role.CASEWORKER))
    assert page_of(clue) not in read(client, reverse("warnings")).links
    assert client.get(page_of(clue)).status_code == 404
    assert client.get(f"/api/v1/warnings/{clue.pk}").status_code == 404


def test_accepting_opens_the_case(world: World, clue: Clue):
    sent = {"household_type": "unstable", "risk": "unsafe_housing", "version": clue.version}
    answer = signed_in(world[LI]).post(reverse("clue-accept", args=[clue.pk]), sent)
    clue.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, reverse("case", args=[clue.case_id]))


def test_a_fault_keeps_what_was_entered(world: World, clue: Clue):
    sent = {"household_type": "unstable", "risk": "other", "told": "屋顶漏雨", "version": clue.version}
    answer = signed_in(world[LI]).post(reverse("clue-accept", args=[clue.pk]), sent)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Say in the remark what the other risk is." in text
    assert "屋顶漏雨" in text


def test_dismissing_needs_a_reason_and_the_version_that_was_seen(world: World, clue: Clue):
    client, address = signed_in(world[LI]), reverse("clue-dismiss", args=[clue.pk])
    assert client.post(address, {"version": clue.version}).status_code == 400
    assert client.post(address, {"version": 9, "reason": "已修缮"}).status_code == 412
    assert client.post(address, {"version": clue.version, "reason": "已修缮"}).status_code == 302
    clue.refresh_from_db()
    assert (clue.state, clue.reason) == ("dismissed", "已修缮")


def test_who_may_not_report_reads_without_forms_and_is_refused(world: World, clue: Clue):
    client = signed_in(world[CHEN])
    assert reverse("clue-accept", args=[clue.pk]) not in client.get(page_of(clue)).content.decode()
    answer = client.post(reverse("clue-dismiss", args=[clue.pk]), {"version": clue.version, "reason": "误报"})
    assert answer.status_code == 403


def test_the_list_costs_the_same_for_many(world: World, clue: Clue):
    client = signed_in(world[LI])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("warnings"))
        return len(queries)

    few = asked()
    propose(world, homes=3)
    assert asked() == few <= 12


def test_the_api_lists_accepts_and_dismisses(world: World, clue: Clue):
    other = propose(world)
    client = signed_in(world[LI])
    listed = client.get("/api/v1/warnings", {"division": COUNTY, "state": "open"}).json()["results"]
    assert {row["id"] for row in listed} == {str(clue.pk), str(other.pk)}
    sent = {"household_type": "unstable", "risk": "unsafe_housing", "version": 1}
    accepted = client.post(f"/api/v1/warnings/{clue.pk}/accept", sent, content_type="application/json").json()
    assert (accepted["state"], accepted["decided_by"], accepted["case"] is not None) == ("accepted", LI, True)
    sent = {"reason": "已修缮", "version": 1}
    address = f"/api/v1/warnings/{other.pk}/dismiss"
    assert client.post(address, sent, content_type="application/json").json()["state"] == "dismissed"
    again = client.post(address, sent | {"version": 2}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
