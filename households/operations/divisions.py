"""Divisions: taking over a list of codes, and the monitoring lines that hold in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from accounts.models import User
from accounts.operations import audit
from households.models import Division, MonitoringLine
from households.rules.division_lists import DivisionRow
from households.rules.initials import initials

STAGE = """
    CREATE TEMPORARY TABLE staged (code text COLLATE "C", name text, initials text COLLATE "C", parent text COLLATE "C",
        valid_from date, valid_to date, successor text COLLATE "C") ON COMMIT DROP
"""
MERGE = """
    INSERT INTO households_division AS held (code, name, initials, parent_id, valid_from, valid_to, successor_id)
    SELECT code, name, initials, parent, valid_from, valid_to, successor FROM staged
    ORDER BY code  -- neighbours lie side by side, so that a range of codes is read from few pages
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, initials = excluded.initials,
        parent_id = excluded.parent_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
        successor_id = excluded.successor_id
    WHERE (held.name, held.initials, held.parent_id, held.valid_from, held.valid_to, held.successor_id)
        IS DISTINCT FROM
        (excluded.name, excluded.initials, excluded.parent_id, excluded.valid_from, excluded.valid_to,
            excluded.successor_id)
    RETURNING (xmax = 0) AS is_new
"""
MERGE_AND_COUNT = f"WITH merged AS ({MERGE}) SELECT count(*) FILTER (WHERE is_new), count(*) FROM merged"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: rows added, changed, and left as they were."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def take_over(*, rows: Iterable[DivisionRow], by: User, at: datetime) -> Taken:
    """Add the divisions or bring them up to date, as whoever runs commands on the server may do; audited.

    The rows have been checked (households.rules.division_lists).
    """
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        count = 0
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in rows:
                names = (row.name, initials(row.name))
                copy.write_row((row.code, *names, row.parent, row.valid_from, row.valid_to, row.successor))
                count += 1
        cursor.execute(MERGE_AND_COUNT)
        added, written = cursor.fetchone()
        cursor.execute("DROP TABLE staged")
    taken = Taken(added=added, changed=written - added, unchanged=count - written)
    if written:
        audit.write([audit.entry(action="divisions.taken_over", subject=by, by=by, at=at, changes=asdict(taken))])
    return taken


@transaction.atomic
def set_line(
    *, division: Division, valid_from: date, amount: Decimal, source: str, by: User, at: datetime
) -> MonitoringLine:
    """The monitoring line of `division` from that day on, yuan per person and year, as the console sets it; audited."""
    held = MonitoringLine.objects.filter(division=division, valid_from=valid_from).first()
    if held is not None and (held.amount, held.source) == (amount, source):
        return held
    was = str(held.amount) if held else None
    line, _created = MonitoringLine.objects.update_or_create(
        division=division, valid_from=valid_from, defaults={"amount": amount, "source": source}
    )
    changes = {"valid_from": valid_from.isoformat(), "amount": str(amount), "was": was, "source": source}
    audit.write(
        [audit.entry(action="line.set", subject=line, by=by, at=at, division_code=division.code, changes=changes)]
    )
    return line


def known_codes(codes: Iterable[str]) -> Iterator[str]:
    """Those of `codes` that are known divisions."""
    return Division.objects.filter(code__in=list(codes)).values_list("code", flat=True).iterator()
