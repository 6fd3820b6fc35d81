"""Natural changes through the API: the same operations as on the pages, with the same refusals."""

from __future__ import annotations

from datetime import date

import pytest

from households.models import Household, HouseholdLink
from tests.cast import LI, NEXT_VILLAGE, STRANGER, ZHAO
from tests.pages import signed_in

MARCH = date(2022, 3, 1)


@pytest.fixture
def home(world) -> Household:
    return world.monitored(MARCH, persons=3).household


def send(world, household: Household, change: str, who: str = ZHAO, **told: object):
    household.refresh_from_db()
    given = {"change": change, "household": str(household.pk), "on": "2022-05-01"}
    wish = {**given, "expected_version": household.version, **told}
    return signed_in(world[who]).post("/api/v1/household-changes", wish, content_type="application/json")


def another(household: Household) -> str:
    return str(household.memberships.filter(relationship="other", left_on__isnull=True).first().member_id)


def test_people_join_leave_and_change_by_key(world, home):
    born = {"name": "张小宝", "sex": "male", "relationship": "son", "how": "birth", "birth_date": "2022-05-01"}
    answer = send(world, home, "join", LI, **born)
    assert (answer.status_code, answer.json()["version"]) == (201, home.version + 1)
    assert send(world, home, "leave", LI, member=another(home), how="married_out").status_code == 201
    heir = another(home)
    head = str(home.memberships.get(relationship="head").member_id)
    assert send(world, home, "head", LI, member=heir, relationships={head: "mother"}).status_code == 201
    assert send(world, home, "relate", LI, member=head, relationship="father", on="2022-06-01").status_code == 201
    other = world.household(MARCH, persons=1)
    told = {"member": head, "relationship": "father", "how": "transferred", "on": "2022-07-01"}
    assert send(world, other, "transfer", LI, **told).status_code == 201
    assert other.memberships.filter(left_on__isnull=True).count() == 2


def test_a_household_splits_moves_merges_and_is_restored(world, home):
    made = send(world, home, "split", relationships={another(home): "head"}, village=NEXT_VILLAGE).json()
    part = Household.objects.get(pk=made["household"])
    assert send(world, home, "move", village=NEXT_VILLAGE, on="2022-06-01").status_code == 201
    home.refresh_from_db()
    merged = send(world, part, "merge", into=str(home.pk), into_version=home.version, on="2022-06-02")
    assert merged.status_code == 201
    link = merged.json()["link"]
    assert send(world, home, "unmerge", link=link, reason="误并", on="2022-06-03").status_code == 201
    assert HouseholdLink.objects.get(pk=link).undone_on == date(2022, 6, 3)
    assert send(world, part, "end", how="moved_away", reason="全家迁走", on="2022-07-01").status_code == 201


@pytest.mark.parametrize(
    ("change", "told", "status"),
    [
        ("move", {}, 400),
        ("leave", {"member": "00000000-0000-0000-0000-000000000000", "how": "death"}, 404),
        ("end", {"how": "birth", "reason": "误"}, 400),
        ("split", {"relationships": {"nobody": "head"}, "village": NEXT_VILLAGE}, 400),
        ("end", {"how": "extinct", "reason": "误", "expected_version": 99}, 412),
        ("end", {"how": "extinct", "reason": "误", "expected_version": None}, 428),
        ("magic", {}, 400),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(world, home, change, told, status):
    assert send(world, home, change, **told).status_code == status
    assert Household.objects.get(pk=home.pk).version == home.version


def test_who_may_not_is_refused_and_who_sees_nothing_finds_nothing(world, home):
    told = {"how": "extinct", "reason": "误"}
    assert send(world, home, "end", LI, **told).status_code == 403
    assert send(world, home, "end", STRANGER, **told).status_code == 404
