"""Runs one of the project's commands, with the embedded servers where it needs them."""

import contextlib
import os
import re
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import django
from django import db
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from redis.exceptions import RedisError

from common import scopes
from common.commands import COULD_NOT_RUN, FINE, CouldNotRun
from common.texts import shown
from config import env, servers

# What neither reads nor writes a record. Anything else finds the servers running.
WITHOUT_SERVERS = frozenset(
    [
        "help",
        "version",
        "--help",
        "-h",
        "--version",
        "makemessages",
        "compilemessages",
        "collectstatic",
        "findstatic",
        "spectacular",
        "startapp",
        "diffsettings",
        "docs",
    ]
)
ABOUT_COMMANDS = (["help"], ["help", "--commands"], ["version"], ["--help"], ["-h"], ["--version"])
# Django's own commands that would leave no trace in the audit trail, and what is called in their place.
REPLACED = {
    "changepassword": "change_password --username NAME",
    "createsuperuser": "create_administrator --technical-site",
}
BROKEN_PIPE = 141  # as a shell names the end by SIGPIPE
UNDEFINED = ("42P01", "42703")  # PostgreSQL's states for a table and for a column that is not there
LONGEST_SENTENCE = 500


def needs_servers(arguments: Sequence[str]) -> bool:
    """True when a command line asks for a command that reads or writes records."""
    asked = arguments[1:]
    return bool(asked) and asked[0] not in WITHOUT_SERVERS and not {"--help", "-h", "--version"} & set(asked)


def run(arguments: Sequence[str]) -> int:
    """Runs a command line; returns 2, after one sentence on stderr, when it could not run.

    Status 1 is left to commands that did run and found differences. The trace is printed where `--traceback` asks.
    """
    try:
        values = env.read()
        os.umask(0o022)
        carry_out(list(arguments), values)
        sys.stdout.flush()
        return FINE
    except BrokenPipeError:
        # Whoever read the output has read enough. Python would complain once more when it closes stdout at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return 130
    except Exception as trouble:
        if "--traceback" in arguments:
            traceback.print_exc()
        print(sentence_of(trouble), file=sys.stderr)
        return COULD_NOT_RUN


def carry_out(arguments: list[str], values: Mapping[str, Any]) -> None:
    """Does what a command line asks for; raises whatever keeps it from being done."""
    if arguments[1:2] == ["help"] and len(arguments) > 2 and not arguments[2].startswith("-"):
        arguments = [arguments[0], arguments[2], "--help"]
    if len(arguments) < 2 or arguments[1:] in ABOUT_COMMANDS:
        execute_from_command_line(arguments)
        return
    set_up(arguments)
    command = command_named(arguments[1])
    options = options_of(command, arguments)
    hold = servers.hold(servers.plan_of(values)) if needs_servers(arguments) else contextlib.nullcontext()
    with signals_end_cleanly(), hold:
        try:
            with scopes.everywhere():  # whoever may run commands on the server acts for the product
                command.execute(*options.pop("args", ()), **options)
        finally:
            db.connections.close_all()


def set_up(arguments: Sequence[str]) -> None:
    """Makes Django ready, with the settings that the command line or the environment names."""
    parser = CommandParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--settings")
    parser.add_argument("--pythonpath")
    with contextlib.suppress(CommandError):  # the command's own parser tells what does not fit
        handle_default_options(parser.parse_known_args(arguments[2:])[0])
    try:
        settings.INSTALLED_APPS  # noqa: B018 (loads them)
    except ImportError as error:
        named = os.environ.get("DJANGO_SETTINGS_MODULE", "")
        raise CouldNotRun(
            f"The settings {shown(named)} cannot be loaded ({error}). Leave out --settings and DJANGO_SETTINGS_MODULE."
        ) from error
    django.setup()


def command_named(name: str) -> BaseCommand:
    """The command of that name, Django's or ours; CouldNotRun where there is none."""
    if name in REPLACED:
        raise CouldNotRun(f"{name} would leave no trace in the audit trail. Use: manage.py {REPLACED[name]}")
    known = get_commands()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        meant = f"Did you mean {near[0]}?" if near else "`manage.py help` lists them all."
        raise CouldNotRun(f"There is no command {shown(name)}. {meant}")
    app = known[name]
    return app if isinstance(app, BaseCommand) else load_command_class(app, name)


def options_of(command: BaseCommand, arguments: Sequence[str]) -> dict[str, Any]:
    """The options on the command line; CouldNotRun, in one sentence, where they cannot be read."""
    program, name, *given = arguments
    parser = command.create_parser(os.path.basename(program), name)  # noqa: PTH119 (as Django names it)
    try:
        return vars(parser.parse_args(given))
    except CommandError as error:
        told = str(error).removeprefix("Error: ")
        told = re.sub(r"invalid int value: (.+)", r"\1 is no whole number", told, flags=re.DOTALL)
        raise CouldNotRun(f"{shortened(told)}. `manage.py {name} --help` tells what can be given.") from error


def sentence_of(trouble: Exception) -> str:
    """What went wrong, and what to do about it."""
    if isinstance(trouble, CommandError | env.EnvironmentTrouble | servers.ServerTrouble):
        return str(trouble)
    reason = shortened(str(trouble).split("\n", maxsplit=1)[0].rstrip("."))
    if isinstance(trouble, db.Error):
        return of_database(trouble, reason)
    if isinstance(trouble, RedisError):
        return f"The cache cannot be used: {reason}. Check REDIS_URL and that its server runs."
    return f"The command could not run: {type(trouble).__name__}: {reason}. --traceback shows where it ended."


def of_database(trouble: db.Error, reason: str) -> str:
    """What went wrong with the database."""
    state = getattr(trouble.__cause__, "sqlstate", None)
    if state is None and isinstance(trouble, db.OperationalError | db.InterfaceError):
        return f"The database cannot be reached: {reason}. Check DATABASE_URL and that its server runs."
    if state in UNDEFINED:
        return f"The database lacks what this version needs: {reason}. Run `manage.py migrate`."
    return f"The database refused: {reason}. --traceback shows where the command ended."


def shortened(text: str) -> str:
    """The text on one line, cut where it is too long for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SENTENCE else line[:LONGEST_SENTENCE] + "…"


@contextlib.contextmanager
def signals_end_cleanly() -> Iterator[None]:
    """SIGTERM and SIGHUP leave through `finally`, as Ctrl-C does, so that the servers are given back."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
    yield
