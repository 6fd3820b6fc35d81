"""Where the database, the broker and the cache are."""

from pathlib import Path

import pytest

from config import addresses
from config.env import EnvironmentTrouble
from config.servers import Plan

PLAN = Plan(data_dir=Path("/srv/watch"), owner_password="own", app_password="app", valkey_password="key")
EMBEDDED = {
    "DATABASE_URL": None,
    "DATABASE_OWNER_URL": None,
    "DATABASE_REPLICA_URL": None,
    "REDIS_URL": None,
    "DATABASE_POOL_SIZE": 0,
}
OUTSIDE = EMBEDDED | {
    "DATABASE_URL": "postgres://app:secret@db:5433/watch",
    "DATABASE_OWNER_URL": "postgres://own:other@db:5433/watch",
    "DATABASE_REPLICA_URL": "postgres://app:secret@copy/watch",
    "REDIS_URL": "redis://cache:6379/2",
}


def test_the_embedded_database_is_reached_over_a_socket_as_the_application():
    found = addresses.database(EMBEDDED, PLAN)
    assert (found["HOST"], found["USER"], found["PASSWORD"]) == ("/srv/watch/sockets", "shouwang_app", "app")
    assert addresses.owner(EMBEDDED, PLAN)["USER"] == "shouwang_owner"


def test_a_database_outside_is_taken_from_its_address():
    found = addresses.database(OUTSIDE, PLAN)
    assert [found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")] == [
        "db",
        5433,
        "watch",
        "app",
        "secret",
    ]
    assert addresses.owner(OUTSIDE, PLAN)["USER"] == "own"
    assert addresses.replica(OUTSIDE)["HOST"] == "copy"


def test_without_an_owner_of_its_own_the_application_owns_the_schema():
    assert addresses.owner(OUTSIDE | {"DATABASE_OWNER_URL": None}, PLAN)["USER"] == "app"


def test_connections_are_persistent_unless_they_are_pooled():
    assert addresses.database(EMBEDDED, PLAN)["CONN_MAX_AGE"] == 600
    pooled = addresses.database(EMBEDDED | {"DATABASE_POOL_SIZE": 5}, PLAN)
    assert (pooled["CONN_MAX_AGE"], pooled["OPTIONS"]["pool"]["max_size"]) == (0, 5)


@pytest.mark.parametrize("url", ["mysql://u:p@h/n", "sqlite:///file", "postgres://u:p@h/"])
def test_any_other_database_is_refused(url):
    with pytest.raises(EnvironmentTrouble, match="DATABASE_URL must be postgres"):
        addresses.database(EMBEDDED | {"DATABASE_URL": url}, PLAN)


def test_the_broker_and_the_cache_share_one_server():
    assert addresses.redis(EMBEDDED, PLAN) == "unix://:key@/srv/watch/sockets/valkey.sock?db=0"
    assert addresses.broker(addresses.redis(EMBEDDED, PLAN)) == (
        "redis+socket://:key@/srv/watch/sockets/valkey.sock?virtual_host=0"
    )
    assert addresses.broker(addresses.redis(OUTSIDE, PLAN)) == "redis://cache:6379/2"
