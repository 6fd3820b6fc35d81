"""The embedded servers on a real data folder: started, shared, killed, repaired."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import servers
from config.env import ROOT
from config.servers import keeper, locks, postgres, process, valkey

HOLDER = """
import sys
from config import servers
from pathlib import Path
from types import SimpleNamespace
plan = servers.Plan(Path(sys.argv[1]), "super", "owner", "app", "key", durable=False)
with servers.hold(plan):
    print("held", flush=True)
    sys.stdin.read()
"""


def plan_in(folder: Path) -> servers.Plan:
    return servers.Plan(folder, "super", "owner", "app", "key", durable=False, timeout=30)


@pytest.fixture
def plan(tmp_path):
    made = plan_in(tmp_path / "data")
    yield made
    keeper.end_servers(made.data_dir, timeout=10)
    shutil.rmtree(made.socket_dir, ignore_errors=True)


def ask(plan: servers.Plan, query: str, role: str = servers.APP_ROLE, password: str = "app") -> tuple:
    with psycopg.connect(
        host=str(plan.socket_dir), dbname=servers.DATABASE, user=role, password=password, connect_timeout=10
    ) as connection:
        return connection.execute(query).fetchone()


def do(plan: servers.Plan, statements: str) -> None:
    """Runs statements as the owner."""
    with psycopg.connect(
        host=str(plan.socket_dir), dbname=servers.DATABASE, user=servers.OWNER_ROLE, password="owner"
    ) as connection:
        connection.execute(statements)


def holder(plan: servers.Plan) -> subprocess.Popen:
    """Another process that holds the servers until its input ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(plan.data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        text=True,
    )
    assert child.stdout.readline() == "held\n"
    return child


def leave(child: subprocess.Popen) -> None:
    child.communicate(timeout=30)
    assert child.returncode == 0


def running(plan: servers.Plan) -> list[bool]:
    return [postgres.find(plan) is not None, valkey.find(plan) is not None]


def processes_of(plan: servers.Plan) -> list[psutil.Process]:
    """Every living process that was started for this data folder."""
    found = [p for p in psutil.process_iter(["cmdline"]) if str(plan.data_dir) in " ".join(p.info["cmdline"] or [])]
    return [p for p in found if process.is_alive(p)]


def test_both_servers_run_inside_the_block_and_nothing_is_left_after_it(plan):
    with servers.hold(plan):
        assert ask(plan, "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == (
            "shouwang_app",
            False,
            False,
        )
        with redis.Redis(unix_socket_path=str(plan.valkey_socket), password="key") as client:
            assert client.ping() is True
    assert processes_of(plan) == []


