"""Only doors read the clock; everything behind them is told the moment."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.architecture.reading import APPS, sources, tree

DOORS = re.compile(r"([a-z]+_)?(views|api|tasks)\.py|(admin|middleware|forms)\.py|management")
CLOCKS = {
    "now", "today", "utcnow", "localdate", "time", "time_ns", "monotonic", "perf_counter", "localtime", "fromtimestamp",
}  # fmt: skip
OWNERS = {"datetime", "date", "timezone", "time"}


def readings(path: Path) -> Iterator[str]:
    """Calls such as timezone.now(); localtime() only where no moment is handed to it."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func
        if isinstance(name, ast.Attribute) and name.attr in CLOCKS and isinstance(name.value, ast.Name | ast.Attribute):
            owner = name.value.id if isinstance(name.value, ast.Name) else name.value.attr
            if owner in OWNERS and not (name.attr in {"localtime", "localdate", "fromtimestamp"} and node.args):
                yield f"{path}:{node.lineno} {owner}.{name.attr}"


def is_door(path: Path) -> bool:
    """What answers a request or is started by hand; what hands values to every template does so for a request."""
    processors = settings.TEMPLATES[0]["OPTIONS"]["context_processors"]
    module = ".".join(path.with_suffix("").parts)
    return DOORS.fullmatch(path.parts[1]) is not None or module in {name.rpartition(".")[0] for name in processors}


def test_nothing_but_a_door_reads_the_clock():
    assert [reading for path in sources(*APPS) if not is_door(path) for reading in readings(path)] == []


def test_the_database_is_not_asked_for_its_clock():
    words = ("Now()", "auto_now", "auto_now_add", "CURRENT_TIMESTAMP", "now()", "db_default")
    told = [
        f"{path}: {word}"
        for path in sources(*APPS)
        if not is_door(path)
        for node in ast.walk(tree(path))
        for word in words
        if (isinstance(node, ast.keyword) and node.arg == word)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and word in node.value)
    ]
    assert told == []


def test_the_reading_finds_what_it_looks_for(tmp_path, monkeypatch):
    code = tmp_path / "clock.py"
    code.write_text(
        "timezone.now()\ndatetime.now(UTC)\ndatetime.datetime.utcnow()\ndate.today()\ntimezone.localtime(at)\n"
    )
    assert [reading.split()[-1] for reading in readings(code)] == [
        "timezone.now",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
    ]
