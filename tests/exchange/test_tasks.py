"""A worker may die at any moment: the run goes on where it stood, nothing is written twice and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEvent
from common import scopes
from exchange import tasks
from exchange.models import Run
from exchange.operations import parts, runner, runs
from households.models import Household, Membership
from tests.cast import LI, VILLAGE, World
from tests.exchange.operations.test_runs import HOME, book, sent

HOMES = [[f"6201-{number}", *HOME[1:]] for number in range(8)]
PEOPLE = [[f"6201-{number}", f"张{number}", "男", "之子", None, "2010-01-01"] for number in range(8)]
LONG = 60


def dies_in_part(number: int, run: Run) -> None:
    """Work on the run in a process of its own, and kill it while it writes the part with that number."""
    read_end, write_end = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        taken = iter(range(100))
        carry_out = runner.carry_out

        def slow(**given):
            outcomes = carry_out(**given)
            if next(taken) == number:
                os.write(write_end, b"x")
                time.sleep(LONG)
            return outcomes

        runner.carry_out = slow
        try:
            with scopes.everywhere():
                tasks.work_on(str(run.pk))
        finally:
            os._exit(1)
    assert os.read(read_end, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.fixture
def world(transactional_db: None) -> World:
    return World.begin()


def test_a_worker_killed_in_the_middle_of_a_part_loses_nothing_and_writes_nothing_twice(world, monkeypatch):
    monkeypatch.setattr(parts, "ITEMS_A_PART", 4)
    run = sent(world, book(HOMES, PEOPLE), at=timezone.now())
    tasks.work_on(str(run.pk))
    runs.apply(run=Run.objects.get(pk=run.pk), by=world[LI], at=timezone.now())
    dies_in_part(2, run)
    stood = Run.objects.get(pk=run.pk)
    assert (stood.state, stood.done, stood.items.filter(is_applied=True).count()) == ("applying", 8, 8)
    assert Household.objects.count() == 4
    tasks.work_on(str(run.pk))
    ended = Run.objects.get(pk=run.pk)
    assert (ended.state, ended.done, ended.counts) == ("applied", 16, {"created": 16})
    assert (Household.objects.count(), Membership.objects.count()) == (8, 16)
    registered = Counter(AuditEvent.objects.filter(action="household.registered").values_list("subject_id", flat=True))
    assert sorted(registered.values()) == [1] * 8
    assert set(registered) == set(ended.items.filter(kind="household").values_list("record", flat=True))


def test_a_worker_killed_while_it_tries_leaves_nothing_behind(world, monkeypatch):
    monkeypatch.setattr(parts, "ITEMS_A_PART", 4)
    run = sent(world, book(HOMES, PEOPLE), at=timezone.now())
    dies_in_part(1, run)
    assert not Household.objects.exists()
    tasks.work_on(str(run.pk))
    assert Run.objects.get(pk=run.pk).counts == {"created": 16}


def test_a_second_worker_leaves_a_run_to_the_first(world):
    run = sent(world, book(), at=timezone.now())
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [run.pk.int % 2**63])
        tasks.work_on(str(run.pk))
        assert Run.objects.get(pk=run.pk).state == "reading"
    tasks.work_on(str(run.pk))
    assert Run.objects.get(pk=run.pk).state == "tried"


def test_a_silent_run_is_taken_up_again(world, monkeypatch):
    run = sent(world, book(), at=timezone.now() - timedelta(minutes=5))
    asked: list[str] = []
    monkeypatch.setattr(tasks.work_on, "delay", asked.append)
    tasks.resume_runs()
    assert asked == [str(run.pk)]


def test_who_may_send_no_records_any_more_is_told_so(world):
    run = sent(world, book(), at=timezone.now())
    world[LI].postings.update(ends_on=date(2021, 1, 1))
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.fault_code) == ("failed", "not_allowed")


def test_a_fault_of_ours_is_told_on_the_run_and_not_swallowed(world, monkeypatch, caplog):
    def break_down(**_given):
        raise ZeroDivisionError

    monkeypatch.setattr(runner, "carry_out", break_down)
    run = sent(world, book(), at=timezone.now())
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.fault_code) == ("failed", "fault")
    assert "cannot go on" in caplog.text


def test_a_job_acts_within_what_its_owner_reaches(world):
    """The village of the file lies outside the posting: the database shows the job no more than its owner."""
    world[LI].postings.update(division_id="620122100201")
    run = sent(world, book(), at=timezone.now())
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert run.counts == {"refused": 1}
    assert run.items.get().code in {"not_allowed", "invalid"}
    assert VILLAGE not in run.division_id
