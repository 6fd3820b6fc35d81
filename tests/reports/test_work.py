"""My work: what waits for whom, by when, and what is late where."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.permissions import Role
from assistance.models import Measure
from assistance.rules.categories import Category
from households.models import Case, Clue, Deadline, Division
from households.operations import assignments, standards
from households.rules.standards import Kind
from households.workflow import Status
from reports import work
from reports.work import Task, TaskKind
from tests.cast import (
    BUREAU,
    CHEN,
    CITY,
    COUNTY,
    FAR_VILLAGE,
    HUANG,
    LI,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    SUN,
    TOWNSHIP,
    VILLAGE,
    WANG,
    ZHAO,
    ZHOU,
    World,
    evening,
)
from tests.pages import Page, posted_to, read, signed_in

MARCH, APRIL, MAY, JULY = (date(2022, month, 1) for month in (3, 4, 5, 7))


def of_kind(kind: TaskKind, user: User, on: date) -> list[Task]:
    return [task for task in work.tasks_of(user, evening(on)) if task.kind is kind]


def frequency(world: World, code: str, length: int, unit: str, division: str) -> None:
    standards.set_value(
        kind=Kind.VISIT_FREQUENCY,
        code=code,
        division=Division.objects.get(pk=division),
        valid_from=MARCH,
        value={"length": length, "unit": unit},
        source="县级通知",
        is_official=True,
        by=world[ZHOU],
        at=evening(MARCH),
    )


def test_a_monitored_household_is_visited_monthly_and_an_eliminated_one_quarterly(world: World):
    monitored, eliminated = world.monitored(MARCH), world.eliminated(MARCH, MARCH)
    world.visit(monitored.household, date(2022, 3, 20))
    world.visit(eliminated.household, date(2022, 3, 20))
    # One month after the 20 March is the 20 April; told a week before.
    assert of_kind(TaskKind.VISIT, world[LI], date(2022, 4, 12)) == []
    [due] = of_kind(TaskKind.VISIT, world[LI], date(2022, 4, 13))
    assert (due.case, due.due_on, due.is_late) == (monitored.pk, date(2022, 4, 20), False)
    assert not of_kind(TaskKind.VISIT, world[LI], date(2022, 4, 20))[0].is_late
    assert of_kind(TaskKind.VISIT, world[LI], date(2022, 4, 21))[0].is_late
    days = {task.case: task.due_on for task in of_kind(TaskKind.VISIT, world[LI], JULY)}
    assert days == {monitored.pk: date(2022, 4, 20), eliminated.pk: date(2022, 6, 20)}


def test_who_was_never_visited_counts_from_the_identification(world: World):
    world.monitored(MARCH)
    with override("en"):
        [due] = of_kind(TaskKind.VISIT, world[LI], MAY)
    assert (due.due_on, due.what) == (APRIL, "Not visited yet")


def test_a_visit_may_name_an_earlier_next_one_and_not_a_later_one(world: World):
    soon, late = world.monitored(MARCH), world.monitored(MARCH)
    world.visit(soon.household, MARCH, next_visit_on=date(2022, 3, 10))
    world.visit(late.household, MARCH, next_visit_on=JULY)
    days = {task.case: task.due_on for task in of_kind(TaskKind.VISIT, world[LI], MAY)}
    assert days == {soon.pk: date(2022, 3, 10), late.pk: APRIL}


def test_the_nearest_division_says_how_often(world: World):
    near, far = world.monitored(MARCH), world.monitored(MARCH, village=FAR_VILLAGE)
    frequency(world, "not_eliminated", 2, "months", CITY)
    frequency(world, "not_eliminated", 10, "days", COUNTY)
    days = {task.case: task.due_on for task in of_kind(TaskKind.VISIT, world[LI], MAY)}
    assert days == {near.pk: date(2022, 3, 11), far.pk: MAY}


def test_who_is_responsible_for_households_visits_these_alone(world: World):
    own, other = world.monitored(MARCH), world.monitored(MARCH)
    assignments.assign(household=own.household, user=world[WANG], starts_on=MARCH, by=world[ZHAO], at=evening(MARCH))
    assert [task.case for task in of_kind(TaskKind.VISIT, world[WANG], MAY)] == [own.pk]
    assert {task.case for task in of_kind(TaskKind.VISIT, world[LI], MAY)} == {own.pk, other.pk}


def test_a_case_waits_for_whoever_may_take_its_next_step_and_for_nobody_else(world: World):
    case = world.report(world.household(MARCH), MARCH)
    # Li reported it and may not verify it; comparing is not due yet.
    assert {name for name in (LI, WANG, BUREAU, HUANG, ZHAO, CHEN) if waits(case, world[name])} == {WANG, HUANG, ZHAO}
    case = world.steps(case, [Status.VERIFIED, Status.COMPARED, Status.REVIEWED, Status.NOTICED], APRIL)
    assert {name for name in (LI, WANG, BUREAU, HUANG, ZHAO, CHEN) if waits(case, world[name])} == {ZHAO}
    case = world.step(case, Status.TOWNSHIP_PASSED, APRIL)
    assert {name for name in (LI, WANG, BUREAU, HUANG, ZHAO, CHEN) if waits(case, world[name])} == {CHEN}


def waits(case: Case, user: User) -> bool:
    return case.pk in {task.case for task in of_kind(TaskKind.STEP, user, MAY)}


def test_the_oldest_clock_comes_first(world: World):
    later, first = world.report(world.household(MARCH), APRIL), world.report(world.household(MARCH), MARCH)
    found = of_kind(TaskKind.STEP, world[WANG], APRIL)
    assert [task.case for task in found] == [first.pk, later.pk]
    assert [task.is_late for task in found] == [True, False]


def test_a_deadline_is_told_to_who_answers_for_it(world: World):
    case = world.report(world.household(MARCH), MARCH)
    due = Deadline.objects.get(case=case, clock="verify")
    [told] = [task for task in of_kind(TaskKind.DEADLINE, world[LI], APRIL) if task.key == due.pk]
    assert (told.due_on, told.is_late, told.head) == (due.due_on, True, "张三")
    assert due.pk not in {task.key for task in of_kind(TaskKind.DEADLINE, world[CHEN], APRIL)}


def test_a_planned_measure_is_told_a_week_before_it_is_due(world: World):
    case = world.monitored(MARCH)
    measure = world.help(case, Category.HEALTH, None)
    Measure.objects.filter(pk=measure.pk).update(due_on=MAY)
    assert of_kind(TaskKind.MEASURE, world[LI], MAY - timedelta(days=8)) == []
    [told] = of_kind(TaskKind.MEASURE, world[LI], MAY - timedelta(days=7))
    assert (told.due_on, told.is_late, told.case) == (MAY, False, case.pk)
    assert of_kind(TaskKind.MEASURE, world[LI], MAY + timedelta(days=1))[0].is_late


def clue(case: Case, at: datetime) -> Clue:
    return Clue.objects.create(
        household=case.household,
        village_id=case.village_id,
        cause="dropout",
        facts={"on": "2022-04-01"},
        proposed_at=at,
    )


def test_an_open_warning_waits_for_who_may_report(world: World):
    open_clue = clue(world.monitored(MARCH), evening(APRIL))
    assert [task.key for task in of_kind(TaskKind.WARNING, world[LI], MAY)] == [open_clue.pk]
    assert of_kind(TaskKind.WARNING, world[CHEN], MAY) == []


def test_nothing_of_another_county_waits(world: World):
    clue(world.monitored(MARCH), evening(APRIL))
    world.report(world.household(MARCH), MARCH)
    assert work.tasks_of(posted_to(OTHER_COUNTY, Role.REVIEWER), evening(MAY)) == []


def test_who_oversees_sees_what_is_late_by_township(world: World):
    world.monitored(MARCH)
    world.report(world.household(MARCH), MARCH)
    clue(world.monitored(MARCH, village=FAR_VILLAGE), evening(APRIL))
    near, far = work.late_places(world[SUN], evening(MAY))
    assert (near.code, near.name, near.visits, near.warnings) == (TOWNSHIP, "城关镇", 1, 0)
    assert (far.code, far.visits, far.warnings) == (OTHER_TOWNSHIP, 1, 1)
    assert near.deadlines == Deadline.objects.overdue(MAY).filter(village=VILLAGE).count() > 0
    assert work.late_places(world[LI], evening(MAY)) == []


def test_the_page_leads_to_where_each_task_is_done(world: World):
    case = world.monitored(MARCH)
    told = clue(case, evening(APRIL))
    page = read(signed_in(world[LI]), reverse("work"))
    assert {reverse("visit-log", args=[case.household_id]), reverse("warning", args=[told.pk])} <= set(page.links)
    assert page.inline == []
    overseen = read(signed_in(world[SUN]), reverse("work"))
    assert f"{reverse('cases')}?division={TOWNSHIP}" in overseen.links


def test_the_page_says_when_nothing_waits(world: World):
    assert "Nothing waits for you today." in signed_in(world[LI]).get(reverse("work")).content.decode()
    assert "Nothing is late." in signed_in(world[SUN]).get(reverse("work")).content.decode()


def test_signing_in_leads_to_work_or_to_the_overview(world: World):
    pages = {name: signed_in(world[name]).get(reverse("home")).url for name in (LI, ZHAO, CHEN, SUN, ZHOU)}
    assert pages == {LI: "/my-work/", ZHAO: "/my-work/", CHEN: "/my-work/", SUN: "/", ZHOU: "/"}


@pytest.mark.parametrize("who", [LI, SUN])
def test_the_page_costs_the_same_for_much_work(world: World, who: str):
    def fill() -> None:
        clue(world.monitored(MARCH), evening(APRIL))
        world.report(world.household(MARCH), MARCH)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            Page(signed_in(world[who]).get(reverse("work")).content.decode())
        return len(queries)

    fill()
    asked()
    few = asked()
    for _number in range(3):
        fill()
    assert asked() == few <= 38


def test_the_api_tells_the_same_tasks(world: World):
    case = world.monitored(MARCH)
    [told] = signed_in(world[LI]).get("/api/v1/work").json()["results"][:1]
    assert (told["kind"], told["case"], told["due_on"], told["is_late"]) == ("visit", str(case.pk), "2022-04-01", True)
    assert (told["head"], told["village"], told["village_name"]) == ("张三", VILLAGE, "城关镇 高坪村")
    assert signed_in(posted_to(CITY, Role.ADMINISTRATOR)).get("/api/v1/work").json() == {"results": []}
