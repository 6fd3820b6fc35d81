"""What the tests of the architecture read: the project's own sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# From the top down, as the layers of the import linter.
LAYERS = (
    ("config",),
    ("demo",),
    ("exchange",),
    ("reports",),
    ("assistance",),
    ("households",),
    ("accounts",),
    ("common",),
)
PACKAGES = tuple(name for layer in LAYERS for name in layer if (ROOT / name).is_dir())
APPS = tuple(name for name in PACKAGES if name != "config")


def sources(*folders: str, migrations: bool = False) -> Iterator[Path]:
    """Python files of the project under `folders`, relative to its root."""
    for folder in folders or (*PACKAGES, "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield path.relative_to(ROOT)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
