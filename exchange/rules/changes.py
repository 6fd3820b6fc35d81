"""Kinds of records of the feed, where a reader stands in it, and what a change is to whoever reads it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson

from common.names import Name

KINDS: dict[str, Name] = {
    "divisions": Name("行政区划", "divisions"),
    "standards": Name("业务标准", "standards"),
    "monitoring-lines": Name("监测线", "monitoring lines"),
    "households": Name("户", "households"),
    "members": Name("家庭成员", "members"),
    "member-conditions": Name("成员状况", "member conditions"),
    "cases": Name("监测对象", "cases"),
    "case-events": Name("监测对象历史", "case events"),
    "deadlines": Name("时限", "deadlines"),
    "plans": Name("帮扶计划", "plans"),
    "measures": Name("帮扶措施", "measures"),
    "income-surveys": Name("收入调查", "income surveys"),
    "guarantee-checks": Name("保障核查", "guarantee checks"),
    "visits": Name("走访", "visits"),
    "assignments": Name("帮扶责任人", "assignments"),
    "warnings": Name("预警", "warnings"),
}
# What holds of places above one's own holds there too, and is told to everyone below.
HOLDS_BELOW = frozenset({"standards", "monitoring-lines"})
SCOPE = "scope"
LONGEST_CURSOR = 40_000


class What(StrEnum):
    """What became of a record, to its reader."""

    CREATED = "created"
    CHANGED = "changed"
    ENTERED = "entered"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader sees: codes of divisions, of which none lies under another, and households beyond them."""

    codes: tuple[str, ...]
    homes: tuple[UUID, ...] = ()

    def covers(self, place: str | None, household: UUID | None, kind: str) -> bool:
        """Whether a record of that kind at that place is within it; nowhere is not."""
        if place is None:
            return False
        if household is not None and household in self.homes:
            return True
        return any(place.startswith(code) or (kind in HOLDS_BELOW and code.startswith(place)) for code in self.codes)

    def above(self) -> list[str]:
        """Codes of which something may hold in it: of all that lies above, and of everywhere."""
        return sorted({code[:length] for code in self.codes for length in (0, 2, 4, 6, 9, 12)})


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind a position of an epoch, with what its reader then saw and which kinds are read (none named: all)."""

    epoch: UUID
    position: int
    reach: Reach
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoped:
    """A division, or a single household, that came into a reader's scope or left it."""

    what: What
    division: str | None = None
    household: UUID | None = None


def what_happened(before: bool, after: bool, was_there: bool, is_there: bool, is_seen: bool) -> What:
    """What a change is to a reader within whose reach the record was `before` and is `after`, and who sees it now.

    `was_there` and `is_there` tell whether the record was, and is, anywhere at all. What has meanwhile gone out of
    sight is gone: the feed tells later what became of it.
    """
    if is_seen:
        if not was_there:
            return What.CREATED
        return What.CHANGED if before or not after else What.ENTERED
    return What.LEFT if is_there and not after else What.REMOVED


def moved(before: Reach, now: Reach) -> list[Scoped]:
    """What a reader has to take away, then what has to be read anew, since his reach is no longer what it was."""

    def is_covered(code: str) -> bool:
        return any(code.startswith(each) for each in now.codes)

    return [
        *(Scoped(What.LEFT, code) for code in before.codes if not is_covered(code)),
        *(Scoped(What.LEFT, household=key) for key in before.homes if key not in now.homes),
        *(Scoped(What.ENTERED, code) for code in now.codes if code not in before.codes),
        *(Scoped(What.ENTERED, household=key) for key in now.homes if key not in before.homes),
    ]


def encode(cursor: Cursor) -> str:
    """The cursor as opaque text of an address; it grants nothing."""
    homes = [base64.b64encode(key.bytes).rstrip(b"=").decode() for key in cursor.reach.homes]
    said = [1, cursor.epoch.hex, cursor.position, list(cursor.reach.codes), homes, list(cursor.kinds)]
    return base64.urlsafe_b64encode(orjson.dumps(said)).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """The cursor that `encode` wrote; ValueError for anything else."""
    if len(text) > LONGEST_CURSOR:
        raise ValueError
    try:
        form, epoch, position, codes, homes, kinds = orjson.loads(base64.b64decode(_padded(text), b"-_", validate=True))
        keys = tuple(UUID(bytes=base64.b64decode(_padded(each), validate=True)) for each in homes)
        is_read = form == 1 and type(position) is int and 0 <= position < 2**63
        if not is_read or not _are_codes(codes) or not set(kinds) <= KINDS.keys():
            raise ValueError
        return Cursor(UUID(epoch), position, Reach(tuple(codes), keys), tuple(kinds))
    except (TypeError, AttributeError, binascii.Error, UnicodeError) as error:
        raise ValueError from error


def kinds_asked(text: str) -> tuple[str, ...]:
    """The kinds named by comma, in their own order; none for all. KeyError for one that there is not."""
    names = {name: KINDS[name] for name in text.split(",")} if text else {}
    return () if len(names) == len(KINDS) else tuple(kind for kind in KINDS if kind in names)


def kinds_read(kinds: Collection[str]) -> tuple[str, ...]:
    """The kinds that are read where these are named."""
    return tuple(kinds) or tuple(KINDS)


def _are_codes(codes: Iterable[str]) -> bool:
    return all(code == "" or (code.isascii() and code.isdigit() and len(code) <= 12) for code in codes)


def _padded(text: str) -> bytes:
    return text.encode("ascii") + b"=" * (-len(text) % 4)
