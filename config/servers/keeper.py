"""A small process that ends the servers of a data folder when their last user is gone, even if it was killed."""

import fcntl
import os
import sys
from pathlib import Path
from typing import NoReturn

from config.servers import locks, process
from config.servers.plan import Plan

MARKS = (  # the pid file, what marks the process as this folder's, and the signals that end it gently
    ("postgres/postmaster.pid", "postgres", (2, 3)),
    ("valkey/valkey.pid", "valkey/valkey.conf", (15,)),
)


def end_servers(data_dir: Path, *, timeout: float) -> None:
    """Ends whatever runs in this data folder."""
    for pid_file, mark, signals in MARKS:
        if server := process.find(data_dir / pid_file, mark=str(data_dir / mark)):
            process.stop(server, signals=signals, timeout=timeout)


def keep(data_dir: Path, *, timeout: float = Plan.timeout) -> NoReturn:
    """Waits until nobody uses the servers, then ends them and this process."""
    users = locks.open_lock(data_dir, "users")
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # waits here, for as long as anyone holds the servers
        fcntl.flock(users, fcntl.LOCK_UN)  # whoever starts takes its turn first: never wait for a turn with this lock
        with locks.turn(data_dir, timeout=10 * timeout):
            if locks.try_lock(users):
                end_servers(data_dir, timeout=timeout)
                os._exit(0)  # at once, so that whoever waits for its lock sees this process gone


if __name__ == "__main__":
    keep(Path(sys.argv[1]))  # the second argument is the inherited lock that makes this the only keeper
