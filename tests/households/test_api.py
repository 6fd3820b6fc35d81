"""The API of divisions and households, as a client of another bureau calls it."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from households.operations import members
from tests.cast import BUREAU, CITY, COUNTY, FAR_VILLAGE, LI, NEXT_VILLAGE, TOWNSHIP, VILLAGE, World, evening

APRIL = date(2022, 4, 1)


@pytest.fixture
def client(world: World) -> APIClient:
    """Signed in as the bureau's system, posted to the whole city."""
    client = APIClient()
    client.force_authenticate(world[BUREAU])
    return client


def codes(client: APIClient, **asked: str) -> list[str]:
    """The codes of the divisions that are listed."""
    return [row["code"] for row in client.get("/api/v1/divisions", asked).json()["results"]]


def test_divisions_are_listed_within_the_posting_and_narrowed_by_filters(client: APIClient):
    assert "62" not in codes(client)
    assert codes(client, under=TOWNSHIP) == [TOWNSHIP, VILLAGE, NEXT_VILLAGE]
    assert codes(client, parent=TOWNSHIP) == [VILLAGE, NEXT_VILLAGE]
    assert codes(client, level="village") == [VILLAGE, NEXT_VILLAGE, FAR_VILLAGE]
    assert codes(client, name="满城") == [NEXT_VILLAGE]


def test_a_division_tells_its_level_and_parent(client: APIClient):
    row = client.get(f"/api/v1/divisions/{COUNTY}").json()
    assert (row["name"], row["level"], row["parent"]) == ("永登县", "county", CITY)


def test_a_household_is_served_with_its_members_and_masked_numbers(world: World, client: APIClient):
    household = world.household(APRIL, persons=2)
    row = client.get(f"/api/v1/households/{household.pk}").json()
    assert (row["village"], row["village_name"], row["version"]) == (VILLAGE, "高坪村", 1)
    assert [member["relationship"] for member in row["members"]].count("head") == 1
    assert {member["number"][:4] + member["number"][6:14] for member in row["members"]} == {"6299********"}


def test_households_are_narrowed_by_division_and_day(world: World, client: APIClient):
    near = world.household(APRIL, village=VILLAGE)
    world.household(date(2022, 5, 1), village=FAR_VILLAGE)

    def listed(**asked: str) -> list[str]:
        return [row["id"] for row in client.get("/api/v1/households", asked).json()["results"]]

    assert listed(division=COUNTY) == [str(near.pk)]
    assert listed(as_of="2022-04-30") == [str(near.pk)]
    assert len(listed()) == 2


def test_a_removed_household_is_no_longer_served(world: World, client: APIClient):
    household = world.household(APRIL)
    world.remove(household, evening(date(2022, 4, 2)))
    assert client.get(f"/api/v1/households/{household.pk}").status_code == 404
    assert client.get("/api/v1/households").json()["results"] == []


def test_nothing_can_be_written_here(client: APIClient):
    for method in (client.post, client.put, client.patch, client.delete):
        answer = method("/api/v1/households", {})
        assert answer.status_code == 405
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_household_is_served_with_those_who_left_it(world: World, client: APIClient):
    household = world.household(APRIL, persons=2)
    left = household.memberships.get(relationship="other")
    members.leave(
        membership=left, on=date(2022, 5, 1), reason="", by=world[LI], at=evening(date(2022, 5, 1)), expected_version=1
    )
    served = client.get(f"/api/v1/households/{household.pk}").json()["members"]
    assert {(member["relationship"], member["joined_on"], member["left_on"]) for member in served} == {
        ("head", "2022-04-01", None),
        ("other", "2022-04-01", "2022-05-01"),
    }
    assert str(left.member_id) in {member["member"] for member in served}
