"""The way to the broker, by which a worker outlives a broker that goes away."""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis import ConnectionError as NoConnection


class Channel(redis.Channel):
    """
    A channel that says so when its connection is closed already.

    Of itself it ends in an AttributeError where a worker whose broker has gone gives back what it holds, which ends the
    worker; a lost connection it overcomes.
    """

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection.client is None:
            raise NoConnection("The connection to the broker is closed.")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    """Redis and Valkey, with that channel."""

    Channel = Channel


def use() -> None:
    """Connections to Redis and Valkey are made so from now on."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}"))
