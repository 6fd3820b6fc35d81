"""The feed of changes: putting committed changes in order, and reading them from a position on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from common.protection import likely
from exchange.models import Change, Epoch
from exchange.rules.changes import HOLDS_BELOW, Reach

CHANGES_A_STEP = 20_000
# So many positions are looked at for a page, however few of them are within a reader's scope.
MOST_POSITIONS = 50_000
WITHIN = likely(
    "place_after ^@ ANY (%(codes)s) OR place_before ^@ ANY (%(codes)s) OR household = ANY (%(homes)s::uuid[]) OR "
    "(kind = ANY (%(below)s) AND (place_after = ANY (%(above)s) OR place_before = ANY (%(above)s)))"
)
PAGE = (
    "SELECT position, kind, record, household, place_before, place_after, at FROM exchange_change "  # noqa: S608
    f"WHERE position > %(after)s AND position <= %(upto)s AND kind = ANY (%(kinds)s) AND {WITHIN} "
    "ORDER BY position LIMIT %(size)s"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change at its position."""

    position: int
    kind: str
    record: str
    household: UUID | None
    before: str | None
    after: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the position up to which all were looked at, and whether more lie beyond it."""

    entries: list[Entry]
    upto: int
    has_more: bool


def settle() -> int:
    """Give positions to committed changes, one settler at a time; gives the last position that there is."""
    return _settle(renewed=False)[0]


def settle_all() -> int:
    """Give positions to all committed changes; gives how many rows were taken."""
    taken = 0
    while count := _settle(renewed=False)[1]:
        taken += count
    return taken


def begin() -> Epoch:
    """Begin a new epoch: cursors that lie beyond its beginning are refused, for they are of another database."""
    _settle(renewed=True)
    return present_epoch()


def present_epoch() -> Epoch:
    """The epoch that goes on, once `settle` has looked for one."""
    return Epoch.objects.order_by("-number")[0]


def agreed_until(*, code: UUID, last: int) -> int:
    """The position up to which the feed of that epoch is the present one, where `last` is the last that is settled.

    Of an epoch that is not known here, another database has gone on from a backup that is older than it.
    """
    epochs = list(Epoch.objects.order_by("number").values_list("code", "first_position"))
    known = [number for number, (each, _first) in enumerate(epochs) if each == code]
    later = epochs[known[0] + 1 :] if known else epochs[1:] or epochs
    return later[0][1] if later else last


def read(*, after: int, last: int, reach: Reach, kinds: Sequence[str], size: int) -> Page:
    """Up to `size` changes within reach beyond a position, where `last` is the last one that is settled."""
    upto = min(last, after + MOST_POSITIONS)
    given: dict[str, Any] = {
        "after": after,
        "upto": upto,
        "kinds": list(kinds),
        "codes": list(reach.codes),
        "homes": list(reach.homes),
        "below": sorted(HOLDS_BELOW),
        "above": reach.above(),
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAGE, given)
        entries = [Entry(*row) for row in cursor.fetchall()]
    if len(entries) == size:
        upto = entries[-1].position
    return Page(entries, max(upto, after), upto < last)


def at(position: int) -> Entry | None:
    """The change at that position, where there is one."""
    fields = ("position", "kind", "record", "household", "place_before", "place_after", "at")
    found = Change.objects.filter(position=position).values_list(*fields).first()
    return Entry(*found) if found else None


def _settle(*, renewed: bool) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last, settled FROM exchange_settle(%s, %s)", [CHANGES_A_STEP, renewed])
        last, settled = cursor.fetchone()
    return last, settled
