"""Letting a condition of elimination pass, and taking that back."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Case, GateWaiver
from households.operations import waivers
from tests.cast import CHEN, LI, SUN, VILLAGE, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def waive(world: World, case: Case, **changed: object) -> GateWaiver:
    given = {"case": case, "rule": "has_labour", "reason": "兜底保障已落实", "by": world[SUN], "at": evening(APRIL)}
    return waivers.waive(**{**given, **changed})


def test_a_waiver_has_a_name_a_reason_and_a_day(world):
    made = waive(world, world.monitored(MARCH))
    held = GateWaiver.objects.in_force().get()
    assert (held.pk, held.rule, held.waived_by, held.waived_on, held.village_id) == (
        made.pk,
        "has_labour",
        world[SUN],
        APRIL,
        VILLAGE,
    )
    trail = AuditEvent.objects.get(action="gate.waived")
    assert (trail.subject_id, trail.changes["reason"]) == (str(made.pk), "兜底保障已落实")


@pytest.mark.parametrize(("changed", "field"), [({"rule": "magic"}, "rule"), ({"reason": " "}, "reason")])
def test_an_unknown_condition_and_a_missing_reason_are_refused(world, changed, field):
    with pytest.raises(Invalid) as refusal:
        waive(world, world.monitored(MARCH), **changed)
    assert refusal.value.field == field


def test_caseworkers_waive_nothing_and_nobody_does_before_the_identification(world):
    with pytest.raises(NotAllowed):
        waive(world, world.monitored(MARCH), by=world[LI])
    with pytest.raises(Conflict):
        waive(world, world.report(world.household(MARCH), MARCH))


def test_a_condition_is_waived_once_and_again_after_the_waiver_was_withdrawn(world):
    case = world.monitored(MARCH)
    made = waive(world, case)
    with pytest.raises(Conflict):
        waive(world, case, by=world[CHEN])
    waivers.withdraw(waiver=made, reason="有人能务工", by=world[CHEN], at=evening(MAY), expected_version=1)
    assert not GateWaiver.objects.in_force().exists()
    waive(world, case)
    assert GateWaiver.objects.count() == 2
    assert AuditEvent.objects.get(action="gate.waiver_withdrawn").changes["reason"] == "有人能务工"


def test_a_withdrawal_has_a_version_and_a_reason_and_happens_once(world):
    made = waive(world, world.monitored(MARCH))
    told = {"waiver": made, "by": world[SUN], "at": evening(MAY)}
    with pytest.raises(VersionMissing):
        waivers.withdraw(**told, reason="误", expected_version=None)
    with pytest.raises(Stale):
        waivers.withdraw(**told, reason="误", expected_version=2)
    with pytest.raises(Invalid):
        waivers.withdraw(**told, reason="", expected_version=1)
    waivers.withdraw(**told, reason="误", expected_version=1)
    with pytest.raises(Conflict):
        waivers.withdraw(**told, reason="误", expected_version=2)
