"""A worker killed in the nightly jobs: what was written stays, the next one goes on, nothing comes twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest
from django.db import connections

from accounts.models import AuditEvent
from assistance import tasks as help_tasks
from assistance.operations import quality as help_quality
from common import scopes
from households import tasks
from households.models import Clue, Escalation, Finding
from households.operations import deadlines, quality, warnings
from tests.cast import COUNTY, World

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
LONG, HOMES = 60, 6


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Households that do not live well, in a county of two households a transaction."""
    world = World.begin()
    monkeypatch.setattr(quality, "HOUSEHOLDS_AT_A_TIME", 2)
    monkeypatch.setitem(deadlines.escalate.__kwdefaults__, "most", 2)
    return world


def dies_in(job: Callable[[], object], module: ModuleType, name: str, number: int) -> None:
    """Do the job in a process of its own, and kill it once it has written part `number`, before that is committed."""
    read_end, write_end = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        write, taken = getattr(module, name), iter(range(1, 100))

        def slow(*args: object, **given: object) -> object:
            written = write(*args, **given)
            if next(taken) == number:
                os.write(write_end, b"x")
                time.sleep(LONG)
            return written

        setattr(module, name, slow)
        try:
            with scopes.everywhere():
                job()
        finally:
            os._exit(1)
    assert os.read(read_end, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_warnings_go_on_where_the_killed_worker_stood_and_propose_each_clue_once(world: World):
    for _number in range(HOMES):
        world.unsafe(world.household(MARCH), APRIL)
    dies_in(lambda: tasks.propose_clues_of(COUNTY), warnings, "_open", 2)
    before = set(Clue.objects.values_list("pk", flat=True))
    assert len(before) == 2
    tasks.propose_clues_of(COUNTY)
    tasks.propose_clues_of(COUNTY)
    clues = Clue.objects.all()
    assert (len(clues), len({row.household_id for row in clues})) == (HOMES, HOMES)
    assert before < {row.pk for row in clues}


def test_reminders_go_on_where_the_killed_worker_stood_and_come_once_each(world: World):
    for _number in range(HOMES):
        world.report(world.household(MARCH), MARCH)
    dies_in(tasks.escalate_deadlines, deadlines.audit, "write", 2)
    told = Escalation.objects.count()
    assert 0 < told == AuditEvent.objects.filter(action="deadline.escalated").count()
    rest = tasks.escalate_deadlines()
    assert rest > 0
    assert tasks.escalate_deadlines() == 0
    rows = list(Escalation.objects.values_list("deadline", "level"))
    # Of each case two clocks have run out long ago; those of the caseworker climb to township and county.
    assert len(rows) == len(set(rows)) == told + rest
    assert AuditEvent.objects.filter(action="deadline.escalated").count() == len(rows)
    assert len({deadline for deadline, _level in rows}) == HOMES * 2


def test_checks_of_quality_go_on_where_the_killed_worker_stood(world: World):
    for _number in range(HOMES):
        world.monitored(MARCH)
    dies_in(lambda: help_tasks.check_quality_of(COUNTY), help_quality.quality, "_open", 2)
    before = Finding.objects.count()
    help_tasks.check_quality_of(COUNTY)
    rows = list(Finding.objects.values_list("household", "rule", "member"))
    help_tasks.check_quality_of(COUNTY)
    assert 0 < before < len(rows) == len(set(rows)) == Finding.objects.count()
    assert len({household for household, *_rest in rows}) == HOMES
