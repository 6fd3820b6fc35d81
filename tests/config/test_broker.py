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
