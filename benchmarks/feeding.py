"""A page of the feed of changes through the whole application, beside the same rows read by the driver alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from django.db import connection

from benchmarks.filling import PROVINCE, clients
from benchmarks.serving import Client, Floor, Timing, measure
from common import scopes
from common.database import as_owner
from exchange.operations import feed
from exchange.rules import changes
from exchange.rules.changes import Cursor, Reach

SIZE = 1000
FILL = (
    "INSERT INTO exchange_change (position, kind, record, household, place_after, at) SELECT "
    "row_number() OVER (ORDER BY id), 'households', id::text, id, village_id, transaction_timestamp() "
    "FROM households_household"
)
CHANGES = (
    "SELECT position, kind, record, place_after, at FROM exchange_change WHERE position > %s AND place_after ^@ %s "
    "ORDER BY position LIMIT 1000"
)
RECORDS = (
    "SELECT h.id, h.village_id, d.name, h.national_number, h.address, h.phone, h.is_former_poor, h.registered_on, "
    "h.ended_on, h.ended_how, h.version FROM households_household h "
    "JOIN households_division d ON d.code = h.village_id WHERE h.id = ANY (%s::uuid[]) AND h.removed_at IS NULL"
)
NAMES = (
    "id", "village", "village_name", "national_number", "address", "phone", "is_former_poor", "registered_on",
    "ended_on", "ended_how", "version",
)  # fmt: skip


@dataclass(frozen=True)
class Fed:
    """Pages of the feed that were measured, and how long a page of changes takes to be put in order."""

    timing: Timing
    settled: float

    @property
    def rate(self) -> float:
        """Rows a second that one process serves."""
        return SIZE / self.timing.served


def measured_feed(turns: int) -> Fed:
    """A page in the middle of the feed, which holds every household once; and the settling of a thousand changes."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE exchange_change, exchange_pendingchange")
        cursor.execute(FILL)
        cursor.execute("ANALYZE exchange_change")
    last = feed.settle()
    after, floor = last // 2, Floor()
    begun = Cursor(feed.present_epoch().code, after, Reach((PROVINCE,)))
    client = Client(clients()["province"])
    address = f"/api/v1/changes?page_size={SIZE}&cursor={changes.encode(begun)}"

    def served() -> bytes:
        return client.get(address)

    def read() -> bytes:
        return _floor(floor, after)

    ways: tuple[Callable[[], bytes], ...] = (read, served)
    told = [[row["record"] for row in orjson.loads(way())["results"]] for way in ways]
    if told[0] != told[1] or len(told[0]) != SIZE:
        raise RuntimeError("The application and the floor tell different records.")
    timing = measure(*ways, max(turns // 8, 20))
    floor.connection.close()
    return Fed(timing, _settling())


def _floor(floor: Floor, after: int) -> bytes:
    found = floor.cursor.execute(CHANGES, (after, PROVINCE), prepare=True).fetchall()
    rows = floor.cursor.execute(RECORDS, ([row[2] for row in found],), prepare=True).fetchall()
    held = {str(row[0]): dict(zip(NAMES, row, strict=True)) for row in rows}
    told = [{"position": row[0], "kind": row[1], "id": row[2], "at": row[4], "record": held[row[2]]} for row in found]
    return orjson.dumps({"results": told})


def _settling() -> float:
    """Seconds to put a thousand committed changes in order."""
    taken = []
    for _turn in range(5):
        with scopes.everywhere(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE households_household SET version = version + 1 "
                "WHERE id IN (SELECT id FROM households_household ORDER BY id LIMIT %s)",
                [SIZE],
            )
        begun = time.perf_counter()
        feed.settle()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
