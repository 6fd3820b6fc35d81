"""Households that split, merge, are taken apart again or end: who counts where, and that nothing is lost."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.utils import translation

from common.refusals import Conflict, Invalid, NotAllowed, Stale
from households.models import Case, CaseSpan, Household, HouseholdLink, Membership
from households.operations import assignments, cases, lineages
from households.operations.audits import audit_deadlines, audit_spans
from households.operations.lineages import Split
from households.rules.admission import RiskFound
from households.rules.changes import HowEnded, Joining, Leaving
from households.rules.codes import HouseholdType, Relationship, Risk
from households.workflow import IN_REGISTER
from tests.cast import (
    FAR_VILLAGE,
    LI,
    NEXT_VILLAGE,
    SUN,
    VILLAGE,
    WANG,
    WAY_TO_MONITORED,
    ZHAO,
    evening,
    fresh,
)

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def counted(day: date, village: str = "", known_at=None) -> tuple[int, int]:
    """Households and persons in the register on that day."""
    rows = CaseSpan.objects.as_of(day).known_at(known_at).under(village).filter(status__in=sorted(IN_REGISTER))
    return rows.count(), rows.aggregate(total=Sum("persons"))["total"] or 0


def status_on(case: Case, day: date, known_at=None) -> str:
    return case.spans.as_of(day).known_at(known_at).get().status


def present(household: Household) -> int:
    return household.memberships.filter(left_on__isnull=True).count()


def nothing_differs() -> None:
    assert audit_spans().differences == []
    assert audit_deadlines().differences == []


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_merge_keeps_the_persons_and_ends_one_household_with_its_case_either_way_round(world, is_turned: bool):
    two, three = world.monitored(MARCH, persons=2), world.monitored(MARCH, persons=3)
    ending, staying = (three, two) if is_turned else (two, three)
    world.merged(ending.household, staying.household, JUNE)
    assert counted(MAY) == (2, 5)
    assert counted(JUNE) == (1, 5)
    assert (status_on(ending, MAY), status_on(ending, JUNE)) == ("monitored", "ended")
    assert (status_on(staying, JUNE), fresh(staying).status, fresh(ending).status) == (
        "monitored",
        "monitored",
        "ended",
    )
    household = Household.objects.get(pk=ending.household_id)
    assert (household.ended_on, household.ended_how, present(household)) == (JUNE, "merged", 0)
    assert present(staying.household) == 5
    nothing_differs()


def test_a_merge_leaves_last_months_figures_as_they_were_and_as_they_were_known(world):
    one, other = world.monitored(MARCH, persons=2), world.monitored(MARCH, persons=3)
    world.merged(one.household, other.household, MAY, at=evening(JULY))
    assert counted(APRIL) == (2, 5)
    assert counted(JUNE) == (1, 5)
    assert counted(JUNE, known_at=evening(JUNE)) == (2, 5)


def test_a_merge_loses_no_row_of_the_household_that_ends(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    visit = world.visit(ending.household, APRIL)
    world.surveyed(ending.household, APRIL)
    before = {name: getattr(ending.household, name).count() for name in ("visits", "memberships", "cases")}
    events = ending.events.count()
    link = world.merged(ending.household, staying.household, JUNE)
    household = Household.objects.get(pk=link.from_household_id)
    assert {name: getattr(household, name).count() for name in before} == before
    assert household.visits.get() == visit
    assert fresh(ending).events.count() == events + 1
    assert link.to_household == staying.household


def test_an_eliminated_case_ends_with_its_household_too(world):
    ending, staying = world.eliminated(MARCH, APRIL), world.monitored(MARCH)
    world.merged(ending.household, staying.household, JUNE)
    assert (status_on(ending, MAY), status_on(ending, JUNE)) == ("eliminated", "ended")
    assert (counted(MAY), counted(JUNE)) == ((2, 6), (1, 6))


def test_a_household_that_ended_takes_nothing_new(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    world.merged(ending.household, staying.household, JUNE)
    household = Household.objects.get(pk=ending.household_id)
    told = {"by": world[LI], "at": evening(JULY)}
    with pytest.raises(Conflict, match="ended on 2022-06-01"):
        cases.report(
            household=household,
            household_type=HouseholdType.UNSTABLE,
            risks=[RiskFound(Risk.ILLNESS)],
            on=JULY,
            **told,
        )
    with pytest.raises(Conflict, match="ended"):
        world.join(household, JULY)
    with pytest.raises(Conflict, match="ended"):
        world.merged(household, staying.household, JULY)
    with pytest.raises(Conflict, match="ended"):
        world.merged(staying.household, household, JULY)
    with pytest.raises(Conflict, match="ended"):
        world.moved(household, NEXT_VILLAGE, JULY)
    with pytest.raises(Conflict, match="ended"):
        assignments.assign(household=household, user=world[WANG], starts_on=JULY, by=world[ZHAO], at=evening(JULY))


def test_who_was_responsible_is_so_until_the_household_ends(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    made = assignments.assign(
        household=ending.household, user=world[WANG], starts_on=APRIL, by=world[ZHAO], at=evening(APRIL)
    )
    world.merged(ending.household, staying.household, JUNE)
    made.refresh_from_db()
    assert made.ends_on == JUNE


def test_an_undone_merge_restores_both_households_and_their_cases_from_that_day(world):
    ending, staying = world.monitored(MARCH, persons=2), world.monitored(MARCH, persons=3)
    link = world.merged(ending.household, staying.household, MAY)
    household = world.unmerged(link, JULY)
    assert (household.ended_on, household.ended_how) == (None, "")
    assert [counted(day) for day in (APRIL, MAY, JUNE, JULY)] == [(2, 5), (1, 5), (1, 5), (2, 5)]
    assert [status_on(ending, day) for day in (APRIL, JUNE, JULY)] == ["monitored", "ended", "monitored"]
    assert (fresh(ending).status, present(household), present(staying.household)) == ("monitored", 2, 3)
    heads = household.memberships.filter(left_on__isnull=True, relationship=Relationship.HEAD)
    assert heads.count() == 1
    link.refresh_from_db()
    assert (link.undone_on, link.undone_by) == (JULY, world[ZHAO])
    assert [event.kind for event in ending.events.order_by("sequence")][-2:] == [
        "household_ended",
        "household_restored",
    ]
    nothing_differs()


def test_the_clocks_of_a_restored_case_run_on(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    before = list(ending.deadlines.order_by("clock").values_list("clock", "due_on", "ended_on", "ending"))
    link = world.merged(ending.household, staying.household, MAY)
    assert "lapsed" in ending.deadlines.values_list("ending", flat=True)
    world.unmerged(link, JULY)
    assert list(ending.deadlines.order_by("clock").values_list("clock", "due_on", "ended_on", "ending")) == before


def test_households_whose_merge_was_undone_may_merge_the_other_way_round(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    link = world.merged(ending.household, staying.household, APRIL)
    world.unmerged(link, MAY)
    world.merged(staying.household, ending.household, JULY)
    assert HouseholdLink.objects.count() == 2
    assert (counted(JUNE), counted(JULY)) == ((2, 6), (1, 6))
    nothing_differs()


def test_who_died_since_the_merge_does_not_come_back_and_a_head_has_to_be_named(world):
    ending, staying = world.monitored(MARCH, persons=2), world.monitored(MARCH, persons=3)
    head = ending.household.memberships.get(relationship=Relationship.HEAD).member_id
    link = world.merged(ending.household, staying.household, APRIL)
    gone = staying.household.memberships.get(member=head)
    gone.left_on, gone.left_how = MAY, Leaving.DEATH.value
    gone.save()
    with pytest.raises(Invalid, match="who heads"):
        world.unmerged(link, JUNE)
    back = ending.household.memberships.exclude(member=head).get().member_id
    into = Household.objects.get(pk=staying.household_id)
    household = lineages.unmerge(
        link=link,
        reason="误并",
        on=JUNE,
        by=world[ZHAO],
        at=evening(JUNE),
        expected_version=into.version,
        head=back,
    )
    held = household.memberships.get(left_on__isnull=True)
    assert (held.member_id, held.relationship, held.joined_how) == (back, "head", Joining.UNMERGED)


def test_a_merge_is_undone_once_and_after_its_day(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    link = world.merged(ending.household, staying.household, MAY)
    with pytest.raises(Invalid, match="after 2022-05-01"):
        world.unmerged(link, MAY, at=evening(JUNE))
    world.unmerged(link, JUNE)
    with pytest.raises(Conflict, match="no merge"):
        world.unmerged(link, JULY)


def test_a_split_makes_a_household_without_a_case_and_takes_its_people_out_of_the_figures(world):
    case = world.monitored(MARCH, persons=3)
    made = world.split(case.household, JUNE, village=NEXT_VILLAGE)
    assert (made.village_id, made.registered_on, present(made), made.cases.count()) == (NEXT_VILLAGE, JUNE, 1, 0)
    assert (counted(MAY, VILLAGE), counted(JUNE, VILLAGE), counted(JUNE, NEXT_VILLAGE)) == ((1, 3), (1, 2), (0, 0))
    link = HouseholdLink.objects.get()
    assert (link.kind, link.from_household_id, link.to_household_id) == ("split", case.household_id, made.pk)
    left = case.household.memberships.get(left_on=JUNE)
    assert (left.left_how, made.memberships.get().joined_how) == ("split", "split")
    nothing_differs()


def test_the_head_may_split_off_where_another_one_is_named(world):
    household = world.household(MARCH, persons=3)
    rows = list(household.memberships.order_by("relationship", "id"))
    head = next(row for row in rows if row.relationship == "head")
    stays, other = (row for row in rows if row != head)
    told = Split(
        household, VILLAGE, {head.member_id: Relationship.HEAD}, APRIL, world[ZHAO], evening(APRIL), household.version
    )
    with pytest.raises(Invalid, match="who stay"):
        lineages.split(split=told)
    staying = {stays.member_id: Relationship.HEAD, other.member_id: Relationship.SIBLING}
    lineages.split(
        split=Split(
            household, VILLAGE, told.leaving, APRIL, world[ZHAO], evening(APRIL), household.version, staying=staying
        )
    )
    assert dict(household.memberships.filter(left_on__isnull=True).values_list("member_id", "relationship")) == {
        stays.member_id: "head",
        other.member_id: "sibling",
    }


@pytest.mark.parametrize("leaving", ["nobody", "everybody"])
def test_a_split_takes_some_members_and_not_all(world, leaving: str):
    household = world.household(MARCH, persons=2)
    keys = household.memberships.values_list("member_id", flat=True) if leaving == "everybody" else []
    told = dict.fromkeys(keys, Relationship.HEAD)
    with pytest.raises(Invalid, match="not all"):
        lineages.split(split=Split(household, VILLAGE, told, APRIL, world[ZHAO], evening(APRIL), household.version))


def test_a_household_of_which_nobody_is_left_ends_with_its_case(world):
    case = world.monitored(MARCH, persons=1)
    household = lineages.end(
        household=case.household,
        how=HowEnded.EXTINCT,
        reason="户主去世",
        on=MAY,
        by=world[ZHAO],
        at=evening(JUNE),
        expected_version=case.household.version,
    )
    assert (household.ended_how, household.memberships.get().left_how) == ("extinct", "death")
    assert (counted(APRIL), counted(MAY), counted(MAY, known_at=evening(MAY))) == ((1, 1), (0, 0), (1, 1))
    nothing_differs()


def test_a_household_does_not_end_before_the_last_step_of_its_case(world):
    ending, staying = world.monitored(MAY), world.monitored(MARCH)
    household = Household.objects.get(pk=ending.household_id)
    Household.objects.filter(pk=household.pk).update(registered_on=MARCH)
    Membership.objects.filter(household=household).update(joined_on=MARCH)
    with pytest.raises(Invalid, match="last step"):
        world.merged(ending.household, staying.household, APRIL, at=evening(JUNE))


def test_a_merge_asks_for_permission_in_both_villages_and_for_both_versions(world):
    here, far = world.household(MARCH), world.household(MARCH, village=FAR_VILLAGE)
    told = {"household": here, "into": far, "relationships": {}, "on": MAY, "at": evening(MAY)}
    with pytest.raises(NotAllowed):
        lineages.merge(**told, by=world[LI], expected_version=here.version, into_version=far.version)
    with pytest.raises(Stale):
        lineages.merge(**told, by=world[SUN], expected_version=here.version, into_version=far.version + 1)
    assert lineages.merge(**told, by=world[SUN], expected_version=here.version, into_version=far.version)


def test_an_invented_household_does_not_merge_into_a_real_one(world):
    invented, real = world.household(MARCH), world.household(MARCH)
    made = Household.objects.create(village_id=VILLAGE, registered_on=MARCH, is_synthetic=True)
    assert invented.is_synthetic is False
    with pytest.raises(Conflict, match="invented"):
        world.merged(made, real, MAY)


def test_a_case_reported_again_after_a_restored_one_is_refused_while_that_is_open(world):
    ending, staying = world.monitored(MARCH), world.monitored(MARCH)
    world.unmerged(world.merged(ending.household, staying.household, APRIL), MAY)
    with pytest.raises(Conflict, match="open case"):
        world.report(Household.objects.get(pk=ending.household_id), JUNE)


def test_the_steps_of_a_restored_case_are_not_older_than_its_restoring(world):
    ending = world.report(world.household(MARCH), MARCH)
    staying = world.household(MARCH)
    world.unmerged(world.merged(ending.household, staying, APRIL), MAY)
    with pytest.raises(Invalid, match="2022-05-01"):
        world.steps(ending, WAY_TO_MONITORED[:1], APRIL + timedelta(days=5))
    assert world.steps(ending, WAY_TO_MONITORED, JUNE).status == "monitored"