def test_nobody_gets_in_without_a_password(plan):
    with servers.hold(plan):
        with pytest.raises(psycopg.OperationalError, match="password"):
            ask(plan, "SELECT 1", password="wrong")
        with (
            redis.Redis(unix_socket_path=str(plan.valkey_socket), retry=Retry(NoBackoff(), 0)) as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()


def test_the_owner_makes_what_the_application_cannot(plan):
    with servers.hold(plan):
        do(plan, "CREATE EXTENSION btree_gist; CREATE TABLE kept (a int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(plan, "CREATE TABLE other (a int)")


def test_a_second_user_keeps_the_servers_when_the_first_ends(plan):
    with servers.hold(plan):
        other = holder(plan)
    assert running(plan) == [True, True]
    leave(other)
    assert processes_of(plan) == []


def test_a_user_who_comes_later_finds_the_same_servers_and_leaves_them(plan):
    with servers.hold(plan):
        before = postgres.find(plan).pid
        leave(holder(plan))
        assert postgres.find(plan).pid == before


def test_the_servers_end_even_when_their_only_user_is_killed(plan):
    child = holder(plan)
    child.kill()
    child.communicate()
    assert process.wait_until(lambda: processes_of(plan) == [], timeout=20)


def test_servers_that_a_killed_user_and_keeper_left_are_found_and_ended(plan):
    child = holder(plan)
    for one in [p for p in processes_of(plan) if "config.servers.keeper" in p.cmdline()]:
        one.kill()
    child.kill()
    child.communicate()
    assert running(plan) == [True, True]
    with servers.hold(plan):
        assert ask(plan, "SELECT 1") == (1,)
    assert processes_of(plan) == []


def test_a_server_that_was_killed_is_started_again_with_its_rows(plan):
    plan = replace(plan, durable=True)
    with servers.hold(plan):
        do(plan, "CREATE TABLE kept AS SELECT 7 AS a")
        for one in (postgres.find(plan), valkey.find(plan)):
            one.send_signal(signal.SIGKILL)
            assert process.wait_until(lambda one=one: not process.is_alive(one), timeout=10)
        assert servers.ensure(plan) == ["PostgreSQL", "Valkey"]
        assert servers.ensure(plan) == []
        assert ask(plan, "SELECT a FROM kept", servers.OWNER_ROLE, "owner") == (7,)


def test_a_pid_file_that_names_another_program_is_no_obstacle(plan):
    with servers.hold(plan):
        pass
    stranger = f"{os.getpid()}\n{plan.postgres_dir}\n1\n5432\n{plan.socket_dir}\n\n  0  0\nready\n"
    (plan.postgres_dir / "postmaster.pid").write_text(stranger)
    (plan.valkey_dir / "valkey.pid").write_text(f"{os.getpid()}\n")
    (plan.socket_dir / "valkey.sock").touch()
    with servers.hold(plan):
        assert ask(plan, "SELECT 1") == (1,)


def test_an_initialisation_that_was_interrupted_is_done_again(plan):
    for name in ("postgres", "postgres.new"):
        (plan.data_dir / name / "base").mkdir(parents=True)
    (plan.data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    with servers.hold(replace(plan, wants_valkey=False)):
        assert ask(plan, "SELECT 1") == (1,)
    assert (plan.data_dir / "postgres.incomplete-1" / "base").is_dir()
    assert not (plan.data_dir / "postgres.new").exists()


def test_two_folders_run_side_by_side(plan, tmp_path):
    first, second = plan, plan_in(tmp_path / "other")
    with servers.hold(first), servers.hold(second):
        assert ask(first, "SHOW data_directory", "postgres", "super") == (str(first.postgres_dir),)
        assert ask(second, "SHOW data_directory", "postgres", "super") == (str(second.postgres_dir),)


def test_a_folder_too_deep_for_a_socket_has_its_sockets_elsewhere(plan):
    deep = plan_in(plan.data_dir / ("deep" * 20) / ("deeper" * 10))
    assert len(bytes(deep.socket_dir / ".s.PGSQL.5432")) <= 107
    with servers.hold(deep):
        assert ask(deep, "SELECT 1") == (1,)
    shutil.rmtree(deep.socket_dir)


def test_a_folder_of_another_version_is_refused_with_a_sentence(plan):
    plan.postgres_dir.mkdir(parents=True)
    (plan.postgres_dir / "PG_VERSION").write_text("15\n")
    with pytest.raises(servers.ServerTrouble, match="made by PostgreSQL 15"), servers.hold(plan):
        pass
    assert processes_of(plan) == []


def test_secrets_that_do_not_fit_the_folder_are_refused_with_a_sentence(plan):
    with servers.hold(plan):
        pass
    other = replace(plan, superuser_password="lost")
    with pytest.raises(servers.ServerTrouble, match=r"secrets\.env does not belong to"), servers.hold(other):
        pass
    assert processes_of(plan) == []


def test_a_damaged_folder_ends_in_a_sentence_that_names_it(plan):
    with servers.hold(plan):
        pass
    (plan.postgres_dir / "global" / "pg_control").unlink()
    with pytest.raises(servers.ServerTrouble, match="PostgreSQL cannot start in"), servers.hold(plan):
        pass


def test_a_full_disk_ends_in_a_sentence(plan, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    with pytest.raises(servers.ServerTrouble, match="is full; free 200 MB or more"), servers.hold(plan):
        pass


def test_a_folder_that_another_process_keeps_busy_ends_in_a_sentence(plan):
    handle = locks.open_lock(plan.data_dir, "turn")
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(servers.ServerTrouble, match="Another process has been starting or stopping"):  # noqa: SIM117
        with locks.turn(plan.data_dir, timeout=0.2):
            pass
    os.close(handle)


def test_nothing_starts_where_the_servers_are_outside(plan):
    with servers.hold(replace(plan, wants_postgres=False, wants_valkey=False)):
        assert not plan.data_dir.exists()
