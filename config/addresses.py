"""Where database, broker and cache are: from the environment, or the sockets of the embedded servers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import environ

from common.scopes import forget
from config.env import EnvironmentTrouble
from config.servers import APP_ROLE, DATABASE, OWNER_ROLE, Plan

ENGINE = "common.scoped_postgresql"
PERSISTENT_SECONDS = 600


def database(values: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The application's connection: a role that neither owns anything nor may bypass row-level security."""
    if values["DATABASE_URL"]:
        return with_connections(outside(values, "DATABASE_URL"), values)
    return with_connections(embedded(plan, APP_ROLE, plan.app_password), values)


def owner(values: Mapping[str, Any], plan: Plan) -> dict[str, str]:
    """USER and PASSWORD (and HOST and PORT) of the role that owns the schema."""
    if not values["DATABASE_URL"]:
        found = embedded(plan, OWNER_ROLE, plan.owner_password)
    else:
        found = outside(values, "DATABASE_OWNER_URL" if values["DATABASE_OWNER_URL"] else "DATABASE_URL")
    return {name: found[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}


def replica(values: Mapping[str, Any]) -> dict[str, Any]:
    """A read replica; tests read the first database in its place."""
    return with_connections(outside(values, "DATABASE_REPLICA_URL"), values) | {"TEST": {"MIRROR": "default"}}


def embedded(plan: Plan, role: str, password: str) -> dict[str, Any]:
    """A connection to the embedded PostgreSQL as a role."""
    return {
        "ENGINE": ENGINE,
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": password,
        "HOST": str(plan.socket_dir),
        "PORT": "",
    }


def outside(values: Mapping[str, Any], variable: str) -> dict[str, Any]:
    """A connection to a PostgreSQL from outside. Raises EnvironmentTrouble for any other database."""
    found = environ.Env.db_url_config(values[variable])
    if found.get("ENGINE") != "django.db.backends.postgresql" or not found.get("NAME"):
        raise EnvironmentTrouble(f"{variable} must be postgres://user:password@host:5432/name.")
    return {name: found.get(name) or "" for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} | {
        "ENGINE": ENGINE,
        "OPTIONS": found.get("OPTIONS", {}),
    }


def with_connections(found: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A connection that is kept: pooled when a pool size is set, else persistent for each thread."""
    size = values["DATABASE_POOL_SIZE"]
    options = dict(found.get("OPTIONS", {}))
    if size:
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 30, "reset": forget}
    return found | {"OPTIONS": options, "CONN_MAX_AGE": 0 if size else PERSISTENT_SECONDS, "CONN_HEALTH_CHECKS": True}


def redis(values: Mapping[str, Any], plan: Plan) -> str:
    """The address of Redis or Valkey, as redis-py reads it."""
    return values["REDIS_URL"] or f"unix://:{quote(plan.valkey_password)}@{quote(str(plan.valkey_socket))}?db=0"


def broker(redis_url: str) -> str:
    """The same address as Celery reads it."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://:{parts.password}@{parts.path}?virtual_host=0"
