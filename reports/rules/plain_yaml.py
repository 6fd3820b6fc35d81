"""Plain YAML, read as text with line numbers: no anchors, no tags, no duplicate keys, nothing converted on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

LONGEST_TEXT = 200_000
DEEPEST_NESTING = 6


class PlainYamlError(ValueError):
    """YAML that is unreadable or not plain: says what and at which line."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem
        super().__init__(f"line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value exactly as it is written, so that 67.5 stays 67.5.

    `plain` tells that it stands without quotes, `bare` that nothing is written because its key has not even a colon:
    in {from: cases, eliminated ones included} the comma makes "eliminated ones included" such a key.
    """

    text: str
    line: int
    plain: bool = True
    bare: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written here."""
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of entries."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries by their key."""

    items: dict[str, "Node"]
    line: int


Node = Scalar | Sequence | Mapping


def read_plain_yaml(text: str) -> Node:
    """Read one document; PlainYamlError names the line of what is unreadable, too large, or not plain."""
    if len(text) > LONGEST_TEXT:
        raise PlainYamlError(1, f"the file has {len(text)} characters, more than {LONGEST_TEXT}")
    try:
        return _Reader(text).document()
    except yaml.YAMLError as error:
        raise _unreadable(text, error) from error


class _Reader:
    """Builds the document from the events of the YAML parser, so that nothing is resolved, tagged or expanded."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if root is not None:
                    raise PlainYamlError(_line(event), "the file holds a second document")
                root = self._node(event, depth=1)
        if root is None:
            raise PlainYamlError(1, "the file is empty")
        return root

    def _node(self, event: yaml.Event, *, depth: int) -> Node:
        line = _line(event)
        if depth > DEEPEST_NESTING:
            raise PlainYamlError(line, f"entries are nested more than {DEEPEST_NESTING} deep")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise PlainYamlError(line, "anchors and aliases (& and *) are not read")
        if getattr(event, "tag", None) is not None:
            raise PlainYamlError(line, "tags (!) are not read")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line, plain=not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(line, depth=depth)
        return self._mapping(line, depth=depth)

    def _sequence(self, line: int, *, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth=depth + 1))
        return Sequence(tuple(items), line)

    def _mapping(self, line: int, *, depth: int) -> Mapping:
        items: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth=depth + 1)
            if not isinstance(key, Scalar):
                raise PlainYamlError(key.line, "a key is itself a list or a mapping")
            if key.text in items:
                raise PlainYamlError(key.line, f"the key {key.text[:40]!r} stands twice in one entry")
            following = next(self._events)
            value = self._node(following, depth=depth + 1)
            if isinstance(value, Scalar) and self._is_bare(event, following):
                value = replace(value, bare=True)
            items[key.text] = value
        return Mapping(items, line)

    def _is_bare(self, key: yaml.Event, value: yaml.Event) -> bool:
        """Tell whether no colon separates the key from its value, which is then empty."""
        if not isinstance(value, yaml.ScalarEvent) or value.value or key.end_mark is None or value.start_mark is None:
            return False
        return ":" not in self._text[key.end_mark.index : value.start_mark.index]


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _unreadable(text: str, error: yaml.YAMLError) -> PlainYamlError:
    if isinstance(error, yaml.reader.ReaderError):
        return PlainYamlError(text.count("\n", 0, error.position) + 1, "there is a character that YAML does not allow")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "the text is not YAML"
    return PlainYamlError(mark.line + 1 if mark else 1, f"the YAML cannot be read ({problem})")
