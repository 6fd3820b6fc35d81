"""A household that moves: what is recorded of it follows, and past figures stay where it lived then."""

from datetime import date

import pytest
from django.apps import apps
from django.db import ProgrammingError, transaction
from django.db.models import Sum

from assistance.models import MeasureSpan
from assistance.operations import relocations
from assistance.operations.audits import audit_spans as audit_measures
from assistance.rules.categories import Category
from common import scopes
from common.refusals import Conflict, Invalid, NotAllowed
from common.scopes import Scope
from households.models import CaseEvent, CaseSpan, Division, Household, HouseholdMove, Membership, Posting, Standard
from households.operations import assignments, risks, standards
from households.operations import relocations as of_households
from households.operations.audits import audit_deadlines, audit_spans
from households.rules.codes import Risk
from households.rules.gate import RiskState
from households.rules.standards import Kind
from households.workflow import IN_REGISTER, Status
from tests.cast import (
    COUNTY,
    FAR_VILLAGE,
    LI,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    SUN,
    VILLAGE,
    WANG,
    ZHAO,
    ZHOU,
    evening,
    fresh,
)

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))
# What carries a village and stays where it was, or moves in another way.
STAYING = {"Household", "CaseSpan", "MeasureSpan"}


def relocate(world, household, village, on, *, by=ZHAO, at=None) -> HouseholdMove:
    household.refresh_from_db()
    return relocations.relocate(
        household=household,
        village=village,
        address="新村一号",
        on=on,
        by=world[by],
        at=at or evening(on),
        expected_version=household.version,
    )


def counted(day: date, village: str, known_at=None) -> tuple[int, int]:
    rows = CaseSpan.objects.as_of(day).known_at(known_at).under(village).filter(status__in=sorted(IN_REGISTER))
    return rows.count(), rows.aggregate(total=Sum("persons"))["total"] or 0


def nothing_differs() -> None:
    assert audit_spans().differences == []
    assert audit_deadlines().differences == []
    assert audit_measures().differences == []


def test_from_the_day_of_the_move_figures_count_the_household_where_it_lives(world):
    case = world.monitored(MARCH, persons=4)
    relocate(world, case.household, FAR_VILLAGE, JUNE, at=evening(JULY))
    assert (counted(MAY, VILLAGE), counted(MAY, FAR_VILLAGE)) == ((1, 4), (0, 0))
    assert (counted(JUNE, VILLAGE), counted(JUNE, FAR_VILLAGE)) == ((0, 0), (1, 4))
    assert counted(JUNE, VILLAGE, evening(JUNE)) == (1, 4)
    household = Household.objects.get(pk=case.household_id)
    assert (household.village_id, household.address, fresh(case).village_id) == (FAR_VILLAGE, "新村一号", FAR_VILLAGE)
    nothing_differs()


def test_every_row_that_carries_the_village_follows_its_household(world):
    case = world.monitored(MARCH)
    world.visit(case.household, APRIL)
    world.help(case, Category.HEALTH, APRIL)
    assignments.assign(household=case.household, user=world[WANG], starts_on=APRIL, by=world[ZHAO], at=evening(APRIL))
    relocate(world, case.household, NEXT_VILLAGE, JUNE)
    following = of_households.FOLLOWING | relocations.FOLLOWING
    found = {model.__name__: set(model._base_manager.values_list("village_id", flat=True)) for model in following}
    assert {name for name, villages in found.items() if villages - {NEXT_VILLAGE}} == set()
    assert {"Case", "CaseEvent", "Deadline", "Visit", "Assignment", "Plan", "Measure"} <= {
        name for name, villages in found.items() if villages
    }
    nothing_differs()


def test_every_model_that_carries_a_village_is_in_the_table_of_what_follows():
    placed = {
        model.__name__
        for label in ("households", "assistance")
        for model in apps.get_app_config(label).get_models()
        if any(field.name == "village" and field.related_model is Division for field in model._meta.concrete_fields)
    }
    following = {model.__name__ for model in of_households.FOLLOWING | relocations.FOLLOWING}
    assert placed - STAYING == following


def test_a_refused_case_follows_too(world):
    case = world.step(world.report(world.household(MARCH), MARCH), Status.REFUSED, APRIL, by=WANG)
    relocate(world, case.household, NEXT_VILLAGE, JUNE)
    assert case.spans.as_of(JUNE).known_at(None).get().village_id == NEXT_VILLAGE
    assert case.spans.as_of(MAY).known_at(None).get().village_id == VILLAGE


