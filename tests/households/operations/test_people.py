"""Postings: who gives and ends them."""

from datetime import date

import pytest
from django.utils import translation

from accounts.operations import users
from accounts.permissions import Permission, Role
from common.refusals import Invalid, NotAllowed
from households import access
from households.models import Division, Posting
from households.operations import people
from tests.cast import CITY, COUNTY, LI, PROVINCE, STRANGER, TOWNSHIP, VILLAGE, ZHOU, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def give(world: World, place: str = COUNTY, **changed: object) -> Posting:
    given = {"user": world[STRANGER], "role": Role.CASEWORKER, "starts_on": APRIL, "by": world[ZHOU]}
    division = Division.objects.get(pk=place)
    return people.post(division=division, at=evening(MARCH), **{**given, **changed})


def test_an_administrator_posts_people_within_his_own_division(world):
    give(world)
    assert access.can(world[STRANGER], Permission.VIEW_RECORDS, VILLAGE, APRIL)
    give(world, CITY)
    with pytest.raises(NotAllowed):
        give(world, PROVINCE)
    with pytest.raises(NotAllowed):
        give(world, by=world[LI])


def test_a_posting_ends_after_it_starts(world):
    with pytest.raises(Invalid):
        give(world, ends_on=MARCH)
    posting = give(world)
    with pytest.raises(Invalid):
        people.end_posting(posting=posting, ends_on=MARCH, by=world[ZHOU], at=evening(MARCH))


def test_an_ended_posting_holds_until_its_last_day_included(world):
    people.end_posting(posting=give(world), ends_on=MAY, by=world[ZHOU], at=evening(MAY))
    days = (MAY, date(2022, 5, 2))
    assert [access.can(world[STRANGER], Permission.VIEW_RECORDS, VILLAGE, day) for day in days] == [True, False]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_nobody_gives_a_posting_to_himself(world, role):
    with pytest.raises(NotAllowed):
        give(world, user=world[ZHOU], role=role)
    assert list(Posting.objects.filter(user=world[ZHOU]).values_list("role", flat=True)) == ["administrator"]


def test_an_administrator_may_end_his_own_posting_and_not_lengthen_it(world):
    own = Posting.objects.get(user=world[ZHOU])
    people.end_posting(posting=own, ends_on=APRIL, by=world[ZHOU], at=evening(MARCH))
    with pytest.raises(NotAllowed):
        people.end_posting(posting=own, ends_on=MAY, by=world[ZHOU], at=evening(MARCH))
    own.refresh_from_db()
    assert own.ends_on == APRIL


@pytest.mark.parametrize(
    ("role", "place", "told"), [(Role.REVIEWER, VILLAGE, "township"), (Role.APPROVER, TOWNSHIP, "county")]
)
def test_a_role_is_not_given_below_the_level_that_decides(world, role, place, told):
    with translation.override("en"), pytest.raises(Invalid) as refusal:
        give(world, place, role=role)
    assert (refusal.value.stable_code, refusal.value.field) == ("role_too_low", "division")
    assert f"held in a {told} or above" in str(refusal.value)
    above = {Role.REVIEWER: TOWNSHIP, Role.APPROVER: COUNTY}[role]
    assert give(world, above, role=role).role == role


def test_the_products_own_account_is_not_posted(world):
    with pytest.raises(Invalid):
        give(world, user=users.system_account())
