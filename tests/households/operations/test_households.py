"""Households: registration and removal."""

from datetime import date

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from common.ids import new_id
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Division, Household, Member, Membership
from households.operations import households, members
from households.operations.households import Registration
from households.operations.members import Person
from households.rules.codes import Relationship, Sex
from tests.cast import CHEN, FAR_VILLAGE, LI, SUN, TOWNSHIP, VILLAGE, World, evening

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
NUMBER = "629999197505050019"


def person(
    relationship: Relationship = Relationship.HEAD, number: str = "", on: date = MARCH, name: str = "王芳"
) -> Person:
    return Person(name, Sex.FEMALE, relationship, on, number=number)


def registration(world: World, members: tuple[Person, ...], **changed: object) -> Registration:
    given = {"village": VILLAGE, "members": members, "on": MARCH, "by": world[LI], "at": evening(MARCH)}
    return Registration(**{**given, **changed})


def register(world: World, members: tuple[Person, ...] = (person(),), **changed: object) -> Household:
    return households.register(registration=registration(world, members, **changed))


def test_a_household_is_registered_with_its_members(world):
    key = new_id()
    both = (person(), person(Relationship.SON, name="王小虎"))
    home = register(world, both, id=key, national_number="H1", is_former_poor=True, address="一组", phone="139")
    home.refresh_from_db()
    assert (home.pk, home.village_id, home.registered_on, home.version) == (key, VILLAGE, MARCH, 1)
    assert (home.national_number, home.is_former_poor, home.address, home.phone) == ("H1", True, "一组", "139")
    held = Membership.objects.filter(household=home).order_by("relationship")
    assert [(each.member.name, each.relationship, each.joined_on, each.left_on) for each in held] == [
        ("王芳", "head", MARCH, None),
        ("王小虎", "son", MARCH, None),
    ]


@pytest.mark.parametrize("heads", [0, 2])
def test_a_household_has_exactly_one_head(world, heads):
    members = (*(person() for _ in range(heads)), person(Relationship.SON))
    with pytest.raises(Invalid) as refusal:
        register(world, members)
    assert refusal.value.field == "members"
    assert Household.objects.count() == 0


@pytest.mark.parametrize("village", [TOWNSHIP, "620121100999", "", "abc"])
def test_a_household_lives_in_a_known_village(world, village):
    with pytest.raises(Invalid) as refusal:
        register(world, village=village)
    assert refusal.value.field == "village"


def test_registration_and_joining_do_not_lie_in_the_future(world):
    for changed in ({"on": APRIL}, {"members": (person(on=APRIL),)}):
        with pytest.raises(Invalid):
            register(world, **changed)


def test_who_may_not_register_there_registers_nothing(world):
    with pytest.raises(NotAllowed):
        register(world, by=world[CHEN])


