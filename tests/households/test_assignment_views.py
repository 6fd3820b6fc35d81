"""Who is responsible: on the household's page, one by one, for a whole list, and by the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.moments import day_of
from households.models import Assignment, Household
from households.operations import assignments
from tests.cast import CHEN, CITY, LI, SUN, VILLAGE, WANG, ZHAO, World
from tests.pages import signed_in

MARCH = date(2022, 3, 1)


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


def given(world: World, home: Household, who: str = LI, on: date = MARCH) -> Assignment:
    return assignments.assign(household=home, user=world[who], starts_on=on, by=world[ZHAO], at=timezone.now())


def held() -> dict[object, str]:
    rows = Assignment.objects.as_of(day_of(timezone.now()))
    return dict(rows.values_list("household_id", "user__username"))


def test_the_page_of_a_household_says_who_is_responsible_and_since_when(world: World, home: Household):
    given(world, home)
    text = signed_in(world[CHEN]).get(reverse("household", args=[home.pk])).content.decode()
    assert f'<strong translate="no">{LI}</strong> since 2022-03-01' in text
    assert reverse("household-assign", args=[home.pk]) not in text
    assert (
        reverse("household-assign", args=[home.pk])
        in signed_in(world[ZHAO]).get(reverse("household", args=[home.pk])).content.decode()
    )


def test_one_becomes_responsible_and_ceases_to_be(world: World, home: Household, today: date):
    client, address = signed_in(world[ZHAO]), reverse("household-assign", args=[home.pk])
    back = f"{reverse('household', args=[home.pk])}#responsible"
    answer = client.post(address, {"person": LI, "starts_on": (today - timedelta(days=9)).isoformat()})
    assert (answer.status_code, answer.url, held()) == (302, back, {home.pk: LI})
    row = Assignment.objects.get()
    answer = client.post(reverse("assigned-end", args=[row.pk]), {"ends_on": today.isoformat()})
    assert (answer.url, held()) == (back, {})


def test_a_fault_keeps_what_was_chosen(world: World, home: Household):
    answer = signed_in(world[ZHAO]).post(
        reverse("household-assign", args=[home.pk]), {"person": LI, "starts_on": "2021-01-01"}
    )
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "nobody can be responsible for it before" in text
    assert f'<option value="{LI}" selected>' in text


def test_nobody_is_offered_who_does_not_visit_households(world: World, home: Household):
    text = signed_in(world[ZHAO]).get(reverse("household-assign", args=[home.pk])).content.decode()
    assert f'value="{LI}"' in text
    assert f'value="{CHEN}"' not in text


def bulk(world: World, **sent: object):
    return signed_in(world[SUN]).post(f"{reverse('households-assign')}?division={VILLAGE}", sent)


def test_a_whole_list_is_asked_for_first_and_done_then(world: World, home: Household, today: date):
    other, sent = world.household(MARCH), {"person": WANG, "starts_on": today.isoformat(), "extent": "all"}
    given(world, other)
    asked = bulk(world, **sent)
    assert asked.status_code == 200
    text = asked.content.decode()
    assert "becomes responsible for the whole list: 2 households" in text
    assert "1 of them" in text
    assert held() == {other.pk: LI}
    done = bulk(world, **sent, confirmed="2")
    assert (done.status_code, held()) == (303, {home.pk: WANG, other.pk: WANG})


def test_only_the_ticked_ones_are_taken(world: World, home: Household, today: date):
    other, sent = world.household(MARCH), {"person": WANG, "starts_on": today.isoformat(), "extent": "ticked"}
    asked = bulk(world, **sent, household=[str(other.pk)]).content.decode()
    assert "becomes responsible for the one household that is ticked" in asked
    bulk(world, **sent, household=[str(other.pk)], confirmed="1")
    assert held() == {other.pk: WANG}


@pytest.mark.parametrize(
    ("extent", "is_ticked", "told"),
    [
        ("all", True, "1 household is ticked below, but the whole list is chosen."),
        ("ticked", False, "No household is ticked."),
        ("", True, "This field is required."),
    ],
)
def test_ticks_and_the_whole_list_are_never_taken_for_each_other(
    world: World, home: Household, today: date, extent: str, is_ticked: bool, told: str
):
    world.household(MARCH)
    sent = {"person": WANG, "starts_on": today.isoformat(), "extent": extent, "confirmed": "2"}
    answer = bulk(world, **sent, **({"household": [str(home.pk)]} if is_ticked else {}))
    assert (answer.status_code, held()) == (400, {})
    assert told in answer.content.decode()


def test_neither_the_ticks_nor_the_whole_list_is_chosen_before_somebody_chooses(world: World, home: Household):
    text = signed_in(world[SUN]).get(f"{reverse('households-assign')}?division={VILLAGE}").content.decode()
    assert '<option value="" selected>choose</option>' in text
    assert "the whole list: 1 household<" in text


def test_a_list_that_has_changed_is_not_assigned(world: World, home: Household, today: date):
    sent = {"person": WANG, "starts_on": today.isoformat(), "extent": "all"}
    answer = bulk(world, **sent, confirmed="7")
    assert (answer.status_code, held()) == (409, {})
    assert "The list has changed meanwhile." in answer.content.decode()


def test_the_api_lists_makes_and_ends_assignments(world: World, home: Household, today: date):
    client = signed_in(world[ZHAO])
    sent = {"household": str(home.pk), "user": LI, "starts_on": "2022-04-01"}
    made = client.post("/api/v1/assignments", sent, content_type="application/json").json()
    assert (made["user"], made["starts_on"], made["ends_on"]) == (LI, "2022-04-01", None)
    listed = client.get("/api/v1/assignments", {"division": CITY, "as_of": today.isoformat()}).json()["results"]
    assert [row["id"] for row in listed] == [made["id"]]
    ended = client.post(
        f"/api/v1/assignments/{made['id']}/end", {"ends_on": "2022-05-01"}, content_type="application/json"
    )
    assert ended.json()["ends_on"] == "2022-05-01"
    refused = signed_in(world[LI]).post("/api/v1/assignments", sent, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
