"""Brings the catalogue of translations up to date with what the program says, without GNU gettext."""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import polib
from django.template import Engine, Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from config.env import ROOT
from reports.sources import shipped

APPS = ("config", "demo", "exchange", "reports", "assistance", "households", "accounts", "common")
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}


@dataclass(frozen=True, slots=True)
class Message:
    """Something that the program says, with its plural where it counts, and the file that says it."""

    text: str
    plural: str
    file: str


def messages(root: Path = ROOT) -> list[Message]:
    """Everything that the program says to people: in Python, in templates, and of the shipped published sources."""
    return [*in_python(root), *in_templates(root), *in_sources()]


def in_python(root: Path) -> Iterator[Message]:
    """What calls of gettext name as a literal."""
    for path in sorted(path for app in APPS for path in (root / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _said(node, str(path.relative_to(root)))


def in_templates(root: Path) -> Iterator[Message]:
    """What the tags `translate` and `blocktranslate` hold."""
    engine = Engine.get_default()
    for path in sorted((root / "templates").rglob("*.html")):
        file = str(path.relative_to(root))
        nodes = engine.from_string(path.read_text(encoding="utf-8")).nodelist.get_nodes_by_type(Node)
        for node in nodes:
            if isinstance(node, TranslateNode):
                yield Message(str(node.filter_expression.var.literal), "", file)
            elif isinstance(node, BlockTranslateNode):
                plural = node.render_token_list(node.plural)[0] if node.plural else ""
                yield Message(node.render_token_list(node.singular)[0], plural, file)


def in_sources() -> Iterator[Message]:
    """Title, publisher and doubts of the shipped sources."""
    for source in shipped():
        texts = [source.title, source.publisher, *(figure.doubt for figure in source.figures if figure.doubt)]
        yield from (Message(text, "", f"data/published-{source.id}.yaml") for text in texts)


def take_over(catalogue: polib.POFile, said: Iterable[Message]) -> list[str]:
    """Add what is missing, drop what is no longer said; gives what has no translation yet."""
    files: dict[tuple[str, str], list[str]] = {}
    for message in said:
        files.setdefault((message.text, message.plural), []).append(message.file)
    held = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    for key, entry in held.items():
        if key not in files:
            catalogue.remove(entry)
    for (text, plural), where in files.items():
        entry = held.get((text, plural))
        if entry is None:
            entry = polib.POEntry(msgid=text, msgid_plural=plural)
            entry.msgstr_plural = {0: ""} if plural else {}
            catalogue.append(entry)
        entry.occurrences = [(file, "") for file in sorted(set(where))]
        entry.flags = ["python-format"] if "%(" in text else []
    catalogue.sort(key=lambda entry: (entry.occurrences[0], entry.msgid))
    return [entry.msgid for entry in catalogue if not entry.translated()]


def _said(call: ast.Call, file: str) -> Iterator[Message]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    literals = [each.value for each in call.args[:2] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name in CALLS and len(literals) >= CALLS[name]:
        yield Message(literals[0], literals[1] if CALLS[name] == 2 else "", file)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = polib.pofile(str(CATALOGUE), wrapwidth=120)
    untranslated = take_over(found, messages())
    found.save(str(CATALOGUE))
    for text in untranslated:
        print(f"Not translated yet: {text}", file=sys.stderr)
    raise SystemExit(1 if untranslated else 0)
