"""Finding a division by what a person types: its name, the pinyin initials of the name, or its code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Q

from common.querysets import begins_with
from households.models import Division
from households.models.division import DivisionQuerySet
from households.rules.levels import CODE_LENGTHS, Level, path_of

MOST = 20
NARROW = CODE_LENGTHS[Level.PREFECTURE]  # a prefecture has some thousands of divisions: read them all
AFTER_LETTERS = "{"  # the character after "z" in the collation "C" of initials


class Kind(Enum):
    """What the typed text is taken for."""

    CODE = "code"
    INITIALS = "initials"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Found:
    """A division with the names of those above it, from the top down."""

    code: str
    name: str
    above: tuple[str, ...]


def search(text: str, within: Sequence[str]) -> list[Found]:
    """The first divisions among `within` and below that `text` finds, the upper levels first; none for no text.

    Counties and what lies above them, and everything within a prefecture, are found by any part of the name or the
    initials; townships and villages of a larger area by how they begin, which an index answers for a whole nation.
    """
    text = "".join(text.split())
    if not text or not within or "\x00" in text:
        return []
    kind = kind_of(text)
    reach = Division.objects.within(within)
    upper = list(_matching(reach.upper(), kind, text, anywhere=True).order_by("code__length", "code")[:MOST])
    is_narrow = all(len(code) >= NARROW for code in within)
    lower = _matching(reach.lower(), kind, text, anywhere=is_narrow)
    order = ("code__length", "code") if is_narrow else ORDERS[kind]
    return _with_path([*upper, *lower.order_by(*order)[: MOST - len(upper)]])


ORDERS: dict[Kind, tuple[str, ...]] = {
    Kind.CODE: ("code",),
    Kind.INITIALS: ("initials", "code"),
    Kind.NAME: ("name", "code"),
}


def kind_of(text: str) -> Kind:
    """Digits are a code, Latin letters initials, anything else a name."""
    if text.isascii() and text.isdigit():
        return Kind.CODE
    return Kind.INITIALS if text.isascii() and text.isalnum() else Kind.NAME


def _matching(rows: DivisionQuerySet, kind: Kind, text: str, *, anywhere: bool) -> DivisionQuerySet:
    if kind is Kind.CODE:
        return rows.filter(begins_with("code", text))
    if kind is Kind.INITIALS:
        letters = text.lower()
        begins = Q(initials__gte=letters, initials__lt=letters + AFTER_LETTERS)
        return rows.filter(Q(initials__contains=letters) if anywhere else begins)
    return rows.filter(Q(name__contains=text) if anywhere else Q(name__startswith=text))


def _with_path(rows: Iterable[Division]) -> list[Found]:
    held = list(rows)
    names = dict(
        Division.objects.filter(pk__in={code for row in held for code in path_of(row.code)[:-1]}).values_list(
            "pk", "name"
        )
    )
    return [
        Found(row.code, row.name, tuple(names[code] for code in path_of(row.code)[:-1] if code in names))
        for row in held
    ]
