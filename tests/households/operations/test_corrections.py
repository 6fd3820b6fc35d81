"""Corrections: days put right, types changed, and what bounds them."""

from datetime import date

import pytest

from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import CaseSpan
from households.operations import corrections
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.workflow import Status
from tests.cast import CHEN, SUN, WAY_FROM_MONITORED, WAY_TO_MONITORED, ZHAO, World, evening, fresh

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))
AUTUMN = evening(date(2022, 10, 1))


def reclassify(world: World, case, on: date, kind=HouseholdType.SUDDEN, risks=(Risk.ACCIDENT,), version=...):
    return corrections.reclassify(
        case=case,
        household_type=kind,
        risks=[RiskFound(risk) for risk in risks],
        has_no_labour=True,
        on=on,
        by=world[ZHAO],
        at=AUTUMN,
        expected_version=fresh(case).version if version is ... else version,
    )


@pytest.mark.parametrize(
    ("kind", "column", "days"),
    [
        ("reported", "reported_on", (MARCH, APRIL)),
        ("identified", "identified_on", (APRIL, MAY)),
        ("eliminated", "eliminated_on", (MAY, JUNE)),
    ],
)
def test_the_day_of_a_step_moves_in_the_case_and_its_spans(world, kind, column, days):
    case = world.report(world.household(MARCH), APRIL)
    case = world.steps(world.steps(case, WAY_TO_MONITORED, APRIL), WAY_FROM_MONITORED, MAY)
    first, later = days
    day = first if kind == "reported" else later
    world.correct(case, kind, day, AUTUMN)
    case = fresh(case)
    assert getattr(case, column) == day
    if kind != "reported":
        assert getattr(case.spans.known_at(None).get(valid__upper_inf=True), column) == day
    correction = case.events.get(kind="corrected")
    assert (correction.occurred_on, correction.corrects.kind, correction.details["reason"]) == (day, kind, "误写")


def test_a_second_correction_names_the_day_of_the_first(world):
    case = world.eliminated(MARCH, APRIL)
    world.correct(case, "eliminated", MAY, AUTUMN)
    world.correct(case, "eliminated", JUNE, AUTUMN)
    assert [event.details["was"] for event in case.events.filter(kind="corrected")] == ["2022-04-01", "2022-05-01"]
    assert fresh(case).eliminated_on == JUNE


def test_correcting_an_earlier_elimination_leaves_the_present_one(world):
    case = world.eliminated(MARCH, APRIL)
    case = world.step(case, Status.MONITORED, MAY)
    case = world.steps(case, WAY_FROM_MONITORED, JULY)
    first = case.events.filter(kind="eliminated").first()
    corrections.correct_day(
        event=first, on=date(2022, 4, 9), reason="误写", by=world[SUN], at=AUTUMN, expected_version=case.version
    )
    assert fresh(case).eliminated_on == JULY
    assert CaseSpan.objects.as_of(date(2022, 4, 8)).known_at(None).get().status == "elimination_passed"


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("reported", date(2022, 2, 28)),
        ("reported", date(2022, 4, 2)),
        ("identified", date(2022, 3, 31)),
        ("identified", date(2022, 5, 2)),
        ("eliminated", date(2022, 4, 30)),
    ],
    ids=["before the registration", "after the next", "before the one before", "after the proposal", "before it"],
)
def test_a_corrected_day_lies_between_the_steps_around_it(world, kind, day):
    case = world.report(world.household(MARCH), APRIL)
    case = world.steps(world.steps(case, WAY_TO_MONITORED, APRIL), WAY_FROM_MONITORED, MAY)
    with pytest.raises(Invalid) as refusal:
        world.correct(case, kind, day, AUTUMN)
    assert refusal.value.field == "on"


def test_a_clue_is_not_moved_past_a_change_of_its_type(world):
    case = world.report(world.household(MARCH), MARCH)
    reclassify(world, case, APRIL)
    with pytest.raises(Invalid):
        world.correct(case, "reported", MAY, AUTUMN)


