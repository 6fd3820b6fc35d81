"""Embedded PostgreSQL and Valkey, held for as long as a process needs them; the last one out ends them."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from config.servers import keeper, locks, postgres, process, valkey
from config.servers.plan import APP_ROLE, DATABASE, OWNER_ROLE, Plan, ServerTrouble, plan_of

__all__ = ["APP_ROLE", "DATABASE", "OWNER_ROLE", "Plan", "ServerTrouble", "ensure", "hold", "plan_of"]

ROOT = Path(__file__).resolve().parent.parent.parent
keepers: dict[Path, subprocess.Popen[bytes]] = {}
Find = Callable[[Plan], psutil.Process | None]
Start = Callable[[Plan], None]


@contextlib.contextmanager
def hold(plan: Plan) -> Iterator[None]:
    """The embedded servers run inside this block; after it they end, unless another process still holds them."""
    if not plan.is_needed:
        yield
        return
    users = locks.open_lock(plan.data_dir, "users")
    try:
        with locks.turn(plan.data_dir, timeout=10 * plan.timeout):
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                start_missing(plan)
            except BaseException:
                end_if_last(plan, users)
                raise
        yield
    finally:
        with locks.turn(plan.data_dir, timeout=10 * plan.timeout):
            end_if_last(plan, users)
        os.close(users)
        wait_for_keeper(plan)


def ensure(plan: Plan) -> list[str]:
    """Starts again whichever held server has died; names those."""
    if all(find(plan) for wanted, find, _, _ in parts(plan) if wanted):
        return []
    with locks.turn(plan.data_dir, timeout=10 * plan.timeout):
        return start_missing(plan)


def start_missing(plan: Plan) -> list[str]:
    """Starts what does not run; names what it started."""
    started = []
    for wanted, find, start, name in parts(plan):
        if wanted and find(plan) is None:
            start(plan)
            started.append(name)
    start_keeper(plan)
    return started


def parts(plan: Plan) -> tuple[tuple[bool, Find, Start, str], ...]:
    """Each server: whether it is wanted, how to find it, how to start it, its name."""
    return (
        (plan.wants_postgres, postgres.find, postgres.start, "PostgreSQL"),
        (plan.wants_valkey, valkey.find, valkey.start, "Valkey"),
    )


def end_if_last(plan: Plan, users: int) -> None:
    """Gives up this process's hold; ends the servers when nobody else has one."""
    fcntl.flock(users, fcntl.LOCK_UN)
    if locks.try_lock(users):
        keeper.end_servers(plan.data_dir, timeout=plan.timeout)
        fcntl.flock(users, fcntl.LOCK_UN)


def start_keeper(plan: Plan) -> None:
    """Starts the process that ends the servers should all their users be killed, unless it runs already."""
    handle = locks.open_lock(plan.data_dir, "keeper")
    if locks.try_lock(handle):
        child = subprocess.Popen(
            [sys.executable, "-m", "config.servers.keeper", str(plan.data_dir), str(handle)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
            pass_fds=[handle],  # the lock goes with it: there is no moment without a keeper
        )
        keepers[plan.data_dir] = child
    os.close(handle)


def has_left(plan: Plan) -> bool:
    """True unless this process started the keeper of this data folder and it has not ended."""
    return plan.data_dir not in keepers or keepers[plan.data_dir].poll() is not None


def wait_for_keeper(plan: Plan) -> None:
    """Waits until the keeper has left too, when the servers have ended."""
    if postgres.find(plan) or valkey.find(plan):
        return
    handle = locks.open_lock(plan.data_dir, "keeper")
    process.wait_until(lambda: locks.try_lock(handle) and has_left(plan), timeout=5)
    os.close(handle)
