"""Versions of a plan: drawn up, read again, and what each answers."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from assistance.models import Measure, Plan
from assistance.operations import measures, plans
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Case
from households.rules.codes import Risk
from households.workflow import Status
from tests.cast import CHEN, LI, STRANGER, SUN, WANG, World, evening

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


def draw_up(world: World, case: Case, on: date, **changed: object) -> Plan:
    given = {"by": world[LI], "at": evening(on), "expected_version": None, "note": "情况变化"}
    return plans.draw_up(case=case, on=on, **{**given, **changed})


def test_a_new_version_is_the_current_one_and_the_one_before_stays(world):
    case = world.monitored(MARCH)
    first = draw_up(world, case, MARCH, note="")
    second = draw_up(world, case, APRIL, expected_version=1, note="新增风险")
    kept = Plan.objects.order_by("number").values_list("pk", "number", "drawn_up_on", "is_current", "note")
    assert list(kept) == [(first.pk, 1, MARCH, False, ""), (second.pk, 2, APRIL, True, "新增风险")]
    assert (second.recorded_at, second.recorded_by) == (evening(APRIL), world[LI])
    assert AuditEvent.objects.filter(action="plan.drawn_up").count() == 2


def test_a_measure_belongs_to_the_version_with_which_it_was_planned_and_to_those_after(world):
    case = world.monitored(MARCH)
    kept, ended, gone = (world.help(case, Category.HEALTH, MARCH) for _ in range(3))
    measures.end(measure=ended, on=date(2022, 3, 20), by=world[LI], at=evening(APRIL), expected_version=1)
    measures.withdraw(measure=gone, reason="误", by=world[SUN], at=evening(date(2022, 3, 25)), expected_version=1)
    second = draw_up(world, case, APRIL, expected_version=1)
    added = world.help(case, Category.WATER, MAY)
    late = measures.end(measure=kept, on=MAY, by=world[LI], at=evening(MAY), expected_version=1)
    first = Plan.objects.get(number=1)
    assert set(Measure.objects.of_version(first)) == {kept, ended, gone}
    assert set(Measure.objects.of_version(second)) == {late, added}
    assert added.plan == second


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"expected_version": None}, VersionMissing),
        ({"expected_version": 2}, Stale),
        ({"on": date(2022, 3, 31)}, Invalid),
        ({"on": JUNE}, Invalid),
        ({"note": " "}, Invalid),
        ({"note": "字" * 501}, Invalid),
    ],
)
def test_a_version_that_cannot_be_so_is_refused_and_the_old_one_holds(world, changed, refusal):
    case = world.monitored(MARCH)
    first = draw_up(world, case, APRIL)
    given = {"on": MAY, "at": evening(MAY), "expected_version": 1, **changed}
    with pytest.raises(refusal):
        draw_up(world, case, **given)
    assert list(Plan.objects.filter(is_current=True)) == [first]


@pytest.mark.parametrize("name", [CHEN, STRANGER])
def test_who_may_record_no_measure_draws_up_no_plan(world, name):
    with pytest.raises(NotAllowed):
        draw_up(world, world.monitored(MARCH), MARCH, by=world[name])


def test_a_refused_case_gets_no_plan(world):
    refused = world.step(world.report(world.household(MARCH), MARCH), Status.REFUSED, MARCH, by=WANG)
    with pytest.raises(Conflict):
        draw_up(world, refused, MARCH)


def test_the_plan_is_judged_by_what_stood_on_the_day(world):
    case = world.report(world.household(MARCH), MARCH, risks=(Risk.ILLNESS, Risk.UNSAFE_WATER))
    planned = Help(case, Category.HEALTH, "医保", MARCH, world[LI], evening(MARCH), risk=Risk.ILLNESS, due_on=APRIL)
    measures.plan(measure=planned)
    judged = plans.judge(case=case, on=MAY, by=world[LI], at=evening(MAY))
    assert [(each.risk, each.is_landed, each.is_planned, each.late) for each in judged.risks] == [
        (Risk.ILLNESS, False, True, 1),
        (Risk.UNSAFE_WATER, False, False, 0),
    ]
    assert [each.code for each in judged.breaks] == ["unsafe_water"]


def test_a_landing_after_the_day_is_not_seen_on_it(world):
    case = world.monitored(MARCH)
    measure = world.help(case, Category.HEALTH, None)
    measures.land(measure=measure, on=MAY, by=world[LI], at=evening(MAY), expected_version=1)
    before, after = (plans.judge(case=case, on=day, by=world[LI], at=evening(MAY)) for day in (APRIL, MAY))
    assert ([each.is_landed for each in before.risks], [each.is_landed for each in after.risks]) == ([False], [True])


def test_the_plan_is_judged_in_twelve_queries(world, django_assert_num_queries):
    case = world.monitored(MARCH)
    for _ in range(3):
        world.help(case, Category.HEALTH, MARCH)
    case = Case.objects.select_related("household").get(pk=case.pk)
    with django_assert_num_queries(12):
        plans.judge(case=case, on=MAY, by=world[LI], at=evening(MAY))


def test_only_who_may_read_records_has_the_plan_judged(world):
    case = world.monitored(MARCH)
    with pytest.raises(NotAllowed):
        plans.judge(case=case, on=MAY, by=world[STRANGER], at=evening(MAY))
