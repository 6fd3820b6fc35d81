"""Members: joining, leaving, and identity numbers that nobody can read in the database."""

from datetime import date

import pytest
from django.db import connection

from common.crypto import decrypt, keyed_hash
from common.refusals import Conflict, Invalid, NotAllowed, NotFound, Stale
from households.models import CaseSpan, Member, Membership
from households.operations import members
from households.operations.members import Person
from households.rules.changes import Joining, Leaving
from households.rules.codes import Relationship, Sex
from tests.cast import CHEN, LI, STRANGER, World, evening

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))
NUMBER = "629999197505050019"


def join(
    world: World, home, on: date = APRIL, *, relationship=Relationship.SON, number: str = "", **changed: object
) -> Member:
    home.refresh_from_db()
    person = Person("王小虎", Sex.MALE, relationship, on, number=number)
    given = {"household": home, "person": person, "by": world[LI], "at": evening(MAY), "expected_version": home.version}
    return members.add(**{**given, **changed})


def leave(world: World, membership: Membership, on: date, **changed: object) -> Membership:
    membership.household.refresh_from_db()
    version = membership.household.version
    given = {"reason": "外嫁", "by": world[LI], "at": evening(JUNE), "expected_version": version}
    return members.leave(membership=membership, on=on, **{**given, **changed})


def persons_on(day: date) -> int:
    return CaseSpan.objects.as_of(day).known_at(None).get().persons


def test_the_digits_of_a_number_stand_nowhere_in_the_table(world):
    home = world.household(MARCH)
    member = join(world, home, number=NUMBER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(held)::text, document_token, document_hash FROM households_member held WHERE id = %s",
            [member.pk],
        )
        text, token, hashed = cursor.fetchone()
    for raw in (text.encode(), bytes(token), bytes(hashed), bytes.fromhex(bytes(token).hex())):
        assert NUMBER.encode() not in raw
        assert NUMBER[:14].encode() not in raw
    assert NUMBER.encode().hex() not in text
    assert decrypt(token) == NUMBER


def test_a_person_is_found_by_the_exact_number_and_shown_with_a_mask(world):
    member = join(world, world.household(MARCH), number=" 629999197505050019 ")
    assert Member.objects.get(document_hash=keyed_hash(NUMBER)) == member
    assert not Member.objects.filter(document_hash=keyed_hash(NUMBER[:17])).exists()
    shown = Member.objects.get(pk=member.pk).masked_number
    assert len(shown) == 18
    assert "19750505" not in shown
    assert Member(name="无号").masked_number == ""


def test_the_birth_date_is_read_from_the_number_and_must_not_differ_from_it(world):
    home = world.household(MARCH)
    assert join(world, home, number=NUMBER).birth_date == date(1975, 5, 5)
    home.refresh_from_db()
    other = Person("李", Sex.MALE, Relationship.SON, APRIL, number="629999197505050035", birth_date=date(1976, 5, 5))
    with pytest.raises(Invalid) as refusal:
        members.add(household=home, person=other, by=world[LI], at=evening(MAY), expected_version=home.version)
    assert refusal.value.field == "birth_date"


def test_a_mistyped_number_and_an_empty_name_are_refused(world):
    home = world.household(MARCH)
    with pytest.raises(Invalid) as refusal:
        join(world, home, number="629999197505050018")
    assert refusal.value.stable_code == "invalid_number"
    with pytest.raises(Invalid) as refusal:
        join(world, home, person=Person(" ", Sex.MALE, Relationship.SON, APRIL))
    assert refusal.value.field == "name"


def test_a_person_who_joins_counts_from_that_day_on(world):
    case = world.monitored(MARCH, persons=2)
    join(world, case.household)
    assert [persons_on(day) for day in (date(2022, 3, 31), APRIL, JUNE)] == [2, 3, 3]
    assert list(case.events.values_list("kind", "occurred_on"))[-1] == ("household_changed", APRIL)


def test_a_person_who_leaves_counts_until_the_day_before(world):
    case = world.monitored(MARCH, persons=2)
    membership = case.household.memberships.get(relationship="other")
    leave(world, membership, MAY)
    assert [persons_on(day) for day in (APRIL, date(2022, 4, 30), MAY)] == [2, 2, 1]
    membership.refresh_from_db()
    assert membership.left_on == MAY


