"""The reference of commands: purpose, options, exit statuses."""

import inspect
from argparse import Action
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser, DjangoHelpFormatter

from common.commands import COULD_NOT_RUN, DIFFERENCES, FINE, ServiceCommand
from config import env
from config.references.markdown import code, table

# What exit status 1 tells; a command that is not named here never ends with it.
FOUND: dict[str, str] = {
    "audit_deadlines": "stored deadlines are not what the events, the clocks and the pauses call for",
    "audit_measures": "stored spans are not what the measures call for",
    "audit_records": "stored spans are not what the events call for",
    "check_quality": "a finding that blocks a decision stands",
    "docs": "with `--check`: a document is stale",
    "import_divisions": "some lines were refused; the others are taken over",
    "reconcile": "a figure differs on every basis it may have, or printed figures contradict each other",
    "verify_audit": "an audit row or a seal was changed, taken out or moved",
}


def document() -> str:
    """Every command of the product that people and scripts call."""
    return f"""# Commands

`.venv/bin/python manage.py COMMAND`. Names, options and exit statuses are part of the interface. Results go to stdout;
what went wrong goes to stderr as a sentence that says what to do. A command that needs the embedded servers starts
them and leaves them as it found them.

{table(("exit status", "meaning"), statuses())}
Every command takes `--help` and Django's own options as well.

{"".join(section(name, command) for name, command in sorted(ours()))}"""


def statuses() -> Iterator[tuple[str, str]]:
    """What each exit status means."""
    yield code(FINE), "done, and nothing differs"
    yield code(DIFFERENCES), "done, and found differences; each command below says which"
    yield code(COULD_NOT_RUN), "could not run"


def ours() -> Iterator[tuple[str, ServiceCommand]]:
    """The commands of this project's own apps, by name."""
    own = {each.name for each in apps.get_app_configs() if Path(each.path).parent == env.ROOT}
    for name, app in get_commands().items():
        command = load_command_class(app, name) if app in own else None
        if isinstance(command, ServiceCommand):
            yield name, command


def section(name: str, command: ServiceCommand) -> str:
    """One command: what it is for, how it is called, what it may find."""
    parser = command.create_parser("manage.py", name)
    actions = list(arguments(parser))
    usage = " ".join(["manage.py", name, *map(called, actions)])
    rows = [(code(spelled(each)), told(each), code(default(each))) for each in actions]
    found = f"\nExit status 1: {FOUND[name]}.\n" if name in FOUND else ""
    return f"""## {name}

{command.help} {inspect.getdoc(type(command)) or ""}

```
{usage}
```

{table(("argument", "meaning", "default"), rows)}{found}
"""


def arguments(parser: CommandParser) -> Iterator[Action]:
    """The command's own arguments, without those that every Django command has."""
    for action in parser._actions:  # argparse offers no other way to read them
        if not DjangoHelpFormatter.show_last.intersection(action.option_strings) and action.dest != "help":
            yield action


def called(action: Action) -> str:
    """The argument as it stands in the usage."""
    shown = spelled(action)
    return shown if action.required else f"[{shown}]"


def spelled(action: Action) -> str:
    """The argument as it is written on the command line."""
    value = "{" + ",".join(action.choices) + "}" if action.choices else str(action.metavar or action.dest).upper()
    if not action.option_strings:
        return value
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def told(action: Action) -> str:
    """The help of an argument."""
    return action.help or ""


def default(action: Action) -> str:
    """What holds where an option is left out; nothing for a switch, an argument, or where the help says it."""
    if action.nargs == 0 or action.required or "default" in (action.help or ""):
        return ""
    return "" if action.default is None else str(action.default)
