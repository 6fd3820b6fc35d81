"""`make run`: embedded servers, web, worker and beat under one process that ends them all."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import env, port, servers
from config.servers import locks

PR_SET_PDEATHSIG = 1
PYTHON = sys.executable
GRACE = 15  # seconds between the request to end and the end by force
QUICK = 10  # seconds; a part that ends sooner than this after its start has failed
FAILURES = 3
WATCH = 0.5
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Leave(Exception):
    """Somebody asked the site to end."""


@dataclass
class Part:
    """One process of the site, started again when it dies, given up when it does not stay."""

    name: str
    command: list[str]
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        """Starts the part in a group of its own; should this process be killed, the part is told to end."""
        self.child = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=env.ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_supervisor,  # noqa: PLW1509 (one thread only)
        )
        self.started = time.monotonic()

    def revive(self) -> str | None:
        """Starts the part again if it has died; returns a sentence about it."""
        if self.child is None or self.child.poll() is None:
            return None
        lasted = time.monotonic() - self.started
        self.failures = self.failures + 1 if lasted < QUICK else 1
        status = self.child.returncode
        self.signal_group(signal.SIGKILL)
        if self.failures > FAILURES:
            raise servers.ServerTrouble(f"{self.name} ends as soon as it starts (exit {status}); see its words above.")
        self.start()
        return f"{self.name} had ended (exit {status}) and was started again."

    def signal_group(self, number: int) -> None:
        """Sends a signal to the part and to everything that it started."""
        if self.child is not None:
            try:
                os.killpg(self.child.pid, number)
            except (ProcessLookupError, PermissionError):
                return


def end_with_supervisor() -> None:
    """Asks the kernel (Linux) to end this process when the supervisor is gone, however it went."""
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def parts(values: dict[str, Any]) -> list[Part]:
    """Web, worker and beat."""
    quiet = "ignore:You're running the worker with superuser privileges"  # as whoever called `make run` chose
    celery = [PYTHON, "-W", quiet, "-m", "celery", "--quiet", "-A", "config.celery"]
    level = ["--loglevel", "WARNING"]
    schedule = ["--pidfile", "", "--schedule", str(values["DATA_DIR"] / "beat-schedule")]
    web = [PYTHON, "-m", "granian", "--interface", "wsgi", "--host", values["BIND"], "--port", str(values["PORT"])]
    web += ["--workers", str(values["WEB_WORKERS"]), "--blocking-threads", "4", "--respawn-failed-workers"]
    return [
        Part("The site", [*web, "--log-level", "warning", "config.wsgi:application"]),
        Part("The worker", [*celery, "worker", *level, "--concurrency", "2", "--without-gossip", "--without-mingle"]),
        Part("The beat", [*celery, "beat", *level, *schedule]),
    ]


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, flush=True)


def listen_to_signals() -> None:
    """Ctrl-C, SIGTERM and SIGHUP end the site in order; a SIGHUP that the caller ignores (nohup) stays ignored."""

    def leave(number: int, frame: object) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)  # once is enough: nothing may interrupt the way out
        raise Leave

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:
            signal.signal(number, leave)


def claim(data_dir: Path) -> int:
    """Makes this the only site of its data folder, for as long as it runs."""
    handle = locks.open_lock(data_dir, "site")
    if not locks.try_lock(handle, fcntl.LOCK_EX):
        raise servers.ServerTrouble(
            f"The site already runs on {data_dir}; end it first, or choose another folder: DATA_DIR=other make run"
        )
    return handle


def prepare() -> None:
    """Brings the data folder up to date in a process of its own. Raises ServerTrouble when that fails."""
    child = subprocess.Popen(  # noqa: S603
        [PYTHON, "-m", "config.prepare"],
        cwd=env.ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_supervisor,  # noqa: PLW1509 (one thread only)
    )
    try:
        status = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    if status:
        raise servers.ServerTrouble(f"The start ended early (exit {status}); the reason stands above.")


def answers(values: dict[str, Any]) -> bool:
    """True when the site accepts a connection."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(values["BIND"], values["BIND"])  # noqa: S104
    try:
        socket.create_connection((host, values["PORT"]), timeout=1).close()
    except OSError:
        return False
    return True


def watch(running: list[Part], values: dict[str, Any], plan: servers.Plan, parent: int | None) -> None:
    """Keeps everything alive until somebody asks the site to end."""
    announced = False
    while parent is None or os.getppid() == parent:
        for part in running:
            if sentence := part.revive():
                say(sentence)
        for name in servers.ensure(plan):
            say(f"{name} had ended and was started again.")
        if not announced and answers(values):
            announced = True
            host = "127.0.0.1" if values["BIND"] == "0.0.0.0" else values["BIND"]  # noqa: S104
            say(f"\nShouwang answers at http://{host}:{values['PORT']}/   (Ctrl-C ends it)")
        time.sleep(WATCH if announced else 0.1)


def end(running: list[Part]) -> None:
    """Ends every part: a request, some patience, then force; nothing that they started survives."""
    for part in running:
        if part.child is not None and part.child.poll() is None:
            part.child.terminate()
    deadline = time.monotonic() + GRACE
    for part in running:
        if part.child is None:
            continue
        try:
            part.child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{part.name} does not end by itself and is ended.")
        part.signal_group(signal.SIGKILL)
        part.child.wait()


def run(parent: int | None) -> int:
    """Runs the site until it is asked to end; returns the exit status."""
    listen_to_signals()
    running: list[Part] = []
    try:
        values = env.read()
        plan = servers.plan_of(values)
        site = claim(plan.data_dir)
        if sentence := port.trouble(str(values["PORT"]), values["BIND"]):
            raise servers.ServerTrouble(sentence)
        if plan.is_needed:
            say(f"Starting the embedded servers in {plan.data_dir} …")
        with servers.hold(plan):
            try:
                prepare()
                running += parts(values)
                for part in running:
                    part.start()
                watch(running, values, plan, parent)
            finally:
                end(running)
        os.close(site)
    except Leave:
        say("Ended; the data are kept.")
        return 0
    except (env.EnvironmentTrouble, servers.ServerTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(run(os.getppid() if "--end-with-parent" in sys.argv else None))
