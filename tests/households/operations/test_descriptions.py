"""Descriptions: what is known better of a household or a person takes the place of what was written down."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from common.crypto import decrypt
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Household, Member, Membership
from households.operations import descriptions
from households.operations.descriptions import HouseholdAmendment, MemberAmendment
from tests.cast import CHEN, LI, STRANGER, World, evening

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 1)
NUMBER = "629999197505050019"


def amend(world: World, home: Household, changes, *, by=LI, version: int | None = 1) -> Household:
    given = HouseholdAmendment(home, changes, world[by], evening(MAY), version)
    return descriptions.amend_households(amendments=[given])[0]


def amend_person(world: World, membership: Membership, changes, *, by=LI, version: int | None = 1) -> Member:
    given = MemberAmendment(membership, changes, world[by], evening(MAY), version)
    return descriptions.amend_members(amendments=[given])[0]


def test_an_amended_household_holds_the_new_values_and_keeps_the_others(world):
    home = amend(world, world.household(MARCH), {"address": " 三社12号 ", "is_former_poor": False})
    home.refresh_from_db()
    assert (home.address, home.phone, home.is_former_poor, home.version) == ("三社12号", "13900000000", False, 2)


def test_the_trail_names_the_fields_and_neither_address_nor_phone(world):
    amend(world, world.household(MARCH), {"address": "三社12号", "phone": "13911112222"})
    told = AuditEvent.objects.get(action="household.described").changes
    assert told["changed"] == "address, phone"
    assert "13911112222" not in str(told)
    assert "三社" not in str(told)


@pytest.mark.parametrize(
    ("changes", "by", "version", "refusal"),
    [
        ({"address": "x"}, STRANGER, 1, NotAllowed),
        ({"address": "x"}, CHEN, 1, NotAllowed),
        ({"address": "x"}, LI, None, VersionMissing),
        ({"address": "x"}, LI, 7, Stale),
        ({"village_id": "620122100201"}, LI, 1, Invalid),
        ({"address": "x" * 201}, LI, 1, Invalid),
    ],
)
def test_what_may_not_be_amended_is_refused_and_stays(world, changes, by, version, refusal):
    home = world.household(MARCH)
    with pytest.raises(refusal):
        amend(world, home, changes, by=by, version=version)
    home.refresh_from_db()
    assert (home.address, home.version) == ("", 1)


def test_a_national_number_belongs_to_one_household(world):
    amend(world, world.household(MARCH), {"national_number": "N1"})
    with pytest.raises(Conflict) as refused:
        amend(world, world.household(MARCH), {"national_number": "N1"})
    assert refused.value.stable_code == "number_taken"


def test_whether_it_was_poor_cannot_contradict_the_type_of_an_open_case(world):
    case = world.monitored(MARCH)
    with pytest.raises(Invalid) as refused:
        amend(world, case.household, {"is_former_poor": False}, version=Household.objects.get().version)
    assert refused.value.field == "is_former_poor"


def test_a_person_without_a_number_gets_one_with_the_birth_date_it_tells(world):
    home = world.household(MARCH, persons=1)
    membership = home.memberships.get()
    Member.objects.update(document_token=None, document_hash=None, birth_date=None)
    member = amend_person(world, membership, {"number": NUMBER, "phone": "13911112222"})
    member.refresh_from_db()
    assert decrypt(member.document_token) == NUMBER
    assert (member.birth_date, member.phone, member.version) == (date(1975, 5, 5), "13911112222", 2)
    assert AuditEvent.objects.get(action="member.described").changes["changed"] == "phone, number"


def test_a_number_that_another_person_has_is_refused(world):
    home = world.household(MARCH, persons=2)
    first, second = home.memberships.order_by("pk")
    taken = decrypt(first.member.document_token)
    with pytest.raises(Conflict) as refused:
        amend_person(world, second, {"number": taken})
    assert (refused.value.stable_code, refused.value.field) == ("number_taken", "number")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"birth_date": date(2023, 1, 1)},
        {"number": "629999197505050018"},
        {"number": NUMBER, "birth_date": date(1975, 5, 6)},
        {"sex": "unknown"},
    ],
)
def test_what_contradicts_itself_is_refused(world, changes):
    membership = world.household(MARCH, persons=1).memberships.get()
    with pytest.raises(Invalid):
        amend_person(world, membership, changes)
    assert Member.objects.get().version == 1


def test_one_refused_amendment_keeps_all_back(world):
    first, second = world.household(MARCH), world.household(MARCH)
    given = [
        HouseholdAmendment(first, {"address": "一社"}, world[LI], evening(MAY), 1),
        HouseholdAmendment(second, {"address": "二社"}, world[LI], evening(MAY), 9),
    ]
    with pytest.raises(Stale):
        descriptions.amend_households(amendments=given)
    assert set(Household.objects.values_list("address", flat=True)) == {""}
