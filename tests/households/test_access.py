"""Postings: what they allow, where and when."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions import GRANTS, ROLES, Permission, Role
from common.refusals import NotAllowed, NotFound
from households import access
from households.models import Division, Household, Posting
from tests.cast import (
    CITY,
    COUNTY,
    FAR_VILLAGE,
    HIRED_ON,
    LI,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    STRANGER,
    TOWNSHIP,
    VILLAGE,
)

MAY, JUNE = date(2022, 5, 1), date(2022, 6, 1)
P = Permission


def post(user: User, place: str, role: Role = Role.CASEWORKER, starts_on=HIRED_ON, ends_on=None) -> Posting:
    return Posting.objects.create(user=user, role=role.value, division_id=place, starts_on=starts_on, ends_on=ends_on)


def test_nobody_may_do_anything_without_a_posting(world):
    assert not any(access.can(world[STRANGER], permission, VILLAGE, MAY) for permission in Permission)


@pytest.mark.parametrize("role", Role)
def test_a_posting_grants_exactly_what_its_role_grants(world, role):
    post(world[STRANGER], COUNTY, role)
    assert {each for each in Permission if access.can(world[STRANGER], each, VILLAGE, MAY)} == GRANTS[role]


def test_neither_a_superuser_nor_a_member_of_staff_may_do_anything_without_a_posting(world):
    world[STRANGER].is_superuser = world[STRANGER].is_staff = True
    assert not any(access.can(world[STRANGER], permission, VILLAGE, MAY) for permission in Permission)


def test_a_posting_reaches_down_and_neither_up_nor_aside(world):
    post(world[STRANGER], TOWNSHIP)
    reached = {
        code: access.can(world[STRANGER], P.VIEW_RECORDS, code, MAY)
        for code in Division.objects.values_list("pk", flat=True)
    }
    assert {code for code, can in reached.items() if can} == {TOWNSHIP, VILLAGE, NEXT_VILLAGE}


def test_a_posting_holds_on_its_first_and_on_its_last_day(world):
    post(world[STRANGER], COUNTY, starts_on=MAY, ends_on=JUNE)
    days = [date(2022, 4, 30), MAY, JUNE, date(2022, 6, 2)]
    assert [access.can(world[STRANGER], P.VIEW_RECORDS, VILLAGE, day) for day in days] == [False, True, True, False]
    assert [len(Posting.objects.filter(user=world[STRANGER]).in_force(day)) for day in days] == [0, 1, 1, 0]


def test_who_is_no_longer_active_may_do_nothing_and_sees_nothing(world):
    gone = world[LI]
    gone.is_active = False
    gone.save()
    assert not access.can(gone, P.VIEW_RECORDS, VILLAGE, MAY)
    assert Posting.objects.codes(gone, P.VIEW_RECORDS, MAY) == []
    assert not Division.objects.visible_to(gone, MAY).exists()


def test_a_refusal_names_the_user_the_place_and_the_day(world):
    with pytest.raises(NotAllowed, match=r"(?=.*stranger)(?=.*620121100201)(?=.*2022-05-01)"):
        access.check(world[STRANGER], P.VIEW_RECORDS, VILLAGE, MAY)


def test_a_desk_reads_the_postings_of_a_user_once(world):
    desk = access.Desk()
    with CaptureQueriesContext(connection) as queries:
        for place in (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE):
            desk.check(world[LI], P.REPORT_CASE, place, MAY)
    assert len(queries) == 1


def test_codes_leave_out_divisions_that_lie_under_another(world):
    for place in (VILLAGE, COUNTY, TOWNSHIP, FAR_VILLAGE):
        post(world[STRANGER], place)
    assert Posting.objects.codes(world[STRANGER], P.VIEW_RECORDS, MAY) == [COUNTY, FAR_VILLAGE]


def test_codes_keep_apart_what_is_held_by_different_roles(world):
    post(world[STRANGER], COUNTY, Role.ADMINISTRATOR)
    post(world[STRANGER], VILLAGE, Role.CASEWORKER)
    assert Posting.objects.codes(world[STRANGER], P.VIEW_RECORDS, MAY) == [VILLAGE]
    assert Posting.objects.codes(world[STRANGER], P.VIEW_FIGURES, MAY) == [COUNTY]


def test_rows_are_visible_within_the_divisions_of_the_postings(world):
    homes = {village: world.household(MAY, village=village) for village in (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)}
    post(world[STRANGER], NEXT_VILLAGE)
    post(world[STRANGER], OTHER_COUNTY)
    seen = Household.objects.visible_to(world[STRANGER], JUNE)
    assert set(seen) == {homes[NEXT_VILLAGE], homes[FAR_VILLAGE]}
    assert not Household.objects.visible_to(world[STRANGER], JUNE, P.APPROVE_CASE).exists()


def test_divisions_are_visible_from_the_posting_down(world):
    post(world[STRANGER], TOWNSHIP)
    assert list(Division.objects.visible_to(world[STRANGER], MAY).values_list("pk", flat=True)) == [
        TOWNSHIP,
        VILLAGE,
        NEXT_VILLAGE,
    ]


def test_where_nothing_is_asked_the_first_posting_answers(world):
    post(world[STRANGER], OTHER_COUNTY)
    post(world[STRANGER], COUNTY)
    assert access.division_for(world[STRANGER], "", P.VIEW_FIGURES, MAY) == COUNTY


@pytest.mark.parametrize("asked", [COUNTY, VILLAGE])
def test_a_division_within_reach_is_given_as_asked(world, asked):
    post(world[STRANGER], COUNTY)
    assert access.division_for(world[STRANGER], asked, P.VIEW_FIGURES, MAY) == asked


@pytest.mark.parametrize("asked", [OTHER_COUNTY, CITY, "62", COUNTY + "999", COUNTY + "xyz", "99", ""])
def test_a_division_out_of_reach_or_unknown_is_as_if_absent(world, asked):
    if asked:
        post(world[STRANGER], COUNTY)
    with pytest.raises(NotFound):
        access.division_for(world[STRANGER], asked, P.VIEW_FIGURES, MAY)


@pytest.mark.parametrize("asked", [COUNTY, VILLAGE, ""])
def test_who_is_posted_there_for_other_things_is_told_who_can_help(world, asked):
    post(world[STRANGER], COUNTY, Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed) as refusal:
        access.division_for(world[STRANGER], asked, P.VIEW_RECORDS, MAY)
    able = [ROLES[role] for role, granted in GRANTS.items() if P.VIEW_RECORDS in granted and role is not Role.CLIENT]
    assert len(able) == 5
    assert [name for name in able if str(name) not in str(refusal.value)] == []


@pytest.mark.parametrize("asked", [OTHER_COUNTY, CITY, COUNTY + "999"])
def test_beyond_such_a_posting_nothing_is_known(world, asked):
    post(world[STRANGER], COUNTY, Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        access.division_for(world[STRANGER], asked, P.VIEW_RECORDS, MAY)


def test_every_role_has_a_name_and_grants():
    assert set(ROLES) == set(GRANTS) == set(Role)
    assert frozenset().union(*GRANTS.values()) == set(Permission)
