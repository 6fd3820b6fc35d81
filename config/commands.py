"""Runs one of the project's commands, with the embedded servers where it needs them."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence

from django.core.management import execute_from_command_line

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


def needs_servers(arguments: Sequence[str]) -> bool:
    """True when a command line asks for a command that reads or writes records."""
    asked = arguments[1:]
    return bool(asked) and asked[0] not in WITHOUT_SERVERS and not {"--help", "-h", "--version"} & set(asked)


def run(arguments: Sequence[str]) -> int:
    """Runs a command line; returns 2, after one sentence on stderr, when it could not run."""
    try:
        values = env.read()
        os.umask(0o022)
        with signals_end_cleanly(), servers.hold(servers.plan_of(values)) if needs_servers(arguments) else nothing():
            execute_from_command_line(list(arguments))
    except (env.EnvironmentTrouble, servers.ServerTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception:  # a fault of ours is "could not run" too: status 1 is kept for differences that were found
        traceback.print_exc()
        return 2
    return 0


def nothing() -> contextlib.AbstractContextManager[None]:
    """No servers."""
    return contextlib.nullcontext()


@contextlib.contextmanager
def signals_end_cleanly() -> Iterator[None]:
    """SIGTERM and SIGHUP leave through `finally`, as Ctrl-C does, so that the servers are given back."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
    yield