def test_nobody_leaves_twice_or_before_having_joined_or_tomorrow(world):
    home = world.household(MARCH)
    membership = home.memberships.exclude(relationship="head").first()
    for day in (MARCH, date(2022, 6, 2)):
        with pytest.raises(Invalid):
            leave(world, membership, day)
    leave(world, membership, MAY)
    with pytest.raises(Conflict):
        leave(world, membership, JUNE)


@pytest.mark.parametrize("on", [date(2022, 2, 28), date(2022, 5, 2)], ids=["before the registration", "tomorrow"])
def test_a_person_joins_between_the_registration_and_today(world, on):
    with pytest.raises(Invalid):
        join(world, world.household(MARCH), on)


def test_a_second_head_is_refused_until_the_first_has_left(world):
    home = world.household(MARCH)
    with pytest.raises(Conflict) as refusal:
        join(world, home, relationship=Relationship.HEAD)
    assert refusal.value.stable_code == "second_head"
    leave(world, home.memberships.get(relationship="head"), MAY)
    with pytest.raises(Conflict):
        join(world, home, APRIL, relationship=Relationship.HEAD)
    join(world, home, MAY, relationship=Relationship.HEAD)


def test_a_new_head_is_not_dated_back_before_the_next_one(world):
    home = world.household(MARCH)
    leave(world, home.memberships.get(relationship="head"), APRIL)
    join(world, home, MAY, relationship=Relationship.HEAD)
    with pytest.raises(Conflict):
        join(world, home, date(2022, 4, 10), relationship=Relationship.HEAD)


def test_a_change_needs_the_right_and_the_present_version_and_a_kept_household(world):
    home = world.household(MARCH)
    with pytest.raises(NotAllowed):
        join(world, home, by=world[CHEN])
    with pytest.raises(Stale):
        join(world, home, expected_version=7)
    world.remove(home, evening(APRIL))
    with pytest.raises(Conflict):
        join(world, home)


CERTIFICATES = [NUMBER + "42", NUMBER + "4201"]


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_card_and_a_certificate_of_the_same_person_are_one_person(world, certificate):
    home = world.household(MARCH)
    member = join(world, home, number=NUMBER)
    with pytest.raises(Conflict) as refusal:
        join(world, home, number=certificate)
    assert refusal.value.stable_code == "number_taken"
    assert Member.objects.get(document_hash=keyed_hash(certificate[:18])) == member


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_is_kept_whole_and_found_by_the_number_within_it(world, certificate):
    home = world.household(MARCH)
    member = join(world, home, number=certificate)
    assert Member.objects.get(document_hash=keyed_hash(NUMBER)) == member
    assert decrypt(member.document_token) == certificate
    with pytest.raises(Conflict):
        join(world, home, number=NUMBER)


@pytest.mark.parametrize(
    ("born", "joined"), [(date(2022, 4, 2), APRIL), (date(2099, 1, 1), APRIL)], ids=["the day after", "the future"]
)
def test_nobody_joins_before_being_born(world, born, joined):
    home = world.household(MARCH)
    with pytest.raises(Invalid) as refusal:
        join(world, home, person=Person("王", Sex.MALE, Relationship.SON, joined, birth_date=born))
    assert refusal.value.field == "birth_date"
    assert (
        join(world, home, person=Person("王", Sex.MALE, Relationship.SON, APRIL, birth_date=APRIL)).birth_date == APRIL
    )


@pytest.mark.parametrize("name", ["王" * 101, "王\x00芳"])
def test_a_name_that_cannot_be_kept_is_refused(world, name):
    with pytest.raises(Invalid) as refusal:
        join(world, world.household(MARCH), person=Person(name, Sex.MALE, Relationship.SON, APRIL))
    assert refusal.value.field == "name"


def test_a_reason_that_cannot_be_kept_is_refused(world):
    membership = world.household(MARCH).memberships.filter(relationship="other").first()
    for reason in ("外" * 501, "\x00"):
        with pytest.raises(Invalid) as refusal:
            leave(world, membership, MAY, reason=reason)
        assert refusal.value.field == "reason"


def known(world, number=""):
    """Two households, and a member of the first who is not its head."""
    one, other = world.monitored(MARCH, persons=3), world.monitored(MARCH, persons=2)
    return one, other, one.household.memberships.filter(relationship="other").first()


