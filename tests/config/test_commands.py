"""How a command line ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import psycopg.errors
import pytest
from django.core.management.base import CommandError
from django.db import DataError, OperationalError, ProgrammingError
from redis.exceptions import ConnectionError as NoCache

from common.commands import CouldNotRun, ServiceCommand
from config import commands
from config.env import ROOT


class Command(ServiceCommand):
    """A command that ends as it is told."""

    requires_system_checks = ()
    ending: BaseException | int = 0

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seed", type=int)

    def run(self, **options: Any) -> int:
        if isinstance(self.ending, BaseException):
            raise self.ending
        return self.ending


@pytest.fixture
def end(monkeypatch, capsys):
    """Runs a command line whose command ends as told: exit status and what stands on stderr."""

    def end(ending: BaseException | int, *options: str) -> tuple[int, str]:
        command = Command()
        command.ending = ending
        monkeypatch.setattr(commands, "command_named", lambda _name: command)
        return run("docs", *options)

    def run(*asked: str) -> tuple[int, str]:
        return commands.run(["manage.py", *asked]), capsys.readouterr().err

    end.run = run
    return end


def caused(error: Exception, cause: Exception) -> Exception:
    """The error as Django raises it."""
    error.__cause__ = cause
    return error


def test_a_refusal_is_its_sentence_alone_and_ends_with_2(end):
    assert end(CouldNotRun("Name a source.")) == (2, "Name a source.\n")
    assert end(CommandError("No such user.")) == (2, "No such user.\n")


def test_a_fault_of_ours_is_one_sentence_and_told_apart_from_differences(end):
    assert end(ZeroDivisionError("a fault\nof two lines")) == (
        2,
        "The command could not run: ZeroDivisionError: a fault. --traceback shows where it ended.\n",
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            caused(OperationalError("connection refused\n\tIs the server running?"), psycopg.OperationalError()),
            "The database cannot be reached: connection refused. Check DATABASE_URL and that its server runs.\n",
        ),
        (
            caused(OperationalError("deadlock detected"), psycopg.errors.DeadlockDetected()),
            "The database refused: deadlock detected. --traceback shows where the command ended.\n",
        ),
        (
            caused(DataError("value too long"), psycopg.errors.StringDataRightTruncation()),
            "The database refused: value too long. --traceback shows where the command ended.\n",
        ),
        (
            caused(ProgrammingError('relation "x" does not exist\nLINE 1'), psycopg.errors.UndefinedTable()),
            'The database lacks what this version needs: relation "x" does not exist. Run `manage.py migrate`.\n',
        ),
        (NoCache("refused"), "The cache cannot be used: refused. Check REDIS_URL and that its server runs.\n"),
    ],
)
def test_what_a_server_refuses_is_one_sentence(end, error: Exception, sentence: str):
    assert end(error) == (2, sentence)


def test_the_trace_is_printed_where_it_is_asked_for(end):
    status, told = end(ZeroDivisionError("a fault"), "--traceback")
    assert (status, told.startswith("Traceback"), told.count("\nZeroDivisionError: a fault\n")) == (2, True, 1)


def test_who_reads_no_further_leaves_no_trace_of_it():
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "manage.py", "help"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.parametrize("name", ["changepassword", "createsuperuser"])
def test_commands_that_would_leave_no_trace_name_those_that_do(end, name: str):
    status, told = end.run(name, "li.mei")
    assert (status, told.count("\n")) == (2, 1)
    assert re.search(r"Use: manage\.py (change_password|create_administrator) --", told)


def test_the_status_that_a_command_leaves_with_is_kept(end):
    assert end(0) == (0, "")
    with pytest.raises(SystemExit) as left:
        end(1)
    assert left.value.code == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--seed", "x"), "argument --seed: 'x' is no whole number."),
        (("--language", "fr"), "argument --language: invalid choice: 'fr' (choose from 'en', 'zh-hans')."),
        (("--colour",), "unrecognized arguments: --colour."),
    ],
)
def test_an_option_that_does_not_fit_is_one_sentence(end, options: tuple[str, ...], sentence: str):
    assert end(0, *options) == (2, f"{sentence} `manage.py docs --help` tells what can be given.\n")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("reconcile",), "the following arguments are required: source."),
        (("reconcile", "x", "--as-of", "20220905"), "argument --as-of: '20220905' is no day; write it as 2022-09-05."),
        (
            ("reconcile", "x", "--known-at", "soon"),
            "argument --known-at: 'soon' is no moment; write it as 2022-09-05T18:00.",
        ),
    ],
)
def test_an_argument_is_refused_in_the_readers_words_before_servers_start(
    end, monkeypatch, asked: tuple[str, ...], sentence: str
):
    monkeypatch.setattr(commands.servers, "hold", None)
    assert end.run(*asked) == (2, f"{sentence} `manage.py reconcile --help` tells what can be given.\n")


@pytest.mark.parametrize("asked", [("reconsile",), ("help", "reconsile")])
def test_an_unknown_command_ends_with_2_and_the_nearest_name(end, asked: tuple[str, ...]):
    assert end.run(*asked) == (2, "There is no command 'reconsile'. Did you mean reconcile?\n")


def test_a_command_that_resembles_none_is_sent_to_the_list(end):
    assert end.run("qqq") == (2, "There is no command 'qqq'. `manage.py help` lists them all.\n")


def test_help_with_a_command_is_that_commands_help(end, capsys):
    with pytest.raises(SystemExit) as left:
        end.run("help", "reconcile")
    assert (left.value.code, "--known-at" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize(
    ("options", "environment", "sentence"),
    [
        (
            (),
            {"DATABASE_URL": "postgres://u:p@127.0.0.1:1/x", "REDIS_URL": "redis://:p@127.0.0.1:1/0"},
            "The database cannot be reached: ",
        ),
        (("--settings=foo",), {}, "The settings 'foo' cannot be loaded (No module named 'foo')."),
    ],
    ids=["no database", "no settings"],
)
def test_what_is_not_there_is_one_sentence(options: tuple[str, ...], environment: dict[str, str], sentence: str):
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_records", *options],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(sentence)
