"""A real site beside the tests: granian, a Celery worker and beat, on servers that can be ended in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
from django.conf import settings
from django.db import connection

from config import env, servers
from config.servers import postgres, process, valkey

PYTHON = [sys.executable, "-W", "ignore", "-m"]
CELERY = [*PYTHON, "celery", "--quiet", "-A", "config.celery"]
PATIENCE, STEP = 90, 0.1
SERVERS = {"PostgreSQL": postgres, "Valkey": valkey}


def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "It did not come to hold in time."
        time.sleep(STEP)


@contextmanager
def away(name: str, *, killed: bool) -> Iterator[None]:
    """Inside the block that server is gone: asked to end, or killed; after it it runs again."""
    plan = settings.SERVERS
    connection.close()
    found = SERVERS[name].find(plan)
    assert found is not None
    if killed:
        found.send_signal(signal.SIGKILL)
        assert process.wait_until(lambda: not process.is_alive(found), timeout=30)
    else:
        SERVERS[name].stop(plan)
    try:
        yield
    finally:
        assert servers.ensure(plan) == [name]


class Site:
    """The processes of the site; what they print stands in `folder`."""

    def __init__(self, folder: Path, **told: Any) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.folder = folder
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        held = connection.settings_dict
        database = {name: held[name] for name in ("NAME", "USER", "PASSWORD")}
        told |= {"database": database, "folder": str(folder)}
        self.environment = os.environ | {"TEST_SITE": json.dumps(told), "DJANGO_SETTINGS_MODULE": "tests.site_settings"}
        self.commands = {
            "web": [*PYTHON, "granian", "--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "4",
                    "--no-ws", "--log-level", "warning", "config.wsgi:application"],
            "worker": [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip",
                       "--without-mingle"],
            "beat": [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", str(folder / "beat")],
        }  # fmt: skip

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start these of its processes."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.parts[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=env.ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def answers(self) -> bool:
        """Whether somebody listens there."""
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self, name: str) -> None:
        """End one of its processes with all that it started, at once."""
        os.killpg(self.parts[name].pid, signal.SIGKILL)
        self.parts.pop(name).wait()

    def close(self) -> None:
        """End them all."""
        for part in self.parts.values():
            part.terminate()
        for part in self.parts.values():
            try:
                part.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(part.pid, signal.SIGKILL)
                part.wait()

    def told(self) -> str:
        """All that its processes have printed."""
        return "".join((self.folder / f"{name}.log").read_text(errors="replace") for name in self.commands)


@contextmanager
def running(folder: Path, **told: Any) -> Iterator[Site]:
    """A site that runs inside the block; `told` goes to its settings (tests/site_settings.py)."""
    site = Site(folder, **told)
    try:
        site.start("web", "worker", "beat")
        until(site.answers)
        yield site
    finally:
        site.close()


class Answered:
    """An answer, as a test client gives it."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self.status_code, self.headers, self.content = answer.status, answer.headers, answer.data

    def json(self) -> Any:
        return json.loads(self.content)


class Caller:
    """A client of the site: where it is told to come back, or the connection breaks, it asks again, the very same."""

    def __init__(self, site: Site, authorization: str) -> None:
        self.site, self.headers = site, {"Authorization": authorization}
        self.pool = urllib3.PoolManager(timeout=30, retries=False)
        self.seen: Counter[int | str] = Counter()
        self.strange: list[str] = []

    def get(self, path: str, asked: Mapping[str, Any] | None = None) -> Answered:
        """What is found there."""
        return self.until_answered("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def post(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **given: Any) -> Answered:
        """The answer to what is sent: JSON, or `fields` as a form."""
        given.pop("format", None)
        if body is not None:
            given = {"body": json.dumps(body).encode(), **given}
            headers = {"Content-Type": "application/json", **(headers or {})}
        return self.until_answered("POST", path, headers=headers, **given)

    def until_answered(self, method: str, path: str, **given: Any) -> Answered:
        """Asks until the answer is another than to come back."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.once(method, path, **given)
            if answer is not None and answer.status_code != 503:
                return answer
            assert time.monotonic() < deadline, f"{method} {path} was never answered: {self.seen}"
            time.sleep(0.2)

    def once(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **given: Any
    ) -> Answered | None:
        """One answer; None where the connection broke."""
        head = {**self.headers, **(headers or {})}
        try:
            answer = Answered(self.pool.request(method, f"{self.site.address}{path}", headers=head, **given))
        except urllib3.exceptions.HTTPError as error:
            self.seen[type(error).__name__] += 1
            return None
        self.seen[answer.status_code] += 1
        if answer.status_code >= 500 and not (answer.status_code == 503 and "Retry-After" in answer.headers):
            self.strange.append(f"{method} {path} {answer.status_code} {answer.content[:300]!r}")
        return answer
