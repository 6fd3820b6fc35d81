"""Accounts of one's own divisions: what an administrator may do with them, and with whose."""

from datetime import date

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from common.refusals import Conflict, Invalid, NotAllowed
from households.models import Division
from households.operations import accounts
from households.operations.accounts import FirstPosting
from tests.cast import CITY, COUNTY, LI, OTHER_COUNTY, PROVINCE, STRANGER, SUN, TOWNSHIP, ZHOU, evening
from tests.pages import posted_to

MARCH = date(2022, 3, 1)


def opened(world, place=TOWNSHIP, *, by=ZHOU, role=Role.CASEWORKER, username="qian.li", **told) -> User:
    first = FirstPosting(role, Division.objects.get(pk=place), MARCH)
    return accounts.open_with_posting(
        username=username,
        full_name="钱丽",
        hashed_password=make_password("eleven geese"),
        posting=first,
        by=world[by] if isinstance(by, str) else by,
        at=evening(MARCH),
        **told,
    )


def test_an_account_is_opened_with_its_posting_or_not_at_all(world):
    person = opened(world)
    assert person.check_password("eleven geese")
    assert [(each.role, each.division_id) for each in person.postings.all()] == [("caseworker", TOWNSHIP)]
    actions = AuditEvent.objects.filter(actor=world[ZHOU]).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["account.opened", "posting.given"]
    with pytest.raises(Conflict):
        opened(world)
    for refused, told in (
        (NotAllowed, {"place": PROVINCE}),
        (NotAllowed, {"by": LI}),
        (Invalid, {"role": Role.APPROVER}),
    ):
        with pytest.raises(refused):
            opened(world, username="new", **told)
    assert not User.objects.filter(username="new").exists()


def test_an_administrator_knows_whom_his_divisions_hold_or_held(world):
    county = posted_to(COUNTY, Role.ADMINISTRATOR)
    near, far = opened(world), opened(world, OTHER_COUNTY, username="far")
    near.postings.update(ends_on=MARCH)
    assert set(accounts.known_to(by=county, on=date(2023, 1, 1))) == {county, near}
    assert far in accounts.known_to(by=world[ZHOU], on=MARCH)
    assert world[STRANGER] not in accounts.known_to(by=world[ZHOU], on=MARCH)
    assert not accounts.known_to(by=world[SUN], on=MARCH).exists()


def test_an_account_is_closed_and_opened_again_with_a_trace(world):
    person = opened(world)
    for is_open in (False, False, True):
        accounts.set_open(user=person, is_open=is_open, by=world[ZHOU], at=evening(MARCH))
        person.refresh_from_db()
        assert person.is_active is is_open
    rows = AuditEvent.objects.filter(action="account.changed").order_by("pk")
    assert [row.changes for row in rows] == [{"is_active": [True, False]}, {"is_active": [False, True]}]


def test_who_also_reaches_further_is_not_managed_from_below(world):
    county, person = posted_to(COUNTY, Role.ADMINISTRATOR), opened(world)
    accounts.check_manages(user=person, by=county, at=evening(MARCH))
    person.postings.create(role="supervisor", division_id=CITY, starts_on=date(2030, 1, 1))
    hashed = make_password("another one")
    with pytest.raises(NotAllowed):
        accounts.reset_password(user=person, hashed_password=hashed, by=county, at=evening(MARCH))
    accounts.reset_password(user=person, hashed_password=hashed, by=world[ZHOU], at=evening(MARCH))
    person.refresh_from_db()
    assert person.check_password("another one")


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_neither_ones_own_account_nor_one_of_the_technical_site_is_managed(world, right):
    person = opened(world)
    User.objects.filter(pk=person.pk).update(**{right: True})
    person.refresh_from_db()
    for user in (person, world[ZHOU]):
        with pytest.raises(NotAllowed):
            accounts.set_open(user=user, is_open=False, by=world[ZHOU], at=evening(MARCH))


def test_who_manages_nobody_manages_no_account(world):
    person = opened(world)
    for name in (SUN, STRANGER, LI):
        with pytest.raises(NotAllowed):
            accounts.lift_lock(user=person, by=world[name], at=evening(MARCH))
    with pytest.raises(NotAllowed):
        accounts.lift_lock(user=world[STRANGER], by=world[ZHOU], at=evening(MARCH))
