"""Cases from the clue to the elimination, and what is refused on the way."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from assistance.operations import eliminations
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Case, CaseEvent, CaseSpan
from households.operations import cases, moves
from households.operations.cases import Report
from households.operations.moves import Step
from households.rules.admission import RiskFound
from households.rules.codes import Disaster, EliminationWay, HouseholdType, Risk
from households.workflow import Status
from tests.cast import (
    BUREAU,
    CHEN,
    COMPARISON,
    HUANG,
    LI,
    MEETING,
    NOTICE,
    STRANGER,
    VERIFICATION,
    WANG,
    WAY_TO_ELIMINATED,
    WAY_TO_MONITORED,
    ZHAO,
    World,
    evening,
    fresh,
)

S = Status
MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


def verify(world: World, case: Case, *, on: date = APRIL, by: str = WANG, at=None, version: int | None = 1) -> Case:
    world.surveyed(case.household, MARCH)
    return cases.verify(
        case=case, record=VERIFICATION, on=on, by=world[by], at=at or evening(on), expected_version=version
    )


def compare(world: World, case: Case, *, on: date = APRIL, at=None) -> Case:
    given = {"on": on, "by": world[BUREAU], "at": at or evening(on), "expected_version": 2}
    return cases.compare(case=case, record=COMPARISON, **given)


def test_a_report_opens_a_case_of_the_household_in_its_village(world):
    household = world.household(MARCH)
    case = world.report(household, APRIL, risks=[Risk.ILLNESS, Risk.SCHOOLING], has_no_labour=True)
    assert (case.household, case.village_id, case.episode, case.version) == (household, household.village_id, 1, 1)
    assert (case.status, case.reported_on, case.identified_on, case.has_no_labour) == ("reported", APRIL, None, True)
    assert [(risk.position, risk.risk) for risk in case.risks.all()] == [(1, "illness"), (2, "schooling")]


def test_the_named_steps_lead_from_the_clue_to_the_elimination(world):
    case = world.report(world.household(MARCH), MARCH)
    case = compare(world, verify(world, case))

    def acting(who: str, on: date) -> dict:
        return {"case": case, "on": on, "by": world[who], "at": evening(on), "expected_version": case.version}

    case = cases.review(record=MEETING, **acting(HUANG, APRIL))
    case = cases.post_notice(record=NOTICE, **acting(HUANG, APRIL))
    case = cases.review_at_township(**acting(ZHAO, MAY))
    case = cases.approve(**acting(CHEN, MAY))
    assert (case.status, case.identified_on, case.version) == ("monitored", MAY, 7)
    case = eliminations.propose(way=EliminationWay.NATURAL, **acting(LI, MAY))
    case = cases.verify(record=VERIFICATION, **acting(WANG, MAY))
    case = cases.review(record=MEETING, **acting(HUANG, MAY))
    case = cases.post_notice(record=NOTICE, **acting(HUANG, MAY))
    case = cases.review_at_township(**acting(ZHAO, JUNE))
    case = eliminations.approve(**acting(CHEN, JUNE))
    assert (case.status, case.eliminated_on, case.elimination_way, case.version) == ("eliminated", JUNE, "natural", 13)
    assert fresh(case).elimination_way == "natural"
    assert list(case.events.values_list("kind", flat=True)) == [
        "reported",
        "verified",
        "compared",
        "reviewed",
        "notice_posted",
        "township_passed",
        "identified",
        "elimination_proposed",
        "elimination_verified",
        "elimination_reviewed",
        "elimination_notice_posted",
        "elimination_passed",
        "eliminated",
    ]


def test_a_refused_case_keeps_its_reason(world):
    case = world.report(world.household(MARCH), MARCH)
    case = cases.refuse(case=case, reason="收入稳定", on=APRIL, by=world[WANG], at=evening(APRIL), expected_version=1)
    assert (case.status, case.events.get(kind="refused").details) == ("refused", {"reason": "收入稳定"})


def test_a_declined_elimination_lets_monitoring_go_on(world):
    case = world.steps(world.monitored(MARCH), [S.ELIMINATION_PROPOSED], APRIL)
    case = cases.decline_elimination(
        case=case, reason="措施未满", on=MAY, by=world[WANG], at=evening(MAY), expected_version=case.version
    )
    assert (case.status, case.identified_on, case.eliminated_on) == ("monitored", MARCH, None)


def test_a_roll_back_monitors_the_case_again_and_keeps_the_elimination_in_the_past(world):
    case = world.eliminated(MARCH, APRIL)
    case = cases.roll_back(
        case=case, reason="又患大病", on=MAY, by=world[CHEN], at=evening(MAY), expected_version=case.version
    )
    assert (case.status, case.eliminated_on, case.elimination_way) == ("monitored", None, "")
    told = {day: CaseSpan.objects.as_of(day).known_at(None).get().status for day in (MARCH, APRIL, MAY, JUNE)}
    assert told == {MARCH: "monitored", APRIL: "eliminated", MAY: "monitored", JUNE: "monitored"}


@pytest.mark.parametrize("method", ["refuse", "decline_elimination", "roll_back"])
def test_a_step_back_needs_a_reason(world, method):
    way = {"refuse": (), "decline_elimination": WAY_TO_ELIMINATED[:7], "roll_back": WAY_TO_ELIMINATED}[method]
    case = world.steps(world.report(world.household(MARCH), MARCH), way, MARCH)
    who = CHEN if method == "roll_back" else WANG
    with pytest.raises(Invalid) as refusal:
        getattr(cases, method)(
            case=case, reason=" ", on=APRIL, by=world[who], at=evening(APRIL), expected_version=case.version
        )
    assert refusal.value.field == "reason"


def test_an_elimination_says_in_which_way(world):
    case = world.monitored(MARCH)
    with pytest.raises(Invalid) as refusal:
        moves.move(Step(case, S.ELIMINATION_PROPOSED, MAY, world[LI], evening(MAY), case.version))
    assert refusal.value.field == "way"


@pytest.mark.parametrize(
    ("way", "to", "who"),
    [
        ((), S.VERIFIED, LI),
        ((S.VERIFIED,), S.COMPARED, ZHAO),
        ((S.VERIFIED, S.COMPARED), S.REVIEWED, ZHAO),
    ],
)
def test_nobody_takes_two_steps_of_one_procedure(world, way, to, who):
    case = world.report(world.household(MARCH), MARCH)
    for number, step in enumerate(way, start=1):
        case = world.step(case, step, MARCH, by=who if number == len(way) else None)
    with pytest.raises(Conflict) as refusal:
        world.step(case, to, APRIL, by=who)
    assert refusal.value.stable_code == "same_person"


def test_who_identified_a_household_may_decide_on_its_elimination(world):
    case = world.eliminated(MARCH, APRIL)
    takers = dict(case.events.values_list("kind", "recorded_by__username"))
    assert takers["identified"] == takers["eliminated"] == CHEN


def test_a_change_must_say_which_version_it_is_based_on(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(VersionMissing):
        verify(world, case, version=None)


def test_a_change_based_on_an_older_version_is_refused_and_changes_nothing(world):
    case = world.report(world.household(MARCH), MARCH)
    verify(world, case)
    with pytest.raises(Stale):
        cases.compare(case=fresh(case), record=COMPARISON, on=MAY, by=world[ZHAO], at=evening(MAY), expected_version=1)
    assert (fresh(case).status, fresh(case).version, case.events.count()) == ("verified", 2, 2)


def test_a_step_cannot_lie_in_the_future(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Invalid, match="2022-04-02"):
        verify(world, case, on=date(2022, 4, 2), at=evening(APRIL))


def test_the_day_of_a_moment_is_the_day_in_the_deployments_time_zone(world):
    case = world.report(world.household(MARCH), MARCH)
    just_after_midnight_in_lanzhou = evening(APRIL, hour=0)
    assert just_after_midnight_in_lanzhou.utctimetuple().tm_mday == 31
    assert verify(world, case, on=APRIL, at=just_after_midnight_in_lanzhou).status == "verified"


def test_a_step_cannot_lie_before_the_step_before(world):
    case = world.report(world.household(MARCH), APRIL)
    with pytest.raises(Invalid, match="2022-04-01"):
        verify(world, case, on=date(2022, 3, 31), at=evening(APRIL))


def test_a_corrected_day_binds_the_next_step(world):
    case = world.report(world.household(MARCH), MARCH)
    case = verify(world, case, on=APRIL)
    world.correct(case, "verified", date(2022, 4, 20), evening(MAY))
    with pytest.raises(Invalid, match="2022-04-20"):
        world.step(case, S.COMPARED, date(2022, 4, 10), at=evening(MAY))


def test_a_clue_cannot_be_older_than_the_households_registration(world):
    household = world.household(APRIL)
    with pytest.raises(Invalid, match="2022-04-01"):
        cases.report_all(reports=[a_report(world, household, on=MARCH, at=evening(APRIL))])


def a_report(world: World, household, on: date = MARCH, at=None, kind=HouseholdType.UNSTABLE, risks=None) -> Report:
    found = tuple(risks) if risks is not None else (RiskFound(Risk.ILLNESS),)
    return Report(household, kind, found, on, world[LI], at or evening(on))


def test_a_household_with_an_open_case_gets_no_second_one(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Conflict) as refusal:
        world.report(case.household, APRIL)
    assert refusal.value.stable_code == "case_open"


def test_two_clues_of_one_household_at_once_are_refused_together(world):
    household = world.household(MARCH)
    with pytest.raises(Conflict) as refusal:
        cases.report_all(reports=[a_report(world, household), a_report(world, household)])
    assert refusal.value.stable_code == "case_open"
    assert Case.objects.count() == 0


def test_a_household_removed_in_error_gets_no_case(world):
    household = world.remove(world.household(MARCH), evening(APRIL))
    with pytest.raises(Conflict):
        world.report(household, MAY)


@pytest.mark.parametrize(
    ("is_former_poor", "kind", "is_taken"),
    [
        (True, HouseholdType.UNSTABLE, True),
        (False, HouseholdType.UNSTABLE, False),
        (True, HouseholdType.MARGINAL, False),
        (False, HouseholdType.MARGINAL, True),
        (True, HouseholdType.SUDDEN, True),
        (False, HouseholdType.SUDDEN, True),
    ],
)
def test_the_type_must_fit_whether_the_household_was_poor_before(world, is_former_poor, kind, is_taken):
    household = world.household(MARCH, is_former_poor=is_former_poor)
    if is_taken:
        assert world.report(household, MARCH, household_type=kind).household_type == kind.value
    else:
        with pytest.raises(Invalid) as refusal:
            world.report(household, MARCH, household_type=kind)
        assert refusal.value.field == "household_type"


@pytest.mark.parametrize(
    "risks",
    [
        [],
        [RiskFound(Risk.ILLNESS), RiskFound(Risk.ILLNESS)],
        [RiskFound(risk) for risk in list(Risk)[:3] + list(Risk)[4:7]],
        [RiskFound(Risk.NATURAL_DISASTER)],
        [RiskFound(Risk.OTHER, remark=" ")],
    ],
    ids=["none", "one twice", "six", "a disaster of no kind", "another without a remark"],
)
def test_risks_that_say_too_little_or_too_much_are_refused(world, risks):
    with pytest.raises(Invalid) as refusal:
        cases.report_all(reports=[a_report(world, world.household(MARCH), risks=risks)])
    assert refusal.value.field == "risks"


def test_a_natural_disaster_names_its_kind_and_another_risk_its_remark(world):
    risks = [RiskFound(Risk.NATURAL_DISASTER, Disaster.FLOOD), RiskFound(Risk.OTHER, remark="债务")]
    [case] = cases.report_all(reports=[a_report(world, world.household(MARCH), risks=risks)])
    assert list(case.risks.values_list("risk", "disaster", "remark")) == [
        ("natural_disaster", "flood", ""),
        ("other", "", "债务"),
    ]


def test_reports_are_taken_all_or_none(world):
    good, bad = world.household(MARCH), world.household(MARCH, is_former_poor=False)
    with pytest.raises(Invalid):
        cases.report_all(reports=[a_report(world, good), a_report(world, bad)])
    assert (Case.objects.count(), CaseEvent.objects.count(), CaseSpan.objects.count()) == (0, 0, 0)


def test_moves_are_taken_all_or_none_and_in_the_order_given(world):
    one, two = (world.report(world.surveyed(world.household(MARCH), MARCH), MARCH) for _ in range(2))
    rows = AuditEvent.objects.count()

    def step(case, to, who, version):
        record = VERIFICATION if to is S.VERIFIED else COMPARISON
        return Step(case, to, APRIL, world[who], evening(APRIL), version, record=record)

    taken = [step(one, S.VERIFIED, WANG, 1), step(one, S.COMPARED, ZHAO, 2), step(two, S.VERIFIED, WANG, 1)]
    with pytest.raises(NotAllowed):
        moves.move_all(steps=[*taken, step(two, S.COMPARED, STRANGER, 2)])
    assert (fresh(one).status, fresh(two).status, AuditEvent.objects.count()) == ("reported", "reported", rows)
    assert [case.status for case in moves.move_all(steps=taken)] == ["compared", "compared", "verified"]
    assert (fresh(one).version, fresh(two).version) == (3, 2)


def test_a_household_identified_anew_ends_its_earlier_episode(world):
    first = world.eliminated(MARCH, APRIL)
    second = world.steps(world.report(first.household, MAY), WAY_TO_MONITORED, JUNE)
    assert (second.episode, fresh(first).status, second.status) == (2, "superseded", "monitored")
    assert fresh(first).eliminated_on == APRIL
    assert CaseSpan.objects.as_of(MAY).known_at(None).filter(status="eliminated").get().case == first
    assert CaseSpan.objects.as_of(JUNE).known_at(None).filter(status="monitored").get().case == second


def test_a_refused_new_episode_leaves_the_earlier_one_eliminated(world):
    first = world.eliminated(MARCH, APRIL)
    world.step(world.report(first.household, MAY), S.REFUSED, JUNE, by=WANG)
    assert fresh(first).status == "eliminated"


def test_a_household_cannot_be_identified_anew_before_its_elimination(world):
    first = world.eliminated(MARCH, MAY)
    again = world.report(first.household, APRIL)
    again = world.steps(again, WAY_TO_MONITORED[:5], APRIL)
    with pytest.raises(Invalid, match="2022-05-01"):
        world.step(again, S.MONITORED, APRIL, at=evening(MAY))


def test_an_elimination_is_not_rolled_back_beside_a_newer_open_case(world):
    first = world.eliminated(MARCH, APRIL)
    world.report(first.household, MAY)
    with pytest.raises(Conflict) as refusal:
        world.step(first, S.MONITORED, JUNE)
    assert refusal.value.stable_code == "case_open"


def test_the_elimination_of_a_removed_household_is_not_rolled_back(world):
    case = world.eliminated(MARCH, APRIL)
    world.remove(case.household, evening(MAY))
    with pytest.raises(Conflict):
        world.step(case, S.MONITORED, JUNE)


def test_what_is_recorded_later_is_known_later_even_if_its_clock_runs_behind(world):
    case = world.report(world.household(MARCH), MARCH)
    case = verify(world, case, on=APRIL, at=evening(APRIL, hour=12))
    case = compare(world, case, at=evening(APRIL, hour=9))
    moments = list(case.events.values_list("recorded_at", flat=True))
    assert moments == sorted(set(moments))
    assert CaseSpan.objects.as_of(APRIL).known_at(evening(APRIL, hour=12)).get().status == "verified"
    assert CaseSpan.objects.as_of(APRIL).known_at(None).get().status == "compared"


def test_two_operations_of_one_moment_are_known_one_after_the_other(world):
    case = world.report(world.household(MARCH), MARCH)
    verify(world, case, on=MARCH, at=evening(MARCH))
    assert CaseSpan.objects.as_of(MARCH).known_at(evening(MARCH)).get().status == "reported"
    assert CaseSpan.objects.as_of(MARCH).known_at(None).get().status == "verified"


def test_nobody_is_reported_for_a_household_without_members_on_that_day(world):
    household = world.household(MARCH, persons=1)
    household.memberships.update(left_on=MAY, left_how="other")
    with pytest.raises(Invalid) as refusal:
        world.report(household, MAY)
    assert (refusal.value.stable_code, refusal.value.field) == ("no_members", "on")
    assert world.report(household, APRIL).reported_on == APRIL


@pytest.mark.parametrize("remark", ["婚" * 201, "婚\x00变"])
def test_a_remark_that_cannot_be_kept_is_refused(world, remark):
    risks = [RiskFound(Risk.OTHER, remark=remark)]
    given = {"household_type": HouseholdType.UNSTABLE, "risks": risks, "on": MARCH, "by": world[LI]}
    with pytest.raises(Invalid) as refusal:
        cases.report(household=world.household(MARCH), at=evening(MARCH), **given)
    assert refusal.value.field == "risks"
    assert Case.objects.count() == 0


@pytest.mark.parametrize("reason", ["长" * 501, "\x00"])
def test_a_reason_that_cannot_be_kept_is_refused(world, reason):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Invalid) as refusal:
        cases.refuse(case=case, reason=reason, on=APRIL, by=world[WANG], at=evening(APRIL), expected_version=1)
    assert refusal.value.field == "reason"
