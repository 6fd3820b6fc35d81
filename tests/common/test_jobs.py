"""Jobs are queued once what they work on is stored, and a broker that is away spoils nothing."""

import logging

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import ConnectionError as NoConnection

from common import jobs


class Job:
    """A job that keeps what it was queued with, or finds no broker."""

    name = "a job"

    def __init__(self, fault: Exception | None = None) -> None:
        self.queued: list[tuple[str, ...]] = []
        self.fault = fault

    def delay(self, *arguments: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.queued.append(arguments)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_queued_when_its_rows_are_there_and_not_before():
    job = Job()
    with transaction.atomic():
        jobs.queue(job, "a run")
        assert job.queued == []
    assert job.queued == [("a run",)]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_for_what_was_not_stored():
    job = Job()
    with transaction.atomic():
        jobs.queue(job, "a run")
        transaction.set_rollback(True)
    assert job.queued == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError("away"), NoConnection("away"), ConnectionRefusedError("away")])
def test_a_broker_that_is_away_is_told_in_the_log_alone(fault, caplog):
    with caplog.at_level(logging.WARNING, logger="common.jobs"):
        jobs.queue(Job(fault), "a run")
    assert "a job('a run',) is queued later" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_job_itself_is_not_hidden():
    with pytest.raises(TypeError):
        jobs.queue(Job(TypeError("not to be written as JSON")), "a run")
