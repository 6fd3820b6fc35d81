"""A moment is offered as known only once nothing can be recorded before it any more."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from common import horizon
from common.refusals import Invalid


@pytest.fixture
def other(transactional_db: None):
    """Another connection to the same database, in a transaction that has begun and may still write."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)}) as other:
        other.execute("SELECT 1")
        yield other


@pytest.mark.django_db(transaction=True)
def test_a_moment_long_past_is_settled_and_now_needs_no_settling():
    hour_ago = timezone.now() - timedelta(hours=1)
    assert horizon.settle(hour_ago) == hour_ago
    assert horizon.settle(None) is None


@pytest.mark.django_db(transaction=True)
def test_a_moment_just_past_is_waited_for():
    moment = timezone.now()
    assert horizon.settle(moment) == moment
    assert timezone.now() - moment >= horizon.DOOR


def test_an_open_transaction_holds_the_horizon_back_until_it_ends(other: psycopg.Connection, monkeypatch):
    monkeypatch.setattr(horizon, "PAUSES", 15)
    begun = timezone.now()
    with pytest.raises(Invalid) as refusal:
        horizon.settle(begun)
    assert (refusal.value.stable_code, refusal.value.field) == ("not_settled", "known_at")
    other.rollback()
    assert horizon.settle(begun) == begun
