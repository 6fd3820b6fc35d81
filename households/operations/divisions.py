"""Divisions: taking over a list of codes, and the monitoring lines that hold in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Invalid
from households import access
from households.models import Division, MonitoringLine
from households.rules.division_lists import DATES, DivisionRow
from households.rules.initials import initials

STAGE = """
    CREATE TEMPORARY TABLE staged (code text COLLATE "C", name text, initials text COLLATE "C",
        parent_id text COLLATE "C", valid_from date, valid_to date, successor_id text COLLATE "C") ON COMMIT DROP
"""
# Autovacuum waits: what it counted before the commit, no row at all, would make each check of a parent read a whole
# index. A second import waits too.
LOCK = "LOCK TABLE households_division IN SHARE UPDATE EXCLUSIVE MODE"
CHANGE = """
    UPDATE households_division AS held SET ({names}) = ROW({listed}) FROM staged AS listed
    WHERE held.code = listed.code AND ({held}) IS DISTINCT FROM ({listed})
"""
ADD = """
    INSERT INTO households_division (code, name, initials, parent_id, valid_from, valid_to, successor_id)
    SELECT code, name, initials, parent_id, valid_from, valid_to, successor_id FROM staged AS listed
    WHERE NOT EXISTS (SELECT FROM households_division AS held WHERE held.code = listed.code)
    ORDER BY code  -- neighbours lie side by side, so that a range of codes is read from few pages
"""
# What every list tells, and what only a list with such a column does.
TOLD_ALWAYS = ("name", "initials", "parent_id")
TOLD_BY = {"valid_from": "valid_from", "valid_to": "valid_to", "successor": "successor_id"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: rows added, changed, and left as they were."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def take_over(*, rows: Iterable[DivisionRow], columns: Collection[str], by: User, at: datetime) -> Taken:
    """Add the divisions or bring them up to date, as whoever runs commands on the server may do; audited.

    The rows have been checked (households.rules.division_lists). Of a division that is known already only that is
    changed of which the list has one of `columns`; an empty cell in it erases.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(STAGE)
        count = 0
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in rows:
                names = (row.name, initials(row.name))
                copy.write_row((row.code, *names, row.parent, row.valid_from, row.valid_to, row.successor))
                count += 1
        cursor.execute(_change(columns))
        changed = cursor.rowcount
        cursor.execute(ADD)
        added = cursor.rowcount
        cursor.execute("DROP TABLE staged")
    taken = Taken(added=added, changed=changed, unchanged=count - added - changed)
    if added or changed:
        audit.write([audit.entry(action="divisions.taken_over", subject=by, by=by, at=at, changes=asdict(taken))])
    return taken


@transaction.atomic
def enter_all(*, rows: Collection[DivisionRow], columns: Collection[str], by: User, at: datetime) -> Taken:
    """The same as whoever manages the divisions of a place sends them: each lies in a place of which he does."""
    desk = access.Desk()
    for row in rows:
        desk.check(by, Permission.MANAGE_DIVISIONS, row.code, day_of(at))
    check_rows(Division(code=row.code, name=row.name, initials=initials(row.name)) for row in rows)
    return take_over(rows=rows, columns=columns, by=by, at=at)


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


@transaction.atomic
def enter_line(
    *, division: Division, valid_from: date, amount: Decimal, source: str, by: User, at: datetime
) -> MonitoringLine:
    """The monitoring line of `division` from that day on, as an administrator of the division enters it."""
    access.check(by, Permission.MANAGE_LINES, division.code, day_of(at))
    if not amount.is_finite() or amount <= 0:
        raise Invalid(_("The line must be above zero."), field="amount")
    if not source.strip():
        raise Invalid(_("Say where this is laid down: the document, or that it is your own decision."), field="source")
    check_rows([MonitoringLine(division=division, valid_from=valid_from, amount=amount, source=source.strip())])
    return set_line(division=division, valid_from=valid_from, amount=amount, source=source.strip(), by=by, at=at)


def known_codes(codes: Iterable[str]) -> Iterator[str]:
    """Those of `codes` that are known divisions."""
    return Division.objects.filter(code__in=list(codes)).values_list("code", flat=True).iterator()


def held_dates() -> dict[str, tuple[date | None, date | None]]:
    """From when and until when each division is in force, by code, as far as that is known."""
    dated = Division.objects.exclude(valid_from=None, valid_to=None)
    return {code: (begin, end) for code, begin, end in dated.values_list("code", *DATES).iterator()}


def held_successors() -> dict[str, str]:
    """The code that took the place of each code that was replaced."""
    return dict(Division.objects.exclude(successor=None).values_list("code", "successor_id").iterator())


def _change(columns: Collection[str]) -> str:
    names = [*TOLD_ALWAYS, *(name for column, name in TOLD_BY.items() if column in columns)]
    held, listed = (", ".join(f"{side}.{name}" for name in names) for side in ("held", "listed"))
    return CHANGE.format(names=", ".join(names), held=held, listed=listed)
