"""The chain of reviews: hands, notices, objections, evidence, and what a page is told in advance."""

from datetime import date, timedelta

import pytest

from accounts.permissions import Role
from assistance.operations import eliminations
from common.refusals import Conflict, Invalid
from households.models import Posting
from households.operations import assignments, cases, moves
from households.operations.moves import Step
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, HouseholdType, Risk
from households.rules.history import EVENT_OF_TRANSITION, HAND_OF_REFUSAL, PROCEDURES, EventKind, Hand, hand_of
from households.rules.procedure import Meeting, Objection, Verification
from households.workflow import AWAITING_DECISION, TRANSITIONS, Status
from tests.cast import (
    CHEN,
    CITY,
    HIRED_ON,
    HUANG,
    LI,
    MEETING,
    NOTICE,
    SUN,
    VERIFICATION,
    WANG,
    WAY_FROM_MONITORED,
    WAY_TO_MONITORED,
    ZHAO,
    World,
    evening,
    fresh,
)

S = Status
MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


def acting(world: World, case, who: str, on: date) -> dict:
    case = fresh(case)
    return {"case": case, "on": on, "by": world[who], "at": evening(on), "expected_version": case.version}


def give(world: World, who: str, role: Role) -> None:
    Posting.objects.create(user=world[who], role=role.value, division_id=CITY, starts_on=HIRED_ON)


def on_notice(world: World, on: date = APRIL):
    return world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:4], on)


# --- hands ---------------------------------------------------------------------------------------------------------


def test_every_step_that_decides_lies_in_one_hand():
    free = {EventKind.OBJECTED, EventKind.ELIMINATION_OBJECTED, EventKind.ROLLED_BACK, EventKind.SUPERSEDED}
    for pair in TRANSITIONS:
        assert (hand_of(*pair) is None) == (EVENT_OF_TRANSITION[pair] in free), pair
    assert set(HAND_OF_REFUSAL) == AWAITING_DECISION - {S.REVIEWED, S.ELIMINATION_REVIEWED}


@pytest.mark.parametrize("start", [EventKind.REPORTED, EventKind.ELIMINATION_PROPOSED])
def test_nobody_takes_steps_of_two_hands_whatever_his_roles(world, start):
    """The same person, holding every role, is refused at every step but the first and his own hand's."""
    for role in Role:
        give(world, SUN, role)
    begun = world.report(world.household(MARCH), MARCH)
    way = WAY_TO_MONITORED if start is EventKind.REPORTED else WAY_FROM_MONITORED
    if start is EventKind.ELIMINATION_PROPOSED:
        begun = world.steps(begun, WAY_TO_MONITORED, MARCH)
    hands = list(PROCEDURES[start].values())
    for first, hand in enumerate(hand for hand in dict.fromkeys(hands) if hand is not Hand.SECOND_REVIEW):
        if hand is Hand.PROPOSAL:
            continue
        case = begun
        refused = []
        for to in way:
            was = Status(fresh(case).status)
            mine = hand_of(was, to) is hand
            if first and hand_of(was, to) is not hand and _has_acted(case, world[SUN]):
                with pytest.raises(Conflict) as refusal:
                    world.step(case, to, APRIL, by=SUN)
                refused.append(refusal.value.stable_code)
            case = world.step(case, to, APRIL, by=SUN if mine else None)
        assert set(refused) <= {"same_person"}
        begun = _another(world, start)


def _has_acted(case, who) -> bool:
    return case.events.filter(recorded_by=who).exists()


def _another(world: World, start: EventKind):
    case = world.report(world.household(MARCH), MARCH)
    return case if start is EventKind.REPORTED else world.steps(case, WAY_TO_MONITORED, MARCH)


def test_who_held_the_meeting_may_post_its_notice_and_not_hold_the_second_meeting(world):
    case = on_notice(world)
    assert case.events.get(kind="notice_posted").recorded_by == world[HUANG]
    cases.object_to(record=Objection("家中有车"), **acting(world, case, LI, APRIL))
    with pytest.raises(Conflict) as refusal:
        cases.review(record=MEETING, **acting(world, case, HUANG, APRIL))
    assert refusal.value.stable_code == "same_person"
    case = cases.review(record=MEETING, **acting(world, case, ZHAO, APRIL))
    assert (case.status, list(case.events.values_list("kind", flat=True))[-2:]) == (
        "noticed",
        ["objected", "reviewed_again"],
    )


def test_the_second_meeting_may_refuse_with_a_reason(world):
    case = on_notice(world)
    cases.object_to(record=Objection("家中有车"), **acting(world, case, LI, APRIL))
    case = cases.refuse(reason="异议成立", **acting(world, case, ZHAO, APRIL))
    assert case.status == "refused"


