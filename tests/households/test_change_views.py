"""The pages on which members join and leave, and on which households split, merge, end and move."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.permissions import Role
from common.crypto import decrypt
from households.models import Household, HouseholdLink, HouseholdMove
from tests.cast import COUNTY, LI, NEXT_VILLAGE, VILLAGE, ZHAO, World
from tests.pages import posted_to, read, signed_in

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 1)


@pytest.fixture
def home(world: World) -> Household:
    return world.monitored(MARCH, persons=3).household


def send(world: World, household: Household, what: str, who: str = ZHAO, **told: str):
    household.refresh_from_db()
    given = {"on": "2022-05-01", "seen_version": str(household.version), **told}
    path = "move" if what == "move" else f"change/{what}"
    return signed_in(world[who]).post(f"/households/{household.pk}/{path}/", given)


def other_of(household: Household):
    return household.memberships.filter(relationship="other", left_on__isnull=True).order_by("id").first()


def test_a_child_is_born_and_the_page_tells_it(world, home):
    born = {"how": "birth", "name": "张小宝", "relationship": "son", "sex": "male", "birth_date": "2022-05-01"}
    answer = send(world, home, "join", LI, **born)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/households/{home.pk}/#members")
    assert home.memberships.get(member__name="张小宝").joined_how == "birth"
    page = signed_in(world[LI]).get(f"/households/{home.pk}/").content.decode()
    assert "Member joined: birth" in page


def test_a_member_leaves_for_a_reason_of_the_list(world, home):
    member = other_of(home)
    assert send(world, home, "leave", LI, member=str(member.member_id), how="death").status_code == 302
    member.refresh_from_db()
    assert (member.left_on, member.left_how) == (MAY, "death")


def test_a_known_person_is_found_by_number_and_changes_the_household(world, home):
    other = world.household(MARCH, persons=2)
    member = other_of(home).member
    number = decrypt(member.document_token)
    told = {"number": number, "how": "married_in", "relationship": "daughter_in_law"}
    assert send(world, other, "transfer", LI, **told).status_code == 302
    assert other.memberships.get(member=member).joined_how == "married_in"
    assert home.memberships.get(member=member).left_how == "transferred"


def test_the_head_and_a_relationship_are_changed(world, home):
    heir = other_of(home)
    told = {"head": str(heir.member_id), "relationship": "father"}
    assert send(world, home, "head", LI, **told).status_code == 302
    head = home.memberships.get(relationship="head", left_on__isnull=True)
    assert head.member_id == heir.member_id
    another = other_of(home)
    assert send(world, home, "relate", LI, member=str(another.member_id), relationship="sibling").status_code == 302
    assert home.memberships.get(member=another.member_id, left_on__isnull=True).relationship == "sibling"


def test_a_household_splits_merges_back_and_the_merge_is_undone(world, home):
    leaving = other_of(home)
    answer = send(world, home, "split", village=NEXT_VILLAGE, **{f"to_{leaving.member_id}": "head"})
    made = Household.objects.exclude(pk=home.pk).get()
    assert answer.headers["Location"] == f"/households/{made.pk}/#members"
    assert (made.village_id, made.memberships.get().member_id) == (NEXT_VILLAGE, leaving.member_id)
    answer = send(world, made, "merge", into=str(home.pk), on="2022-06-01")
    assert answer.headers["Location"] == f"/households/{home.pk}/#members"
    link = HouseholdLink.objects.get(kind="merge")
    links = read(signed_in(world[ZHAO]), f"/households/{home.pk}/").links
    assert {f"/households/{made.pk}/", f"/merges/{link.pk}/undo/"} <= set(links)
    home.refresh_from_db()
    told = {"on": "2022-07-01", "reason": "误并", "head": "", "seen_version": str(home.version)}
    assert signed_in(world[ZHAO]).post(f"/merges/{link.pk}/undo/", told).status_code == 302
    made.refresh_from_db()
    assert made.ended_on is None


def test_a_household_that_ended_is_read_on_and_changed_no_more(world, home):
    answer = send(world, home, "end", how="extinct", reason="整户消亡")
    assert answer.status_code == 302
    page = read(signed_in(world[ZHAO]), f"/households/{home.pk}/")
    assert not any("/change/" in address for address in page.links)
    assert signed_in(world[ZHAO]).get(f"/households/{home.pk}/change/join/").status_code == 409
    assert f"/households/{home.pk}/" not in read(signed_in(world[ZHAO]), "/households/").links
    listed = read(signed_in(world[ZHAO]), "/households/?as_of=2022-04-01").links
    assert any(address.startswith(f"/households/{home.pk}/") for address in listed)


def test_a_household_moves_and_the_lists_of_past_days_keep_it_where_it_lived(world, home):
    assert send(world, home, "move", village=NEXT_VILLAGE, address="新村").status_code == 302
    assert HouseholdMove.objects.get().to_village_id == NEXT_VILLAGE
    reader = signed_in(world[ZHAO])

    def stands(village: str, day: str) -> bool:
        links = read(reader, f"/households/?division={village}&as_of={day}").links
        return any(address.startswith(f"/households/{home.pk}/") for address in links)

    assert [stands(VILLAGE, day) for day in ("2022-04-30", "2022-05-01")] == [True, False]
    assert [stands(NEXT_VILLAGE, day) for day in ("2022-04-30", "2022-05-01")] == [False, True]


@pytest.mark.parametrize("what", ["split", "merge", "end", "move"])
def test_who_edits_members_does_not_take_households_apart(world, home, what):
    assert send(world, home, what, LI).status_code == 403
    links = read(signed_in(world[LI]), f"/households/{home.pk}/").links
    assert f"/households/{home.pk}/change/join/" in links
    assert not any(address.endswith(f"/{what}/") for address in links)


def test_faults_stand_at_their_fields_and_keep_what_was_typed(world, home):
    answer = send(world, home, "split", village="620121", new_head="")
    assert answer.status_code == 400
    answer = send(world, home, "merge", into="nobody")
    assert answer.status_code == 400
    stale = send(world, home, "end", how="extinct", reason="误", seen_version="99")
    assert stale.status_code == 412
    assert Household.objects.get(pk=home.pk).ended_on is None


def test_a_change_that_there_is_not_and_a_household_elsewhere_are_not_found(world, home):
    assert send(world, home, "magic").status_code == 404
    elsewhere = signed_in(posted_to("620122", Role.REVIEWER))
    assert elsewhere.get(f"/households/{home.pk}/change/join/").status_code == 404
    near = signed_in(posted_to(COUNTY, Role.REVIEWER))
    assert near.get(f"/households/{home.pk}/change/join/").status_code == 200
