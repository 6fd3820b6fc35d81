"""Conflicts: both values are kept, with who wrote each, until somebody who may decides."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from common.refusals import Conflict as Refusal
from common.refusals import Invalid, NotAllowed, Stale
from households.models import Conflict, Household, Member
from households.operations import conflicts, descriptions
from households.operations.conflicts import Clash
from households.operations.descriptions import HouseholdAmendment
from households.rules.conflicts import ConflictState
from tests.cast import BUREAU, LI, STRANGER, SUN, World, evening

MARCH, MAY, JUNE = date(2022, 3, 1), date(2022, 5, 1), date(2022, 6, 1)


def keep(world: World, home: Household, values=None, *, member: Member | None = None, by=BUREAU) -> Conflict:
    told = values or {"phone": ("13900000000", "13911112222")}
    clash = Clash(home, member, told, 1, world[by], evening(MAY), device="phone 7", made_at=evening(MARCH))
    return conflicts.keep_all(clashes=[clash])[0]


def decide(
    world: World, conflict: Conflict, choice=ConflictState.TAKEN, *, by=SUN, version=1, reason="核实"
) -> Conflict:
    return conflicts.resolve(
        conflict=conflict, choice=choice, reason=reason, by=world[by], at=evening(JUNE), expected_version=version
    )


def test_both_values_are_kept_with_who_wrote_each_and_on_which_device(world):
    home = world.household(MARCH)
    change = HouseholdAmendment(home, {"phone": "13900000000", "address": "一社"}, world[LI], evening(MAY), 1)
    descriptions.amend_households(amendments=[change])
    held = Conflict.objects.get(pk=keep(world, home).pk)
    assert held.values == {"phone": ["13900000000", "13911112222"]}
    assert (held.held_by, held.sent_by, held.device) == (world[LI], world[BUREAU], "phone 7")
    assert (held.held_at, held.sent_at, held.made_at) == (evening(MAY), evening(MAY), evening(MARCH))


def test_the_values_cannot_be_read_in_the_table_nor_in_the_trail(world):
    conflict = keep(world, world.household(MARCH))
    assert b"1391111" not in bytes(Conflict.objects.get(pk=conflict.pk).values_token)
    assert "1391111" not in str(list(AuditEvent.objects.values_list("changes", flat=True)))


def test_the_same_clash_sent_again_is_kept_once(world):
    home = world.household(MARCH)
    assert keep(world, home) == keep(world, home)
    assert Conflict.objects.count() == 1
    assert AuditEvent.objects.filter(action="conflict.kept").count() == 1


def test_what_was_sent_is_taken_as_of_the_version_that_is_there_now(world):
    home = world.household(MARCH)
    decided = decide(
        world, keep(world, home, {"phone": ("13900000000", "13911112222"), "is_former_poor": (True, False)})
    )
    home.refresh_from_db()
    assert (home.phone, home.is_former_poor, home.version) == ("13911112222", False, 2)
    assert (decided.state, decided.decided_by, decided.reason) == ("taken", world[SUN], "核实")


def test_what_is_held_may_be_kept_and_both_stay_readable(world):
    home = world.household(MARCH)
    decided = decide(world, keep(world, home), ConflictState.KEPT)
    home.refresh_from_db()
    assert (home.phone, home.version, decided.state) == ("13900000000", 1, "kept")
    assert decided.values == {"phone": ["13900000000", "13911112222"]}


def test_a_conflict_about_a_person_is_decided_like_one_about_a_household(world):
    home = world.household(MARCH, persons=1)
    Member.objects.update(document_token=None, document_hash=None)
    member = Member.objects.get()
    decide(world, keep(world, home, {"birth_date": (None, date(1970, 1, 2)), "name": ("张三", "张叁")}, member=member))
    member.refresh_from_db()
    assert (member.name, member.birth_date, member.version) == ("张叁", date(1970, 1, 2), 2)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"by": BUREAU}, NotAllowed),
        ({"by": STRANGER}, NotAllowed),
        ({"reason": " "}, Invalid),
        ({"version": 2}, Stale),
        ({"choice": ConflictState.OPEN}, Invalid),
    ],
)
def test_who_may_not_decide_or_says_not_why_is_refused(world, changed, refusal):
    conflict = keep(world, world.household(MARCH))
    with pytest.raises(refusal):
        decide(world, conflict, **changed)
    assert Conflict.objects.get().state == "open"


def test_it_is_decided_once(world):
    conflict = decide(world, keep(world, world.household(MARCH)), ConflictState.KEPT)
    with pytest.raises(Refusal) as refused:
        decide(world, conflict, version=2)
    assert refused.value.stable_code == "wrong_state"


def test_who_may_not_change_the_household_leaves_no_conflict_there(world):
    with pytest.raises(NotAllowed):
        keep(world, world.household(MARCH), by=STRANGER)


def test_a_document_number_is_never_kept_twice(world):
    with pytest.raises(Invalid):
        keep(world, world.household(MARCH), {"number": ("", "6299************15")})
