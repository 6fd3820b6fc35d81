"""One entry of a published source: its fields read one by one, each with an error that says what to correct."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from common.days import FIRST_DAY
from reports.rules import plain_yaml
from reports.rules.expressions import FIGURE_ID

# Sentences for people, in which a comma needs no quotes although YAML would begin a new key there.
FREE_TEXTS = frozenset({"from", "doubt"})

_ID = re.compile(FIGURE_ID)
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SourceError(ValueError):
    """A published source that cannot be used: one sentence with file, line, entry, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of the file under its name for people, whose fields are read with their errors."""

    name: str
    label: str
    line: int
    fields: Mapping[str, plain_yaml.Node]

    @classmethod
    def of(cls, node: plain_yaml.Node, *, name: str, label: str, fields: Mapping[str, bool]) -> "Entry":
        """Check that the node is a mapping with these fields (True: required) and no other."""
        if not isinstance(node, plain_yaml.Mapping):
            wanted = ", ".join(fields)
            raise SourceError(f"{name}, line {node.line}, {label}: is not a mapping; write the keys {wanted}.")
        own = node.items.get("id")
        if isinstance(own, plain_yaml.Scalar) and not own.is_empty:
            label = f"{label.split(maxsplit=1)[0]} {own.text[:60]}"
        entry = cls(name, label, node.line, _with_commas(node.items, fields))
        for key, value in entry.fields.items():
            if key in fields and isinstance(value, plain_yaml.Scalar) and value.bare:
                raise entry.error(f"{key} has no value", f"write {key}: and its value", node=value)
            if key not in fields:
                raise entry.error(f"has the unknown key {key[:40]!r}", f"use {', '.join(fields)}", node=value)
        for key, required in fields.items():
            if required and not entry.has(key):
                raise entry.error(f"has no {key}", f"add {key}")
        return entry

    def error(self, problem: str, remedy: str, *, node: plain_yaml.Node | None = None) -> SourceError:
        """Return the one sentence that says where, what is wrong, and what to do."""
        line = node.line if node else self.line
        return SourceError(f"{self.name}, line {line}, {self.label}: {problem}; {remedy}.")

    def has(self, key: str) -> bool:
        """Tell whether something is written under the key."""
        node = self.fields.get(key)
        return node is not None and not (isinstance(node, plain_yaml.Scalar) and node.is_empty)

    def scalar(self, key: str) -> plain_yaml.Scalar:
        """Return the single value under the key."""
        node = self.fields[key]
        if not isinstance(node, plain_yaml.Scalar):
            raise self.error(f"{key} is not a single value", f"write one value after {key}", node=node)
        return node

    def text(self, key: str) -> str:
        """Return the text under the key, "" where the key is left out."""
        text = self.scalar(key).text.strip() if self.has(key) else ""
        if not text and key in self.fields and self.has(key):
            raise self.error(f"{key} is blank", "write it or leave the key out", node=self.fields[key])
        return text

    def matching(self, key: str, pattern: re.Pattern[str], wanted: str) -> str:
        """Return the text under the key if all of it fits the pattern; `wanted` says in words what would."""
        text = self.text(key)
        if not pattern.fullmatch(text):
            raise self.error(f"{key} cannot be {text[:40]!r}", f"write {wanted}", node=self.fields[key])
        return text

    def number(self, key: str) -> Fraction:
        """Return the number under the key exactly as written."""
        wanted = "a number in up to 30 digits, such as 958 or 67.5"
        return Fraction(self.matching(key, _NUMBER, wanted))

    def day(self, key: str) -> date:
        """Return the day under the key."""
        wanted = "a day, such as 2022-09-05"
        text = self.matching(key, _DAY, wanted)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise self.error(f"{key} {text} is not in the calendar", f"write {wanted}") from None
        if day < FIRST_DAY:
            raise self.error(f"{key} {text} is too long ago", f"write a day from {FIRST_DAY} on", node=self.fields[key])
        return day

    def flag(self, key: str) -> bool:
        """Return whether the key says true; it is false where it is left out."""
        if not self.has(key):
            return False
        return self.matching(key, re.compile("true|false"), "true or false") == "true"

    def entries(self, key: str, fields: Mapping[str, bool]) -> "list[Entry]":
        """Return the entries listed under a key, each with an id of its own."""
        node = self.fields[key]
        if not isinstance(node, plain_yaml.Sequence):
            raise self.error(f"{key} is not a list", f"begin every entry under {key} with - ", node=node)
        kind = key.removesuffix("s")
        found: dict[str, Entry] = {}
        for position, item in enumerate(node.items, start=1):
            entry = Entry.of(item, name=self.name, label=f"{kind} {position}", fields=fields)
            own = entry.matching("id", _ID, "an id of letters, digits, _ and . that begins with a letter")
            if own in found:
                raise entry.error(f"the id stands already in line {found[own].line}", "give every entry its own id")
            found[own] = entry
        return list(found.values())


def _with_commas(items: Mapping[str, plain_yaml.Node], fields: Mapping[str, bool]) -> dict[str, plain_yaml.Node]:
    """Give a free text back what followed its commas and was read as keys without a value."""
    whole: dict[str, plain_yaml.Node] = {}
    last = ""
    for key, value in items.items():
        sentence = whole.get(last)
        is_rest = key not in fields and isinstance(value, plain_yaml.Scalar) and value.bare
        if is_rest and last in FREE_TEXTS and isinstance(sentence, plain_yaml.Scalar) and sentence.plain:
            whole[last] = replace(sentence, text=f"{sentence.text}, {key}")
        else:
            whole[key] = value
            last = key
    return whole
