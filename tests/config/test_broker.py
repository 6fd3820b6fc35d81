"""A worker outlives a broker that goes away."""

import pytest
from kombu import Connection
from kombu.transport import resolve_transport
from redis import ConnectionError as NoConnection

from config import broker
from config.celery import app


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_connections_to_redis_and_valkey_are_made_by_the_transport_of_the_product(scheme):
    assert resolve_transport(scheme) is broker.Transport
    assert app.connection_for_read().transport_cls == "redis"


def test_a_channel_of_a_closed_connection_says_that_the_connection_is_lost():
    connection = Connection("redis://127.0.0.1:1/0")
    channel = object.__new__(broker.Channel)
    channel.connection = connection.transport
    channel._pool = None
    connection.transport.client = None
    with pytest.raises(NoConnection):
        channel.pool  # noqa: B018
    assert NoConnection in connection.transport.connection_errors


def test_a_job_is_free_again_only_when_nobody_can_still_be_at_it():
    with app.connection_for_write() as connection:
        told = connection.transport_options["visibility_timeout"]
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert 0 < app.conf.task_time_limit < told


def test_nobody_waits_long_for_a_broker_that_is_there_and_does_not_answer():
    with app.connection_for_write() as connection:
        told = connection.transport_options
    tries = 1 + app.conf.task_publish_retry_policy["max_retries"]
    # A worker that waits for work is answered in time, though there is none.
    assert broker.Transport.brpop_timeout < told["socket_timeout"]
    assert tries * told["socket_timeout"] <= 10
