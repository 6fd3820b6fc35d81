"""A small process that ends the servers of a data folder when their last user is gone, even if it was killed."""

import fcntl
import os
import sys
from pathlib import Path

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


def keep(data_dir: Path, *, mine: int, timeout: float = Plan.timeout) -> None:
    """Waits until nobody uses the servers, then ends them; `mine` is the inherited lock that makes it the only one."""
    users = locks.open_lock(data_dir, "users")
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # waits here, for as long as anyone holds the servers
        fcntl.flock(users, fcntl.LOCK_UN)  # whoever starts takes its turn first: never wait for a turn with this lock
        with locks.turn(data_dir, timeout=10 * timeout):
            if locks.try_lock(users):
                end_servers(data_dir, timeout=timeout)
                os.close(mine)
                return


if __name__ == "__main__":
    keep(Path(sys.argv[1]), mine=int(sys.argv[2]))