def test_the_person_responsible_does_not_review(world):
    case = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:2], MARCH)
    assignments.assign(household=case.household, user=world[HUANG], starts_on=APRIL, by=world[SUN], at=evening(MAY))
    assert world.step(case, S.REVIEWED, date(2022, 3, 31)).status == "reviewed"
    again = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:2], MARCH)
    assignments.assign(household=again.household, user=world[HUANG], starts_on=APRIL, by=world[SUN], at=evening(MAY))
    with pytest.raises(Conflict) as refusal:
        world.step(again, S.REVIEWED, APRIL)
    assert refusal.value.stable_code == "responsible_person"


def test_the_person_responsible_may_verify_at_home(world):
    case = world.report(world.household(MARCH), MARCH)
    assignments.assign(household=case.household, user=world[WANG], starts_on=MARCH, by=world[SUN], at=evening(MAY))
    assert world.step(case, S.VERIFIED, APRIL).status == "verified"


# --- notices -------------------------------------------------------------------------------------------------------


def test_a_notice_hangs_its_days_before_the_township_decides(world):
    world.with_waiting()
    case = on_notice(world, APRIL)
    with pytest.raises(Conflict) as refusal:
        world.step(case, S.TOWNSHIP_PASSED, APRIL + timedelta(days=4))
    assert refusal.value.stable_code == "notice_running"
    assert "2022-04-06" in str(refusal.value)
    assert world.step(case, S.TOWNSHIP_PASSED, APRIL + timedelta(days=5)).status == "township_passed"


def test_after_an_objection_the_same_notice_hangs_on(world):
    world.with_waiting()
    case = on_notice(world, APRIL)
    cases.object_to(record=Objection("家中有车"), **acting(world, case, LI, date(2022, 4, 3)))
    cases.review(record=MEETING, **acting(world, case, ZHAO, date(2022, 4, 4)))
    give(world, SUN, Role.REVIEWER)
    case = world.step(case, S.TOWNSHIP_PASSED, date(2022, 4, 6), by=SUN)
    assert case.events.filter(kind="notice_posted").count() == 1


def test_a_notice_is_posted_once(world):
    case = on_notice(world)
    with pytest.raises(Conflict) as refusal:
        cases.post_notice(record=NOTICE, **acting(world, case, HUANG, APRIL))
    assert refusal.value.stable_code == "wrong_state"


# --- evidence and records ------------------------------------------------------------------------------------------


def test_a_clue_is_verified_on_a_survey_and_a_check_of_the_last_twelve_months(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Conflict) as refusal:
        cases.verify(record=VERIFICATION, **acting(world, case, WANG, APRIL))
    assert refusal.value.stable_code == "income_missing"
    world.surveyed(case.household, MARCH)
    with pytest.raises(Conflict):
        cases.verify(record=VERIFICATION, **acting(world, case, WANG, date(2023, 3, 3)))
    assert cases.verify(record=VERIFICATION, **acting(world, case, WANG, APRIL)).status == "verified"


def test_a_clue_is_not_verified_without_the_authorisation_of_all_members(world):
    case = world.report(world.surveyed(world.household(MARCH), MARCH), MARCH)
    with pytest.raises(Invalid) as refusal:
        cases.verify(record=Verification(False, "属实"), **acting(world, case, WANG, APRIL))
    assert refusal.value.field == "is_authorised"


def test_a_step_without_its_record_is_refused(world):
    case = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:2], MARCH)
    with pytest.raises(Invalid) as refusal:
        moves.move(Step(case, S.REVIEWED, APRIL, world[HUANG], evening(APRIL), case.version))
    assert refusal.value.field == "record"


def test_a_meeting_that_did_not_agree_moves_nothing_on(world):
    case = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:2], MARCH)
    with pytest.raises(Invalid) as refusal:
        cases.review(record=Meeting(10, 5, 5, "意见不一"), **acting(world, case, HUANG, APRIL))
    assert refusal.value.field == "votes_for"
    assert fresh(case).status == "compared"


def test_what_was_written_down_stands_in_the_history(world):
    case = on_notice(world)
    told = dict(case.events.values_list("kind", "details"))
    assert told["reviewed"]["votes_against"] == 1
    assert told["compared"]["registers"] == ["civil", "property"]
    assert told["notice_posted"]["place"] == "村务公开栏"
    assert told["reported"] == {"source": "inspection"}


# --- the way of an elimination, feedback, the green channel ----------------------------------------------------------


def test_a_risk_is_eliminated_in_the_way_that_was_proposed(world):
    case = world.monitored(MARCH)
    eliminations.propose(way=EliminationWay.NATURAL, **acting(world, case, LI, APRIL))
    case = world.steps(case, WAY_FROM_MONITORED[1:5], APRIL)
    assert eliminations.approve(**acting(world, case, CHEN, MAY)).elimination_way == "natural"