def transfer(world, member, household, on, **told):
    household.refresh_from_db()
    given = {"relationship": Relationship.OTHER, "by": world[LI], "at": evening(on), **told}
    return members.transfer(member=member, household=household, on=on, expected_version=household.version, **given)


def persons(case, day):
    return case.spans.as_of(day).known_at(None).get().persons


def test_a_known_person_goes_from_one_household_to_another_and_is_counted_once_each_day(world):
    one, other, membership = known(world)
    joined = transfer(world, membership.member, other.household, MAY)
    membership.refresh_from_db()
    assert (membership.left_on, membership.left_how, joined.joined_how) == (MAY, "transferred", "transferred")
    assert [(persons(one, day), persons(other, day)) for day in (APRIL, MAY)] == [(3, 2), (2, 3)]
    assert Membership.objects.as_of(MAY).filter(member=membership.member).count() == 1


def test_a_person_who_left_comes_back(world):
    one, _other, membership = known(world)
    leave(world, membership, APRIL, how=Leaving.IMPRISONED)
    back = transfer(world, membership.member, one.household, MAY, how=Joining.RELEASED)
    assert back.joined_how == "released"
    assert [persons(one, day) for day in (MARCH, APRIL, MAY)] == [3, 2, 3]


def test_nobody_joins_the_household_he_belongs_to_or_leaves_others_without_a_head(world):
    one, other, membership = known(world)
    with pytest.raises(Conflict):
        transfer(world, membership.member, one.household, MAY)
    head = one.household.memberships.get(relationship="head")
    with pytest.raises(Conflict) as refusal:
        transfer(world, head.member, other.household, MAY)
    assert refusal.value.stable_code == "head_leaves"
    with pytest.raises(Conflict) as refusal:
        transfer(world, membership.member, other.household, MAY, relationship=Relationship.HEAD)
    assert refusal.value.stable_code == "second_head"


def test_another_member_becomes_the_head_from_a_day_on(world):
    case = world.monitored(MARCH, persons=3)
    head = case.household.memberships.get(relationship="head")
    heir = case.household.memberships.filter(relationship="other").first()
    told = {"household": case.household, "head": heir.member, "on": MAY, "by": world[LI], "at": evening(MAY)}
    with pytest.raises(Invalid) as refusal:
        members.change_head(**told, relationships={}, expected_version=case.household.version)
    assert refusal.value.field == "relationship"
    members.change_head(
        **told, relationships={head.member_id: Relationship.FATHER}, expected_version=case.household.version
    )
    held = case.household.memberships
    heads = {day: held.as_of(day).get(relationship="head").member for day in (APRIL, MAY)}
    assert heads == {APRIL: head.member, MAY: heir.member}
    assert held.as_of(MAY).get(member=head.member).relationship == "father"
    assert (held.as_of(MAY).count(), persons(case, MAY)) == (3, 3)


def test_a_relationship_changes_from_a_day_on_and_at_once_on_the_day_of_joining(world):
    household = world.household(MARCH, persons=2)
    membership = household.memberships.get(relationship="other")
    told = {"by": world[LI], "membership": membership}
    members.relate(
        **told, relationship=Relationship.SON, on=MARCH, at=evening(MARCH), expected_version=household.version
    )
    assert household.memberships.get(member=membership.member).relationship == "son"
    household.refresh_from_db()
    members.relate(**told, relationship=Relationship.OTHER, on=MAY, at=evening(MAY), expected_version=household.version)
    held = household.memberships.filter(member=membership.member).order_by("joined_on")
    assert list(held.values_list("relationship", "left_on", "left_how")) == [
        ("son", MAY, "related"),
        ("other", None, ""),
    ]
    household.refresh_from_db()
    with pytest.raises(Conflict):
        members.relate(
            **told, relationship=Relationship.HEAD, on=MAY, at=evening(MAY), expected_version=household.version
        )


def test_a_person_is_found_by_number_or_key_only_by_who_may_see_one(world):
    member = join(world, world.household(MARCH), number=NUMBER)
    told = {"at": evening(MAY)}
    assert members.find(number=NUMBER, by=world[LI], **told) == member
    assert members.find(key=member.pk, by=world[LI], **told) == member
    for given in ({"number": NUMBER}, {"key": member.pk}):
        with pytest.raises(NotFound):
            members.find(**given, by=world[STRANGER], **told)
    with pytest.raises(Invalid):
        members.find(number="1234", by=world[LI], **told)
