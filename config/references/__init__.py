"""Documents that are written from the code's own tables, so that they cannot grow stale unseen."""

from collections.abc import Callable
from pathlib import Path

from django.utils import translation

from config import env
from config.references import access, commands, environment, figures, gate, kinds, quality, standards, terms, workflow

GENERATED = "<!-- Written by `make docs`; edit the code that it names instead. -->\n\n"


def whole(body: Callable[[], str]) -> Callable[[str], str]:
    """A document that is generated from its first line to its last."""
    return lambda held: GENERATED + body()


# Path in the project: the document that belongs there, given the one that is there.
REFERENCES: dict[str, Callable[[str], str]] = {
    ".env.example": lambda held: env.example(),
    "docs/gate.md": whole(gate.document),
    "docs/glossary.md": terms.glossary,
    "docs/reference/commands.md": whole(commands.document),
    "docs/reference/environment.md": whole(environment.document),
    "docs/reference/indicators.md": whole(figures.document),
    "docs/quality.md": whole(quality.document),
    "docs/reference/kinds.md": whole(kinds.document),
    "docs/reference/roles.md": whole(access.document),
    "docs/reference/standards.md": whole(standards.document),
    "docs/reference/workflow.md": whole(workflow.document),
}


def stale(root: Path = env.ROOT) -> dict[str, str]:
    """The documents under `root` that are not what the code calls for, by path, each as it should be."""
    with translation.override("en"):
        wanted = {name: document(held(root / name)) for name, document in REFERENCES.items()}
    return {name: text for name, text in wanted.items() if held(root / name) != text}


def write(root: Path = env.ROOT) -> list[str]:
    """Write the stale documents anew; gives their paths."""
    found = stale(root)
    for name, text in found.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return list(found)


def held(path: Path) -> str:
    """The text of a file, empty where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""
