"""Deadlines as kept beside the events of cases, paused, resumed and climbing."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from assistance.operations import measures
from assistance.rules.categories import Category
from common.refusals import Conflict, Invalid, NotAllowed
from households import tasks
from households.models import Case, Deadline, DeadlinePause, Division, Escalation, Standard
from households.operations import audits, cases, deadlines, standards
from households.rules.standards import Kind
from households.workflow import Status
from tests.cast import CITY, COUNTY, FAR_VILLAGE, LI, VILLAGE, WAY_TO_MONITORED, ZHAO, ZHOU, World, evening, fresh

S = Status
# 1 March 2022 is a Tuesday; five working days later it is the 8th, fifteen the 22nd.
MARCH, MARCH_4, MARCH_8, MARCH_9 = (date(2022, 3, day) for day in (1, 4, 8, 9))


def of(case: Case, clock: str) -> Deadline:
    return case.deadlines.get(clock=clock)


def reported(world: World, on: date = MARCH, **household: object) -> Case:
    return world.report(world.household(on, **household), on)


def pause(world: World, deadline: Deadline, on: date, *, by: str = ZHAO, reason: str = "户主住院") -> Deadline:
    return deadlines.pause(deadline=deadline, reason=reason, on=on, by=world[by], at=evening(on))


def resume(world: World, deadline: Deadline, on: date, *, by: str = ZHAO) -> Deadline:
    return deadlines.resume(deadline=deadline, on=on, by=world[by], at=evening(on))


def escalate(on: date, **asked: object) -> int:
    return deadlines.escalate(on=on, at=evening(on), **asked)


def told(case: Case) -> list[tuple[str, str]]:
    return list(
        Escalation.objects.filter(deadline__case=case)
        .order_by("at", "deadline__clock", "id")
        .values_list("deadline__clock", "level")
    )


def test_a_clue_lets_the_clocks_run_that_wait_for_it(world):
    case = reported(world)
    found = {row.clock: (row.due_on, row.owner, row.length, row.unit) for row in case.deadlines.all()}
    assert found == {
        "verify": (MARCH_8, "caseworker", 5, "working_days"),
        "decide": (date(2022, 3, 22), "county", 15, "working_days"),
    }


def test_each_step_ends_its_clock_and_starts_the_next(world):
    case = world.steps(reported(world), WAY_TO_MONITORED, MARCH_4)
    assert {row.clock: (row.due_on, row.ended_on, row.ending) for row in case.deadlines.all()} == {
        "verify": (MARCH_8, MARCH_4, "met"),
        "decide": (date(2022, 3, 22), MARCH_4, "met"),
        "first_measure": (date(2022, 4, 6), None, ""),  # the 4th is the Tomb-Sweeping holiday, until the 5th
        "before_elimination": (date(2022, 9, 4), None, ""),
        "feedback": (date(2022, 3, 11), None, ""),
    }


def test_a_clock_that_is_off_does_not_run(world):
    case = world.steps(reported(world), WAY_TO_MONITORED, MARCH_4)
    assert not case.deadlines.filter(clock="notice").exists()
    Standard.objects.filter(code="notice").delete()
    case = world.steps(reported(world), WAY_TO_MONITORED[:4], MARCH_4)
    assert (of(case, "notice").due_on, of(case, "notice").limit) == (MARCH_9, "not_before")


def test_telling_the_household_stops_the_clock_of_feedback(world):
    case = world.steps(reported(world), WAY_TO_MONITORED, MARCH_4)
    told = {"told": "上门告知", "on": MARCH_9, "by": world[LI], "at": evening(MARCH_9)}
    cases.give_feedback(case=case, expected_version=case.version, **told)
    assert (of(case, "feedback").ended_on, of(case, "feedback").ending) == (MARCH_9, "met")


def test_a_corrected_day_moves_the_deadline_and_keeps_its_row(world):
    case = reported(world)
    row = of(case, "verify")
    case.household.registered_on = date(2022, 2, 1)
    case.household.save()
    world.correct(case, "reported", date(2022, 2, 28), evening(MARCH))
    moved = of(case, "verify")
    assert (moved.pk, moved.started_on, moved.due_on) == (row.pk, date(2022, 2, 28), date(2022, 3, 7))


def test_the_first_measure_to_land_ends_its_clock_and_a_withdrawn_one_lets_it_run_again(world):
    case = world.monitored(MARCH)
    world.help(case, Category.HEALTH, date(2022, 3, 20))
    measure = world.help(case, Category.HEALTH, date(2022, 3, 10), at=evening(date(2022, 3, 20)))
    assert (of(case, "first_measure").ended_on, fresh(case).first_landed_on) == (date(2022, 3, 10),) * 2
    for held in case.measures.order_by("landed_on"):
        at = evening(date(2022, 3, 21))
        measures.withdraw(measure=held, reason="误登", by=world[ZHAO], at=at, expected_version=held.version)
    assert measure.pk
    assert (of(case, "first_measure").ending, fresh(case).first_landed_on) == ("", None)


def test_a_removed_household_has_no_running_deadline(world):
    case = reported(world)
    world.remove(case.household, evening(MARCH_4))
    assert not Deadline.objects.running().exists()


def test_deadlines_of_a_thousand_cases_cost_as_many_queries_as_those_of_one(world, django_assert_num_queries):
    cases = [reported(world) for _ in range(3)]
    for some in (cases[:1], cases):
        Deadline.objects.all().delete()
        events = deadlines.events_of(some)
        with django_assert_num_queries(3):  # standards, stored rows, one insert
            deadlines.refresh(some, events)
        with django_assert_num_queries(3):  # standards, stored rows, pauses
            deadlines.refresh(some, events)


def test_a_clock_set_for_a_county_runs_there_alone(world):
    value = {**standards.in_force(kind=Kind.CLOCK, division=VILLAGE, on=MARCH)["verify"].value, "length": 3}
    standards.set_value(
        kind=Kind.CLOCK,
        code="verify",
        division=Division.objects.get(pk=COUNTY),
        valid_from=MARCH,
        value=value,
        source="县里的办法",
        is_official=False,
        by=world[ZHOU],
        at=evening(MARCH),
    )
    here, before, there = reported(world), reported(world, date(2022, 2, 21)), reported(world, village=FAR_VILLAGE)
    assert [of(case, "verify").due_on for case in (here, before, there)] == [MARCH_4, date(2022, 2, 28), MARCH_8]


def test_a_paused_clock_has_no_due_day_until_it_runs_again(world):
    deadline = of(reported(world), "verify")
    paused = pause(world, deadline, MARCH_4)
    assert (paused.due_on, paused.paused_on) == (None, MARCH_4)
    resumed = resume(world, paused, MARCH_8)
    # counted: 2, 3, 8, 9, 10
    assert (resumed.due_on, resumed.paused_on) == (date(2022, 3, 10), None)
    row = DeadlinePause.objects.get()
    assert (row.reason, row.starts_on, row.ends_on, row.paused_by, row.resumed_by) == (
        "户主住院", MARCH_4, MARCH_8, world[ZHAO], world[ZHAO],
    )  # fmt: skip
    assert list(AuditEvent.objects.filter(action__startswith="deadline").values_list("action", flat=True)) == [
        "deadline.paused",
        "deadline.resumed",
    ]


def test_the_steps_of_the_case_go_on_while_its_clock_stands_still(world):
    case = reported(world)
    pause(world, of(case, "verify"), MARCH_4)
    world.step(case, S.VERIFIED, MARCH_9)
    row = of(case, "verify")
    assert (row.due_on, row.paused_on, row.ended_on, row.ending) == (None, MARCH_4, MARCH_9, "met")
    with pytest.raises(Conflict):
        pause(world, row, MARCH_9)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"by": LI}, NotAllowed),
        ({"reason": "  "}, Invalid),
        ({"on": date(2022, 2, 28)}, Invalid),
        ({"on": MARCH_9}, Invalid),  # the deadline was the 8th
    ],
)
def test_what_cannot_be_paused(world, given, refusal):
    deadline = of(reported(world), "verify")
    with pytest.raises(refusal):
        pause(world, deadline, **{"on": MARCH_4, **given})


def test_a_pause_cannot_begin_in_the_future_nor_twice_nor_end_before_it_began(world):
    deadline = of(reported(world), "verify")
    with pytest.raises(Invalid):
        deadlines.pause(deadline=deadline, reason="住院", on=MARCH_8, by=world[ZHAO], at=evening(MARCH_4))
    with pytest.raises(Conflict):
        resume(world, deadline, MARCH_4)
    pause(world, deadline, MARCH_4)
    with pytest.raises(Conflict):
        pause(world, deadline, MARCH_4)
    with pytest.raises(Invalid):
        resume(world, deadline, date(2022, 3, 3))


def test_what_is_overdue_climbs_level_by_level_once_each(world):
    case = reported(world)
    assert [escalate(day) for day in (MARCH_8, MARCH_9, MARCH_9, date(2022, 3, 11))] == [0, 1, 0, 0]
    # three working days after the 9th: the 14th; three more: the 17th
    assert [escalate(date(2022, 3, number)) for number in (14, 17, 18)] == [1, 1, 0]
    assert told(case) == [("verify", "caseworker"), ("verify", "township"), ("verify", "county")]
    assert AuditEvent.objects.filter(action="deadline.escalated").count() == 3


def test_what_stands_still_or_was_done_does_not_climb(world):
    paused, done = reported(world), reported(world)
    pause(world, of(paused, "verify"), MARCH_4)
    world.step(done, S.VERIFIED, MARCH_4)
    assert escalate(MARCH_9) == 0


def test_a_day_that_must_not_come_too_early_never_climbs(world):
    case = world.monitored(MARCH)
    world.help(case, Category.HEALTH, MARCH)
    told = {"told": "上门告知", "on": MARCH, "by": world[LI], "at": evening(MARCH)}
    cases.give_feedback(case=case, expected_version=fresh(case).version, **told)
    assert escalate(date(2023, 3, 1)) == 0


def test_only_the_division_asked_for_climbs(world):
    reported(world), reported(world, village=FAR_VILLAGE)
    assert (escalate(MARCH_9, under=COUNTY), escalate(MARCH_9, under=CITY)) == (1, 1)


def test_a_run_that_was_cut_off_loses_nothing_and_its_repetition_repeats_nothing(world, monkeypatch):
    for _ in range(5):
        reported(world)
    real, calls = deadlines._escalate, []

    def killed_in_the_third_transaction(*args: object) -> int:
        calls.append(args)
        told = real(*args)
        if len(calls) == 3:
            raise SystemExit  # the transaction of this batch is rolled back with what it wrote
        return told

    with monkeypatch.context() as patch:
        patch.setattr(deadlines, "_escalate", killed_in_the_third_transaction)
        with pytest.raises(SystemExit):
            escalate(MARCH_9, most=1)
    written = Escalation.objects.count()
    assert 2 <= written < 5
    assert escalate(MARCH_9, most=1) == 5 - written
    assert (Escalation.objects.count(), escalate(MARCH_9)) == (5, 0)


def test_the_nightly_job_tells_of_what_is_overdue_today(world, settings):
    case = reported(world)
    assert tasks.escalate_deadlines.run() == 4
    levels = ("caseworker", "township", "county")
    assert set(told(case)) == {*(("verify", level) for level in levels), ("decide", "county")}
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.escalate_deadlines.name in scheduled
    assert settings.CELERY_TASK_ACKS_LATE


def test_the_audit_finds_what_does_not_follow_from_events_and_mends_it(world, capsys):
    case = reported(world)
    assert audits.audit_deadlines().differences == []
    Deadline.objects.filter(clock="verify").update(due_on=MARCH_9)
    Deadline.objects.filter(clock="decide").delete()
    with pytest.raises(SystemExit):
        call_command("audit_deadlines")
    assert capsys.readouterr().out.count(str(case.pk)) == 2
    with pytest.raises(SystemExit):
        call_command("audit_deadlines", "--mend", "--division", COUNTY)
    assert audits.audit_deadlines(under=COUNTY).differences == []
    assert of(case, "verify").due_on == MARCH_8


def test_a_deadline_that_no_clock_calls_for_any_more_goes_with_what_hangs_on_it(world):
    case = reported(world)
    pause(world, of(case, "verify"), MARCH_4)
    escalate(date(2022, 3, 23))
    value = {**standards.in_force(kind=Kind.CLOCK, division=VILLAGE, on=MARCH)["verify"].value, "is_on": False}
    standards.set_value(
        kind=Kind.CLOCK,
        code="verify",
        division=Division.objects.get(pk=CITY),
        valid_from=MARCH - timedelta(days=1),
        value=value,
        source="市里的办法",
        is_official=False,
        by=world[ZHOU],
        at=evening(MARCH),
    )
    audits.mend_deadlines()
    assert [row.clock for row in case.deadlines.all()] == ["decide"]
    assert not DeadlinePause.objects.exists()
