"""Who may move a case from which state to which: the whole truth table, by the operation that moves cases."""

from datetime import date

import pytest
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from common.refusals import Refused
from households.models import Case, Posting
from households.operations import cases, moves
from households.operations.moves import Step
from households.rules.codes import EliminationWay
from households.rules.history import EVENT_OF_TRANSITION
from households.rules.procedure import ASKED
from households.workflow import (
    IN_REGISTER,
    OPEN,
    STATUSES,
    TRANSITIONS,
    UNDER_ELIMINATION,
    UNDER_IDENTIFICATION,
    UNDER_MONITORING,
    Status,
)
from tests.cast import (
    CITY,
    COUNTY,
    HIRED_ON,
    OTHER_COUNTY,
    PROVINCE,
    RECORDS,
    TOWNSHIP,
    VERIFICATION,
    VILLAGE,
    WAY_TO_ELIMINATED,
    WAY_TO_MONITORED,
    World,
    evening,
    fresh,
)

BEGUN, TAKEN = date(2022, 3, 1), date(2022, 4, 1)
S = Status
VISITING = {Role.CASEWORKER, Role.CONVENER, Role.REVIEWER}
COMPARING = {Role.REVIEWER, Role.APPROVER, Role.CLIENT}
MEETING_HELD = {Role.CONVENER, Role.REVIEWER}
ALLOWED: dict[tuple[Status, Status], set[Role]] = {
    (S.REPORTED, S.VERIFIED): VISITING,
    (S.REPORTED, S.REFUSED): VISITING,
    (S.VERIFIED, S.COMPARED): COMPARING,
    (S.VERIFIED, S.REFUSED): COMPARING,
    (S.COMPARED, S.REVIEWED): MEETING_HELD,
    (S.COMPARED, S.REFUSED): MEETING_HELD,
    (S.REVIEWED, S.NOTICED): VISITING,
    (S.NOTICED, S.OBJECTED): VISITING,
    (S.OBJECTED, S.NOTICED): MEETING_HELD,
    (S.OBJECTED, S.REFUSED): MEETING_HELD,
    (S.NOTICED, S.TOWNSHIP_PASSED): {Role.REVIEWER},
    (S.NOTICED, S.REFUSED): {Role.REVIEWER},
    (S.TOWNSHIP_PASSED, S.MONITORED): {Role.APPROVER},
    (S.TOWNSHIP_PASSED, S.REFUSED): {Role.APPROVER},
    (S.MONITORED, S.ELIMINATION_PROPOSED): {Role.CASEWORKER},
    (S.ELIMINATION_PROPOSED, S.ELIMINATION_VERIFIED): VISITING,
    (S.ELIMINATION_PROPOSED, S.MONITORED): VISITING,
    (S.ELIMINATION_VERIFIED, S.ELIMINATION_REVIEWED): MEETING_HELD,
    (S.ELIMINATION_VERIFIED, S.MONITORED): MEETING_HELD,
    (S.ELIMINATION_REVIEWED, S.ELIMINATION_NOTICED): VISITING,
    (S.ELIMINATION_NOTICED, S.ELIMINATION_OBJECTED): VISITING,
    (S.ELIMINATION_OBJECTED, S.ELIMINATION_NOTICED): MEETING_HELD,
    (S.ELIMINATION_OBJECTED, S.MONITORED): MEETING_HELD,
    (S.ELIMINATION_NOTICED, S.ELIMINATION_TOWNSHIP_PASSED): {Role.REVIEWER},
    (S.ELIMINATION_NOTICED, S.MONITORED): {Role.REVIEWER},
    (S.ELIMINATION_TOWNSHIP_PASSED, S.ELIMINATED): {Role.APPROVER},
    (S.ELIMINATION_TOWNSHIP_PASSED, S.MONITORED): {Role.APPROVER},
    (S.ELIMINATED, S.MONITORED): {Role.APPROVER},
}


def hire(role: Role, place: str = CITY, starts_on: date = HIRED_ON, ends_on: date | None = None) -> User:
    """Somebody who has taken no step yet, posted as `role`."""
    user = User.objects.create(username=f"new.{role}.{place}.{starts_on}")
    Posting.objects.create(user=user, role=role.value, division_id=place, starts_on=starts_on, ends_on=ends_on)
    return user


def one_case_in_each_state(world: World) -> dict[Status, Case]:
    ways = {S.REPORTED: (), S.REFUSED: (*WAY_TO_MONITORED[:-1], S.REFUSED)}
    ways[S.OBJECTED] = (*WAY_TO_MONITORED[:4], S.OBJECTED)
    ways[S.ELIMINATION_OBJECTED] = (*WAY_TO_ELIMINATED[:10], S.ELIMINATION_OBJECTED)
    ways |= {to: WAY_TO_ELIMINATED[: number + 1] for number, to in enumerate(WAY_TO_ELIMINATED)}
    found = {}
    for status, way in ways.items():
        case = world.report(world.surveyed(world.household(BEGUN), BEGUN), BEGUN)
        found[status] = world.steps(case, way, BEGUN)
    again = world.eliminated(BEGUN, BEGUN)
    world.steps(world.report(again.household, BEGUN), WAY_TO_MONITORED, BEGUN)
    gone = world.monitored(BEGUN)
    world.merged(gone.household, again.household, TAKEN)
    return found | {S.SUPERSEDED: fresh(again), S.ENDED: fresh(gone)}


def outcome(case: Case, to: Status, user: User, on: date = TAKEN) -> str:
    """What came of the attempt, which leaves no trace."""
    record = RECORDS.get(ASKED.get(EVENT_OF_TRANSITION.get((Status(case.status), to))))
    step = Step(case, to, on, user, evening(on), case.version, way=EliminationWay.NATURAL, reason="依据", record=record)
    try:
        with transaction.atomic():
            moved = moves.move(step)
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
    assert len(found) == 18 * 18 * 7


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
    case = world.report(world.surveyed(world.household(BEGUN), BEGUN), BEGUN)
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
    case = world.report(world.surveyed(world.household(BEGUN), BEGUN), BEGUN)
    assert outcome(case, S.VERIFIED, hire(Role.CASEWORKER, CITY, starts_on, ends_on), TAKEN) == result


def test_whose_posting_has_ended_cannot_date_a_step_back_into_it(world):
    case = world.report(world.household(BEGUN), BEGUN)
    gone = hire(Role.CASEWORKER, CITY, date(2022, 1, 1), date(2022, 3, 31))
    with pytest.raises(Refused) as refusal:
        cases.verify(
            case=case,
            record=VERIFICATION,
            on=date(2022, 3, 20),
            by=gone,
            at=evening(date(2022, 5, 1)),
            expected_version=1,
        )
    assert refusal.value.stable_code == "not_allowed"


def test_every_state_can_be_reached_and_every_transition_has_its_event():
    assert {to for _was, to in TRANSITIONS} == set(Status) - {S.REPORTED, S.ENDED}
    assert set(EVENT_OF_TRANSITION) == set(TRANSITIONS)
    assert set(STATUSES) == set(Status)


def test_the_sets_of_states_are_what_statistics_name():
    assert {S.MONITORED} | UNDER_ELIMINATION == UNDER_MONITORING
    assert UNDER_MONITORING | {S.ELIMINATED} == IN_REGISTER
    assert {was for was, to in TRANSITIONS if to is S.REFUSED} | {S.REVIEWED} == UNDER_IDENTIFICATION
    assert {status for status in Status if status.startswith("elimination_")} == UNDER_ELIMINATION
    assert OPEN == UNDER_IDENTIFICATION | UNDER_MONITORING