def test_households_are_registered_all_or_none(world):
    good, bad = registration(world, (person(),)), registration(world, (person(),), village="62")
    with pytest.raises(Invalid):
        households.register_all(registrations=[good, bad])
    assert (Household.objects.count(), Member.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_a_national_number_belongs_to_one_household(world):
    register(world, national_number="H1")
    with pytest.raises(Conflict) as refusal:
        register(world, national_number="H1")
    assert (refusal.value.stable_code, refusal.value.field) == ("number_taken", "national_number")
    twice = [registration(world, (person(),), national_number="H2") for _ in range(2)]
    with pytest.raises(Conflict):
        households.register_all(registrations=twice)
    register(world)
    register(world)
    assert Household.objects.count() == 3


def test_an_identity_number_belongs_to_one_person(world):
    register(world, (person(number=NUMBER),))
    with pytest.raises(Conflict) as refusal:
        register(world, (person(number=NUMBER.lower()),), village=FAR_VILLAGE)
    assert (refusal.value.stable_code, refusal.value.field) == ("number_taken", "number")
    with pytest.raises(Conflict):
        register(world, (person(), *(person(Relationship.SON, "629999197505050035") for _ in range(2))))
    assert Member.objects.count() == 1


def test_any_number_of_people_have_no_number_yet(world):
    register(world, (person(), person(Relationship.SON), person(Relationship.DAUGHTER)))
    assert Member.objects.filter(document_hash__isnull=True).count() == 3


def test_a_removed_household_keeps_its_record_with_who_and_why(world):
    home = world.remove(world.household(MARCH), evening(APRIL))
    home.refresh_from_db()
    assert (home.removed_at, home.removal_reason, home.version) == (evening(APRIL), "误登", 2)
    assert (Household.objects.count(), Household.objects.kept().count(), Member.objects.count()) == (1, 0, 3)
    trail = AuditEvent.objects.get(action="household.removed")
    assert (trail.actor, trail.subject_id, trail.changes) == (world[SUN], str(home.pk), {"reason": "误登"})


def test_a_removal_needs_a_reason_the_version_and_the_right(world):
    home = world.household(MARCH)

    def remove(**changed: object) -> Household:
        given = {"household": home, "reason": "误登", "by": world[SUN], "at": evening(APRIL), "expected_version": 1}
        return households.remove(**{**given, **changed})

    for changed, refusal in (
        ({"reason": " "}, Invalid),
        ({"expected_version": None}, VersionMissing),
        ({"expected_version": 2}, Stale),
        ({"by": world[LI]}, NotAllowed),
    ):
        with pytest.raises(refusal):
            remove(**changed)
    assert remove().removed_at is not None
    with pytest.raises(Conflict):
        remove(expected_version=2)


def test_what_was_taken_between_the_check_and_the_write_is_refused_in_the_same_words(world, monkeypatch):
    home = register(world, (person(number=NUMBER),), national_number="H1")
    monkeypatch.setattr(members, "_refuse_known", lambda *given: None)
    monkeypatch.setattr(households, "_refuse_known", lambda *given: None)
    for again, code, field in (
        ({"members": (person(number=NUMBER),)}, "number_taken", "number"),
        ({"national_number": "H1"}, "number_taken", "national_number"),
        ({"id": home.pk}, "id_taken", None),
    ):
        with pytest.raises(Conflict) as refusal:
            register(world, **{"members": (person(),), **again})
        assert (refusal.value.stable_code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": "1" * 21}, "phone"),
        ({"national_number": "1" * 41}, "national_number"),
        ({"address": "一" * 201}, "address"),
        ({"address": "一\x00组"}, "address"),
        ({"members": (person(name="王" * 101),)}, "name"),
        ({"members": (person(name="王\x00"),)}, "name"),
    ],
)
def test_what_the_record_cannot_keep_is_refused_with_its_field(world, changed, field):
    with pytest.raises(Invalid) as refusal:
        register(world, **{"members": (person(),), **changed})
    assert refusal.value.field == field
    assert Household.objects.count() == 0


def test_one_key_twice_in_a_batch_is_refused(world):
    key, someone = new_id(), Person("王芳", Sex.FEMALE, Relationship.HEAD, MARCH, id=new_id())
    for batch in (
        [registration(world, (person(),), id=key) for _ in range(2)],
        [registration(world, (someone,)) for _ in range(2)],
    ):
        with pytest.raises(Conflict) as refusal, transaction.atomic():
            households.register_all(registrations=batch)
        assert refusal.value.stable_code == "id_taken"
    assert (Household.objects.count(), Member.objects.count()) == (0, 0)


@pytest.mark.parametrize("joined", [date(1900, 1, 1), date(2022, 2, 28)])
def test_nobody_joins_before_the_household_was_registered(world, joined):
    with pytest.raises(Invalid) as refusal:
        register(world, (person(on=joined),))
    assert refusal.value.field == "joined_on"


@pytest.mark.parametrize(
    ("changed", "is_there"),
    [
        ({"valid_to": MARCH}, False),
        ({"valid_to": date(2022, 3, 2)}, True),
        ({"valid_from": date(2022, 3, 2)}, False),
        ({"valid_from": MARCH}, True),
    ],
)
def test_a_household_is_registered_in_a_village_that_exists_on_that_day(world, changed, is_there):
    Division.objects.filter(pk=VILLAGE).update(**changed)
    if is_there:
        assert register(world).village_id == VILLAGE
        return
    with pytest.raises(Invalid) as refusal:
        register(world)
    assert refusal.value.field == "village"


def test_a_household_is_synthetic_exactly_where_an_account_of_a_demonstration_registered_it(world):
    assert not register(world).is_synthetic
    world[LI].is_demonstration = True
    assert register(world).is_synthetic
