"""Jobs that are queued once what they work on is stored; where the broker is away, a later look at the rows does it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis import RedisError

LOG = logging.getLogger(__name__)


def queue(job: Any, *arguments: str) -> None:
    """
    Queue the job when the transaction has committed, so that it finds its rows.

    A broker that is away spoils nothing: the caller's work is stored, and the beat queues anew what waits.
    """

    def send() -> None:
        try:
            job.delay(*arguments)
        except (BrokerAway, RedisError, OSError) as error:
            LOG.warning("%s%s is queued later, since the broker does not answer: %s", job.name, arguments, error)

    transaction.on_commit(send)
