"""Who may move a case from which state to which: the whole truth table, by the operation that moves cases."""

from datetime import date

import pytest
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from common.refusals import Refused
from households.models import Case, Posting
from households.operations import cases
from households.operations.cases import Step
from households.rules.codes import EliminationWay
from households.rules.history import EVENT_OF_TRANSITION
from households.workflow import IN_REGISTER, OPEN, STATUSES, TRANSITIONS, UNDER_IDENTIFICATION, UNDER_MONITORING, Status
from tests.cast import (
    CITY,
    COUNTY,
    HIRED_ON,
    OTHER_COUNTY,
    PROVINCE,
    TOWNSHIP,
    VILLAGE,
    WAY_TO_ELIMINATED,
    WAY_TO_MONITORED,
    World,
    evening,
    fresh,
)

BEGUN, TAKEN = date(2022, 3, 1), date(2022, 4, 1)
S = Status
ALLOWED: dict[tuple[Status, Status], set[Role]] = {
    (S.REPORTED, S.VERIFIED): {Role.CASEWORKER, Role.REVIEWER},
    (S.REPORTED, S.REFUSED): {Role.CASEWORKER, Role.REVIEWER},
    (S.VERIFIED, S.REVIEWED): {Role.REVIEWER},
    (S.VERIFIED, S.REFUSED): {Role.REVIEWER},
    (S.REVIEWED, S.MONITORED): {Role.APPROVER},
    (S.REVIEWED, S.REFUSED): {Role.APPROVER},
    (S.MONITORED, S.ELIMINATION_PROPOSED): {Role.CASEWORKER},
    (S.ELIMINATION_PROPOSED, S.MONITORED): {Role.APPROVER},
    (S.ELIMINATION_PROPOSED, S.ELIMINATED): {Role.APPROVER},
    (S.ELIMINATED, S.MONITORED): {Role.APPROVER},
}


def hire(role: Role, place: str = CITY, starts_on: date = HIRED_ON, ends_on: date | None = None) -> User:
    """Somebody who has taken no step yet, posted as `role`."""
    user = User.objects.create(username=f"new.{role}.{place}.{starts_on}")
    Posting.objects.create(user=user, role=role.value, division_id=place, starts_on=starts_on, ends_on=ends_on)
    return user


def one_case_in_each_state(world: World) -> dict[Status, Case]:
    ways = {S.REPORTED: (), S.REFUSED: (S.VERIFIED, S.REVIEWED, S.REFUSED)}
    ways |= {to: WAY_TO_ELIMINATED[: number + 1] for number, to in enumerate(WAY_TO_ELIMINATED)}
    found = {}
    for status, way in ways.items():
        case = world.report(world.household(BEGUN), BEGUN)
        found[status] = world.steps(case, way, BEGUN)
    again = world.eliminated(BEGUN, BEGUN)
    world.steps(world.report(again.household, BEGUN), WAY_TO_MONITORED, BEGUN)
    return found | {S.SUPERSEDED: fresh(again)}


def outcome(case: Case, to: Status, user: User, on: date = TAKEN) -> str:
    """What came of the attempt, which leaves no trace."""
    step = Step(case, to, on, user, evening(on), case.version, way=EliminationWay.NATURAL, reason="依据")
    try:
        with transaction.atomic():
            moved = cases.move(step)
            transaction.set_rollback(True)
    except Refused as refusal:
        return refusal.stable_code
    return moved.status


def test_a_case_is_moved_by_exactly_the_roles_of_the_table(world):
    held = one_case_in_each_state(world)
    assert {status: case.status for status, case in held.items()} == {status: status.value for status in Status}
    users = {role: hire(role) for role in Role}
    found = {
        (was, to, role): outcome(case, to, user)
        for was, case in held.items()
        for to in Status
        for role, user in users.items()
    }

    def expected(was: Status, to: Status, role: Role) -> str:
        if (was, to) not in ALLOWED:
            return "wrong_state"
        return to.value if role in ALLOWED[was, to] else "not_allowed"

    assert found == {key: expected(*key) for key in found}
    assert len(found) == 8 * 8 * 6


@pytest.mark.parametrize(
    ("place", "result"),
    [
        (PROVINCE, "verified"),
        (CITY, "verified"),
        (COUNTY, "verified"),
        (TOWNSHIP, "verified"),
        (VILLAGE, "verified"),
        (OTHER_COUNTY, "not_allowed"),
        ("620121100202", "not_allowed"),
    ],
)
def test_a_posting_reaches_its_division_and_all_below_it(world, place, result):
    case = world.report(world.household(BEGUN), BEGUN)
    assert outcome(case, S.VERIFIED, hire(Role.CASEWORKER, place)) == result


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "result"),
    [
        (date(2022, 4, 2), None, "not_allowed"),
        (date(2022, 4, 1), None, "verified"),
        (date(2022, 1, 1), date(2022, 4, 1), "verified"),
        (date(2022, 1, 1), date(2022, 3, 31), "not_allowed"),
    ],
)
def test_a_posting_holds_from_its_first_to_its_last_day(world, starts_on, ends_on, result):
    case = world.report(world.household(BEGUN), BEGUN)
    assert outcome(case, S.VERIFIED, hire(Role.CASEWORKER, CITY, starts_on, ends_on), TAKEN) == result


def test_whose_posting_has_ended_cannot_date_a_step_back_into_it(world):
    case = world.report(world.household(BEGUN), BEGUN)
    gone = hire(Role.CASEWORKER, CITY, date(2022, 1, 1), date(2022, 3, 31))
    with pytest.raises(Refused) as refusal:
        cases.verify(case=case, on=date(2022, 3, 20), by=gone, at=evening(date(2022, 5, 1)), expected_version=1)
    assert refusal.value.stable_code == "not_allowed"


def test_every_state_can_be_reached_and_every_transition_has_its_event():
    assert {to for _was, to in TRANSITIONS} == set(Status) - {S.REPORTED}
    assert set(EVENT_OF_TRANSITION) == set(TRANSITIONS)
    assert set(STATUSES) == set(Status)


def test_the_sets_of_states_are_what_statistics_name():
    assert {S.MONITORED, S.ELIMINATION_PROPOSED} == UNDER_MONITORING
    assert {S.MONITORED, S.ELIMINATION_PROPOSED, S.ELIMINATED} == IN_REGISTER
    assert {S.REPORTED, S.VERIFIED, S.REVIEWED} == UNDER_IDENTIFICATION
    assert OPEN == UNDER_IDENTIFICATION | UNDER_MONITORING
