"""Measures that are planned: otherwise than before, and once under the key of a client."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from assistance.models import Measure
from assistance.operations import measures
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from common.ids import new_id
from common.refusals import Conflict, Invalid, Stale
from households.rules.codes import Risk
from tests.cast import LI, World, evening

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


def planned_otherwise(world: World, measure: Measure, **changed: object) -> Measure:
    case = measure.case
    told = Help(case, Category.EDUCATION, "雨露计划", MARCH, world[LI], evening(JUNE), due_on=MAY, amount=Decimal(900))
    return measures.amend(measure=measure, planned=replace(told, **changed), expected_version=measure.version)


def test_what_has_not_landed_is_planned_otherwise_and_the_trail_says_what_changed(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    kept = planned_otherwise(world, measure)
    assert (kept.category, kept.item, kept.due_on, kept.amount, kept.version) == ("education", "雨露计划", MAY, 900, 2)
    changes = AuditEvent.objects.get(action="measure.amended").changes
    assert changes == {
        "category": {"was": "health", "is": "education"},
        "item": {"was": "一户一策", "is": "雨露计划"},
        "due_on": {"was": None, "is": "2022-05-01"},
        "amount": {"was": None, "is": "900"},
    }
    with pytest.raises(Stale):
        planned_otherwise(world, measure)


def test_a_landed_measure_is_not_planned_otherwise(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    with pytest.raises(Conflict) as refusal:
        planned_otherwise(world, measure)
    assert refusal.value.stable_code == "wrong_state"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"item": " "}, "item"), ({"due_on": date(2022, 2, 1)}, "due_on"), ({"risk": Risk.DISABILITY}, "risk")],
)
def test_a_plan_that_cannot_be_is_refused_as_a_new_one_is(world, changed, field):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    with pytest.raises(Invalid) as refusal:
        planned_otherwise(world, measure, **changed)
    assert refusal.value.field == field


def test_a_measure_sent_again_under_its_key_is_recorded_once(world):
    case, key = world.monitored(MARCH), new_id()
    sent = Help(case, Category.HEALTH, "大病救治", MARCH, world[LI], evening(JUNE), id=key)
    assert measures.plan(measure=sent).pk == measures.plan(measure=sent).pk == key
    assert Measure.objects.count() == 1
    with pytest.raises(Conflict) as refusal:
        measures.plan(measure=replace(sent, case=world.monitored(MARCH)))
    assert refusal.value.stable_code == "id_taken"