def test_a_corrected_day_is_not_in_the_future(world):
    case = world.report(world.household(MARCH), MARCH)
    with pytest.raises(Invalid):
        world.correct(case, "reported", MAY, evening(APRIL))


def test_only_steps_of_the_procedure_have_a_day_to_correct(world):
    case = world.monitored(MARCH)
    world.join(case.household, APRIL)
    with pytest.raises(Conflict):
        world.correct(case, "household_changed", MAY, AUTUMN)


def test_moving_a_new_identification_moves_the_end_of_the_episode_before(world):
    first = world.eliminated(MARCH, APRIL)
    again = world.steps(world.report(first.household, MAY), WAY_TO_MONITORED, JULY)
    world.correct(again, "identified", date(2022, 7, 9), AUTUMN)
    held = CaseSpan.objects.known_at(None).as_of(date(2022, 7, 8))
    assert {span.case_id: span.status for span in held} == {first.pk: "eliminated", again.pk: "township_passed"}
    assert CaseSpan.objects.known_at(None).as_of(date(2022, 7, 9)).get(status="monitored").case_id == again.pk
    with pytest.raises(Conflict):
        world.correct(first, "superseded", JULY, AUTUMN)


def test_a_correction_needs_a_reason_the_version_and_the_right_to_correct(world):
    case = world.report(world.household(MARCH), MARCH)
    [event] = case.events.all()

    def correct(**changed):
        given = {"event": event, "on": MARCH, "reason": "误写", "by": world[SUN], "at": AUTUMN, "expected_version": 1}
        return corrections.correct_day(**{**given, **changed})

    with pytest.raises(Invalid, match=r".") as refusal:
        correct(reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(VersionMissing):
        correct(expected_version=None)
    with pytest.raises(Stale):
        correct(expected_version=2)
    with pytest.raises(NotAllowed):
        correct(by=world[CHEN])
    assert correct().version == 2


def test_a_case_of_a_removed_household_is_not_corrected(world):
    case = world.eliminated(MARCH, APRIL)
    world.remove(case.household, evening(MAY))
    with pytest.raises(Conflict):
        world.correct(case, "eliminated", MAY, AUTUMN)


def test_a_reclassified_case_counts_under_its_new_type_from_that_day_on(world):
    case = world.monitored(MARCH)
    reclassify(world, case, MAY, risks=(Risk.ACCIDENT, Risk.DISABILITY))
    told = {day: case.spans.as_of(day).known_at(None).get() for day in (APRIL, MAY)}
    assert (told[APRIL].household_type, told[APRIL].risks, told[APRIL].has_no_labour) == (
        "unstable",
        ["illness"],
        False,
    )
    assert (told[MAY].household_type, told[MAY].risks, told[MAY].has_no_labour) == (
        "sudden",
        ["accident", "disability"],
        True,
    )
    assert list(case.risks.values_list("risk", flat=True)) == ["accident", "disability"]


def test_a_type_is_not_changed_back_behind_a_later_change(world):
    case = world.monitored(MARCH)
    reclassify(world, case, JUNE)
    with pytest.raises(Invalid, match="2022-06-01"):
        reclassify(world, case, MAY)


def test_the_type_of_a_closed_case_stays_as_it_was(world):
    with pytest.raises(Conflict) as refusal:
        reclassify(world, world.eliminated(MARCH, APRIL), MAY)
    assert refusal.value.stable_code == "wrong_state"


def test_a_new_type_must_fit_the_household_and_name_its_risks(world):
    case = world.monitored(MARCH)
    with pytest.raises(Invalid) as refusal:
        reclassify(world, case, MAY, kind=HouseholdType.MARGINAL)
    assert refusal.value.field == "household_type"
    with pytest.raises(Invalid) as refusal:
        reclassify(world, case, MAY, risks=())
    assert refusal.value.field == "risks"
    with pytest.raises(Invalid):
        reclassify(world, case, date(2022, 2, 1))
