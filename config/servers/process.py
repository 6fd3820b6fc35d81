"""Server processes: started as an unprivileged account, found again after a crash, stopped within a time."""

import contextlib
import errno
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from config.servers import passage
from config.servers.plan import ServerTrouble

ACCOUNTS = ("postgres", "nobody")
LOG_LIMIT = 10 * 1024 * 1024
STEP = 0.05
children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Account:
    """The system account that servers run as when the caller is root, because PostgreSQL refuses root."""

    uid: int
    gid: int
    name: str


def account_for(folder: Path) -> Account | None:
    """The account for servers in this folder: the folder's owner, else postgres or nobody; None: the caller itself."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = folder.stat().st_uid if folder.exists() else 0
    entries = [entry for entry in known.values() if entry.pw_uid == owner != 0]
    entries += [known[name] for name in ACCOUNTS if name in known]
    if not entries:
        raise ServerTrouble(
            "PostgreSQL does not run as root and there is no account nobody; add it, or be another user."
        )
    return Account(entries[0].pw_uid, entries[0].pw_gid, entries[0].pw_name)


def own(folder: Path, account: Account | None) -> None:
    """Makes a private folder of the account (mode 0700)."""
    with disk_trouble(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = account.uid if account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in (wanted, os.geteuid()):
            raise ServerTrouble(
                f"The folder {folder} belongs to another user; run as that user, or choose another DATA_DIR."
            )
        if account:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)


@contextlib.contextmanager
def disk_trouble(folder: Path) -> Iterator[None]:
    """Turns a failure of the file system into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise ServerTrouble(sentence_for_disk(folder, error.errno, error.strerror or str(error))) from error


def sentence_for_disk(folder: Path, number: int | None, text: str) -> str:
    """What is wrong with the disk under a folder, and the way out."""
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {folder} is full; free 200 MB or more, or choose another DATA_DIR."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{folder} cannot be written ({text}); run as its owner, or choose another DATA_DIR."
    return f"{folder} cannot be used: {text}; mend it, or choose another DATA_DIR."


def spawn(args: Sequence[str | Path], *, log: Path, account: Account | None, folder: Path) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, so that Ctrl-C in the terminal does not reach it before its clients."""
    preexec: Callable[[], None] | None = None
    if account:
        paths = [Path(args[0]), folder]
        capability = passage.capability_needed(paths, uid=account.uid, gid=account.gid)
        if capability is None and not all(passage.can_pass(path, uid=account.uid, gid=account.gid) for path in paths):
            raise ServerTrouble(
                f"The account {account.name}, which runs PostgreSQL for root, may not enter a folder above {folder}; "
                "allow it with `chmod o+x` on the folders above, or move the project, for example to /srv."
            )
        preexec = partial(passage.become, account.uid, account.gid, capability)
    with disk_trouble(log.parent):
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as out:
            child = subprocess.Popen(
                [str(arg) for arg in args],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                preexec_fn=preexec,  # noqa: PLW1509 (no thread has been started yet)
            )
    children[child.pid] = child
    return child


def run(args: Sequence[str | Path], *, log: Path, account: Account | None, folder: Path, timeout: float) -> int:
    """Runs a server's tool to its end and returns its exit status; it does not outlive an interruption."""
    child = spawn(args, log=log, account=account, folder=folder)
    try:
        return child.wait(timeout)
    except subprocess.TimeoutExpired:
        raise ServerTrouble(f"{Path(args[0]).name} did not end within {timeout} seconds; see {log}.") from None
    finally:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def find(pid_file: Path, *, mark: str) -> psutil.Process | None:
    """The living server that a pid file names, None when there is none or the number now belongs to another program."""
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        return process if is_alive(process) and mark in process.cmdline() else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def is_alive(process: psutil.Process) -> bool:
    """True while the process runs; one that has ended and was not yet collected by its parent counts as ended."""
    child = children.get(process.pid)
    if child is not None and child.poll() is not None:
        return False
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def stop(process: psutil.Process, *, signals: Sequence[int], timeout: float) -> None:
    """Ends a server by the gentlest signal that works, each given its share of the time."""
    for number in (*signals, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if wait_until(lambda: not is_alive(process), timeout=timeout):
            return
    raise ServerTrouble(f"Process {process.pid} does not end; end it by hand with `kill -9 {process.pid}`.")


def wait_until(condition: Callable[[], bool], *, timeout: float) -> bool:
    """True as soon as the condition holds, False when the time is over."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True


def last_words(log: Path, *, since: int) -> str:
    """What a server wrote to its log from a position on."""
    with log.open("rb") as file:
        file.seek(since)
        return file.read().decode(errors="replace").strip()
