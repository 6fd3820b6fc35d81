"""Stored spans: what the database refuses, what past knowledge keeps, and that a rebuild changes nothing."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.refusals import Refused
from households.models import Case, CaseSpan, Household
from households.operations import corrections, members
from households.operations.audits import audit_spans
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.workflow import IN_REGISTER, Status
from tests.cast import LI, TAKEN_BY, WAY_TO_ELIMINATED, WAY_TO_MONITORED, ZHAO, World, evening, fresh

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))


def status_on(case: Case, day: date, known_at=None) -> str | None:
    return case.spans.as_of(day).known_at(known_at).values_list("status", flat=True).first()


def test_overlapping_spans_of_one_case_are_refused(world):
    span = world.report(world.household(MARCH), MARCH).spans.get()
    span.pk, span.valid = None, DateRange(APRIL, MAY)
    with pytest.raises(IntegrityError, match="case_has_one_truth"), transaction.atomic():
        span.save(force_insert=True)


def test_spans_of_one_case_may_share_days_that_were_known_at_different_moments(world):
    span = world.report(world.household(MARCH), MARCH).spans.get()
    span.pk, span.recorded = None, DateTimeTZRange(evening(MARCH) - timedelta(days=9), evening(MARCH))
    span.save(force_insert=True)
    assert CaseSpan.objects.count() == 2


def test_a_household_is_in_the_register_once(world):
    case = world.monitored(MARCH)
    other = Case.objects.get(pk=case.pk)
    other.pk, other.episode, other.status = uuid.uuid4(), 2, "refused"
    other.save(force_insert=True)
    span = case.spans.known_at(None).get(status="monitored")
    span.pk, span.case = None, other
    with pytest.raises(IntegrityError, match="household_is_in_register_once"), transaction.atomic():
        span.save(force_insert=True)
    span.status = "refused"
    span.save(force_insert=True)


def test_as_known_before_a_roll_back_the_case_stays_eliminated(world):
    case = world.eliminated(MARCH, APRIL)
    world.step(case, Status.MONITORED, MAY, at=evening(JUNE))
    assert (status_on(case, JULY), status_on(case, JULY, evening(MAY))) == ("monitored", "eliminated")
    assert status_on(case, APRIL) == "eliminated"


def test_a_case_back_dated_today_was_not_known_yesterday(world):
    case = world.report(world.household(MARCH), MARCH)
    world.step(case, Status.VERIFIED, APRIL, at=evening(JUNE))
    assert (status_on(case, MAY), status_on(case, MAY, evening(MAY))) == ("verified", "reported")
    assert status_on(case, MAY, evening(MARCH) - timedelta(seconds=1)) is None


def test_a_correction_changes_the_days_and_not_what_was_known_before(world):
    case = world.eliminated(MARCH, MAY)
    world.correct(case, "eliminated", JUNE, evening(JULY))
    assert fresh(case).eliminated_on == JUNE
    assert (status_on(case, MAY), status_on(case, MAY, evening(JUNE))) == ("elimination_passed", "eliminated")
    assert case.spans.as_of(JULY).known_at(None).get().eliminated_on == JUNE
    assert case.spans.as_of(JULY).known_at(evening(JUNE)).get().eliminated_on == MAY


def test_a_removed_household_leaves_every_span_and_stays_in_what_was_known(world):
    case = world.monitored(MARCH)
    world.remove(case.household, evening(MAY))
    assert status_on(case, JUNE) is None
    assert status_on(case, MARCH) is None
    assert status_on(case, JUNE, evening(APRIL)) == "monitored"


def test_a_member_who_joined_last_month_counts_from_then_on_once_it_is_known(world):
    case = world.monitored(MARCH, persons=3)
    world.join(case.household, APRIL, at=evening(JUNE))

    def persons(day: date, known_at=None) -> int:
        return case.spans.as_of(day).known_at(known_at).get().persons

    assert [persons(day) for day in (MARCH, APRIL, JULY)] == [3, 4, 4]
    assert persons(JULY, evening(MAY)) == 3


def test_a_back_dated_member_counts_in_the_episode_that_has_ended_since(world):
    case = world.eliminated(MARCH, APRIL, persons=3)
    world.steps(world.report(case.household, JUNE), WAY_TO_MONITORED, JUNE)
    world.join(case.household, MAY, at=evening(JULY))
    held = CaseSpan.objects.known_at(None)
    assert (held.as_of(MAY).get().persons, held.as_of(MAY).get().case_id) == (4, case.pk)
    assert held.as_of(APRIL).get().persons == 3
    assert held.as_of(JULY).filter(status="monitored").get().persons == 4


# Random walks: each number picks what is tried next; what is refused is refused by a sentence and changes nothing.


def _try(world: World, household: Household, action: int, at: date) -> None:
    case = Case.objects.filter(household=household).order_by("-episode").first()
    if action < 5 and case is not None:
        nexts = (Status.VERIFIED, Status.REVIEWED, Status.MONITORED, Status.ELIMINATION_PROPOSED, Status.ELIMINATED)
        world.step(case, nexts[action], at - timedelta(days=action), at=evening(at))
    elif action == 5:
        world.report(household, at)
    elif action == 6:
        world.join(household, at - timedelta(days=20), at=evening(at))
    elif action == 7:
        membership = household.memberships.filter(left_on__isnull=True).order_by("joined_on").last()
        version = Household.objects.get(pk=household.pk).version
        told = {"reason": "外出", "by": world[LI], "at": evening(at), "expected_version": version}
        if membership is not None:
            members.leave(membership=membership, on=at, **told)
    elif action in {8, 9} and case is not None:
        events = [event for each in Case.objects.filter(household=household) for event in each.events.all()]
        event = events[(at.day * action) % len(events)]
        day = event.occurred_on + timedelta(days=(at.day % 7) - 3)
        world.correct(event.case, event.kind, day, evening(at))
    elif action == 10 and case is not None:
        corrections.reclassify(
            case=case,
            household_type=HouseholdType.SUDDEN,
            risks=[RiskFound(Risk.ACCIDENT)],
            has_no_labour=True,
            on=at - timedelta(days=at.day % 9),
            by=world[ZHAO],
            at=evening(at),
            expected_version=fresh(case).version,
        )
    elif action == 11 and at.day == 7:
        world.remove(household, evening(at))


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # shrinking a walk takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(0, 5),
    st.lists(st.tuples(st.one_of(st.integers(0, 11), st.just(-1)), st.integers(0, 9)), min_size=8, max_size=30),
)
def test_after_any_walk_of_operations_a_rebuild_changes_nothing(world, begun: int, walk: list[tuple[int, int]]):
    with transaction.atomic():
        household, today = world.household(MARCH, persons=2), MARCH + timedelta(days=30)
        world.steps(world.report(household, MARCH), WAY_TO_ELIMINATED[:begun], MARCH)
        for action, days in walk:
            today += timedelta(days=days)
            for each in _actions(household, action):
                try:
                    with transaction.atomic():
                        _try(world, household, each, today)
                except Refused:
                    continue
        assert audit_spans().differences == []
        for case in Case.objects.filter(household=household, household__removed_at__isnull=True):
            _agrees_with_its_last_span(case)
        transaction.set_rollback(True)


def _actions(household: Household, action: int) -> list[int]:
    """-1 stands for whatever moves the procedure on, so that walks get far."""
    if action >= 0:
        return [action]
    case = Case.objects.filter(household=household).order_by("-episode").first()
    order = ["reported", "verified", "reviewed", "monitored", "elimination_proposed"]
    return [order.index(case.status)] if case is not None and case.status in order else [5]


def _agrees_with_its_last_span(case: Case) -> None:
    last = case.spans.known_at(None).get(valid__upper_inf=True)
    names = ("status", "household_type", "has_no_labour", "identified_on", "eliminated_on", "elimination_way")
    assert {name: getattr(case, name) for name in names} == {name: getattr(last, name) for name in names}
    assert list(case.risks.values_list("risk", flat=True)) == last.risks
    if case.status in {status.value for status in IN_REGISTER}:
        assert last.persons == case.household.memberships.filter(left_on__isnull=True).count()


def test_the_cast_takes_each_step_by_another_person():
    assert len({TAKEN_BY[status] for status in WAY_TO_MONITORED} | {LI}) == 6
