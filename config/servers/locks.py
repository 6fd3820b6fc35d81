"""Who uses the servers of a data folder: file locks, which a killed process cannot leave behind."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.servers import process
from config.servers.plan import ServerTrouble


def open_lock(data_dir: Path, name: str) -> int:
    """A handle on one of the folder's lock files."""
    with process.disk_trouble(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        return os.open(data_dir / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(handle: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Takes a lock if it is free now."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def turn(data_dir: Path, *, timeout: float) -> Iterator[None]:
    """One process at a time starts or stops the servers of a folder."""
    handle = open_lock(data_dir, "turn")
    try:
        if not process.wait_until(lambda: try_lock(handle), timeout=timeout):
            raise ServerTrouble(
                f"Another process has been starting or stopping the servers in {data_dir} for {timeout} seconds; "
                "wait for it or end it, then try again."
            )
        yield
    finally:
        os.close(handle)
