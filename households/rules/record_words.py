"""What was written down at a step of a procedure, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from households.rules.codes import ELIMINATION_WAYS, RISKS
from households.rules.procedure import CLUE_SOURCES, REGISTERS, TAKEN_OVER

Words = Callable[[Any], str]


class Told(NamedTuple):
    """One thing that was written down: what it is called, its words, and whether somebody typed them as they stand."""

    name: str
    words: str
    is_typed: bool = False


def in_words(details: Mapping[str, Any]) -> Iterator[Told]:
    """The name and the words of each thing that the details of an event record; the reason is told elsewhere."""
    if "attended" in details:
        yield Told(
            _("Meeting"),
            _("%(attended)s attended, %(for)s for, %(against)s against")
            % {
                "attended": details["attended"],
                "for": details.get("votes_for", 0),
                "against": details.get("votes_against", 0),
            },
        )
    for key, (name, words) in _told().items():
        if details.get(key):
            yield Told(name, words(details[key]), is_typed=words is str)


def _told() -> dict[str, tuple[str, Words]]:
    return {
        "source": (_("Source"), lambda code: _named(CLUE_SOURCES, code)),
        "is_green_channel": (_("Green channel"), lambda _held: _("help first, procedure after")),
        "is_authorised": (_("Authorisation"), lambda _held: _("of all members on file")),
        "registers": (_("Registers"), lambda codes: _(", ").join(_named(REGISTERS, code) for code in codes)),
        "findings": (_("What was found"), str),
        "new_risks": (_("New risks"), lambda codes: _(", ").join(_named(RISKS, code) for code in codes)),
        "minutes": (_("Minutes"), str),
        "place": (_("Hangs at"), str),
        "statement": (_("Objection"), str),
        "raised_by": (_("Raised by"), str),
        "way": (_("Way proposed"), lambda code: _named(ELIMINATION_WAYS, code)),
        "text": (_("Opinion"), str),
        "told": (_("What was told"), str),
        TAKEN_OVER: (_("Decided in"), str),
    }


def _named(names: Mapping[Any, Any], code: str) -> str:
    """The name of a code; one that is no longer in use stands as it is."""
    return str(names.get(code, code))