def test_two_moves_lie_in_the_order_of_their_days(world):
    case = world.monitored(MARCH)
    relocate(world, case.household, NEXT_VILLAGE, MAY)
    with pytest.raises(Invalid) as refusal:
        relocate(world, case.household, VILLAGE, MAY, at=evening(JULY))
    assert refusal.value.field == "on"
    relocate(world, case.household, VILLAGE, JUNE)
    assert [span.village_id for span in case.spans.known_at(None).order_by("valid")][-3:] == [
        VILLAGE,
        NEXT_VILLAGE,
        VILLAGE,
    ]
    nothing_differs()


def test_a_move_leads_to_another_village_that_is_there(world):
    household = world.household(MARCH)
    for village in (VILLAGE, COUNTY, "9"):
        with pytest.raises(Invalid) as refusal:
            relocate(world, household, village, MAY)
        assert refusal.value.field == "village"
    with pytest.raises(Invalid) as refusal:
        relocate(world, household, NEXT_VILLAGE, MARCH, at=evening(MAY))
    assert refusal.value.field == "on"
    world.remove(household, evening(MAY))
    with pytest.raises(Conflict):
        relocate(world, household, NEXT_VILLAGE, MAY)


def test_a_move_asks_for_permission_in_both_villages(world):
    household = world.household(MARCH)
    with pytest.raises(NotAllowed):
        relocate(world, household, FAR_VILLAGE, MAY, by=LI)
    for place in (COUNTY, OTHER_COUNTY):
        Posting.objects.filter(user=world[ZHAO]).update(division=place)
        with pytest.raises(NotAllowed):
            relocate(world, household, FAR_VILLAGE, MAY)


def test_clocks_that_ran_before_the_move_stay_as_the_former_county_set_them(world):
    case = world.monitored(MARCH)
    before = list(case.deadlines.order_by("clock", "event_sequence").values_list("clock", "length", "due_on"))
    shipped = standards.in_force(kind=Kind.CLOCK, division=OTHER_COUNTY, on=JULY)["first_measure"].value
    Standard.objects.create(
        kind=Kind.CLOCK.value,
        code="first_measure",
        division_id=OTHER_COUNTY,
        valid_from=MARCH,
        value={**shipped, "length": shipped["length"] + 7},
        source="测试",
        recorded_at=evening(MARCH),
        recorded_by=world[ZHOU],
    )
    relocate(world, case.household, FAR_VILLAGE, JUNE)
    assert list(case.deadlines.order_by("clock", "event_sequence").values_list("clock", "length", "due_on")) == before
    nothing_differs()


def test_the_new_county_goes_on_with_the_case_and_the_old_one_keeps_its_past_figures(world):
    case = world.monitored(MARCH, persons=3)
    world.help(case, Category.HEALTH, APRIL)
    relocate(world, case.household, FAR_VILLAGE, JUNE, by=SUN)
    household = Household.objects.get(pk=case.household_id)
    with scopes.acting_in(Scope((OTHER_COUNTY,), (OTHER_COUNTY,))):
        world.join(household, JULY)
        assert case.events.count() == CaseEvent.objects.filter(case=case).count() > 7
    nothing_differs()
    with scopes.acting_in(Scope((COUNTY,), (COUNTY,))):
        assert counted(MAY, COUNTY) == (1, 3)
        assert MeasureSpan.objects.known_at(None).filter(case=case).count() == 1
        assert not Household.objects.filter(pk=case.household_id).exists()
        assert not Membership.objects.filter(household=case.household_id).exists()
        assert HouseholdMove.objects.count() == 1


def test_what_was_found_of_its_risks_moves_with_the_household(world):
    case = world.monitored(MARCH)
    found = risks.assess(case=case, risk=Risk.ILLNESS, state=RiskState.GONE, on=APRIL, by=world[LI], at=evening(APRIL))
    relocate(world, case.household, FAR_VILLAGE, JUNE)
    found.refresh_from_db()
    assert (found.village_id, found.state) == (FAR_VILLAGE, RiskState.GONE)


def test_of_an_event_nothing_but_the_village_can_be_written(world):
    case = world.monitored(MARCH)
    CaseEvent.objects.filter(case=case).update(village=NEXT_VILLAGE)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        CaseEvent.objects.filter(case=case).update(occurred_on=MAY)