def test_an_elimination_is_declined_at_each_step_and_monitoring_goes_on(world):
    for number, who in [(1, WANG), (2, HUANG), (4, ZHAO), (5, CHEN)]:
        case = world.steps(world.monitored(MARCH), WAY_FROM_MONITORED[:number], APRIL)
        case = cases.decline_elimination(reason="收入不稳", **acting(world, case, who, MAY))
        assert (case.status, case.events.last().details) == ("monitored", {"reason": "收入不稳"})


def test_a_household_is_refused_at_each_step(world):
    for number, who in [(0, WANG), (1, ZHAO), (2, HUANG), (4, ZHAO), (5, CHEN)]:
        case = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED[:number], APRIL)
        assert cases.refuse(reason="不符合条件", **acting(world, case, who, MAY)).status == "refused"


def test_nobody_ends_an_eliminated_episode_but_the_next_one(world):
    case = world.eliminated(MARCH, APRIL)
    with pytest.raises(Conflict) as refusal:
        moves.move(Step(to=S.SUPERSEDED, **acting(world, case, CHEN, MAY)))
    assert refusal.value.stable_code == "wrong_state"


def test_a_clue_that_was_refused_stays_refused_when_the_household_is_identified_later(world):
    home = world.household(MARCH)
    refused = cases.refuse(reason="不符合条件", **acting(world, world.report(home, MARCH), WANG, MARCH))
    assert world.steps(world.report(home, APRIL), WAY_TO_MONITORED, MAY).status == "monitored"
    assert fresh(refused).status == "refused"


def test_the_household_is_told_the_outcome_once_a_decision(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Conflict):
        cases.give_feedback(told="电话", **acting(world, case, WANG, APRIL))
    cases.refuse(reason="收入稳定", **acting(world, case, WANG, APRIL))
    with pytest.raises(Invalid):
        cases.give_feedback(told="电话", **acting(world, case, WANG, MARCH))
    case = cases.give_feedback(told="上门告知本人", **acting(world, case, WANG, MAY))
    assert case.events.last().details == {"told": "上门告知本人"}
    with pytest.raises(Conflict):
        cases.give_feedback(told="电话", **acting(world, case, WANG, MAY))


@pytest.mark.parametrize(("risk", "is_taken"), [(Risk.ACCIDENT, True), (Risk.SCHOOLING, False)])
def test_the_green_channel_is_for_facts_that_are_clear_at_once(world, risk, is_taken):
    given = {"household": world.household(MARCH), "household_type": HouseholdType.SUDDEN, "risks": [RiskFound(risk)]}
    given |= {"on": MARCH, "by": world[LI], "at": evening(MARCH), "is_green_channel": True}
    if is_taken:
        assert cases.report(**given).is_green_channel
    else:
        with pytest.raises(Invalid) as refusal:
            cases.report(**given)
        assert refusal.value.field == "is_green_channel"


# --- what a page is told in advance --------------------------------------------------------------------------------


def test_the_options_say_why_a_person_may_not_take_them(world):
    world.with_waiting()
    case = on_notice(world, APRIL)

    def told(who: str, on: date) -> dict[str, str]:
        found = moves.options(case=fresh(case), by=world[who], at=evening(on))
        return {option.to.value: option.code for option in found}

    early, due = date(2022, 4, 2), date(2022, 4, 6)
    assert told(ZHAO, early) == {"objected": "", "township_passed": "notice_running", "refused": ""}
    assert told(ZHAO, due) == {"objected": "", "township_passed": "", "refused": ""}
    assert told(CHEN, due) == dict.fromkeys(["objected", "township_passed", "refused"], "not_allowed")
    give(world, WANG, Role.REVIEWER)
    assert told(WANG, due) == {"objected": "", "township_passed": "same_person", "refused": "same_person"}


def test_what_the_options_promise_is_what_the_operation_does(world):
    """For each person and state: what is offered can be taken, and what is not is refused with the code it was told."""
    case = world.report(world.household(MARCH), MARCH)
    for to in WAY_TO_MONITORED:
        for who in (LI, WANG, HUANG, ZHAO, CHEN):
            [option] = [o for o in moves.options(case=fresh(case), by=world[who], at=evening(APRIL)) if o.to is to]
            if option.code:
                with pytest.raises(Exception) as refusal:
                    world.step(case, to, APRIL, by=who)
                assert refusal.value.stable_code == option.code
        case = world.step(case, to, APRIL)


def test_who_verified_a_household_once_may_propose_its_elimination(world):
    case = world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED, APRIL)
    told = {option.to: option.code for option in moves.options(case=case, by=world[WANG], at=evening(MAY))}
    assert told[S.ELIMINATION_PROPOSED] == ""
