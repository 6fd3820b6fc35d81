"""Sealing the audit trail in batches, and finding what was changed in it, taken out or put in another order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import AuditEvent, Seal
from accounts.rules.chain import Link, faults, follows, is_whole
from common.crypto import keyed_hash
from common.horizon import horizon

ROWS_A_SEAL = 1000
# The moment of a seal is read before its rows are; nobody seals for as long as this.
LATEST = timedelta(hours=1)
ALONE = "SELECT pg_advisory_xact_lock(hashtext('accounts_seal'))"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the trail: `kind` is missing, changed, repeated, seal or last; `row` where one is at fault."""

    kind: str
    seal: int
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """How a trail was found: so many seals and rows, what is wrong with them, and the digest of the last seal."""

    seals: int
    rows: int
    unsealed: int
    last: str
    faults: tuple[Fault, ...]


def seal_all(*, at: datetime) -> int:
    """Seal every audit row that is written and not sealed yet, each exactly once; gives how many.

    Writers are not kept waiting: a row that is committed later, also one with a lower key, stands in a later seal.
    """
    sealed = 0
    while count := _seal_batch(at):
        sealed += count
    return sealed


def verify() -> Trail:
    """Read the whole trail again and hold it against its seals; changes nothing."""
    found: list[Fault] = []
    number, digest, seen = 0, "", set[int]()
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        link = _link(seal)
        if not is_whole(seal.rows, seal.digests) or not follows(link, number, digest) or _bound(link) != seal.digest:
            found.append(Fault("seal", seal.number))
        held = {event.pk: digest_of(event) for event in AuditEvent.objects.filter(pk__in=seal.rows)}
        found += [Fault(kind, seal.number, row) for kind, row in faults(link, held, seen)]
        seen.update(seal.rows)
        number, digest = seal.number, seal.digest
    missing = sum(fault.kind == "missing" for fault in found)
    unsealed = AuditEvent.objects.count() - (len(seen) - missing)
    return Trail(Seal.objects.count(), len(seen), unsealed, digest, tuple(found))


def holds(digest: str) -> bool:
    """Whether the trail has a seal with this digest, which somebody noted elsewhere."""
    return Seal.objects.filter(digest=digest).exists()


def digest_of(event: AuditEvent) -> str:
    """The keyed digest of all that an audit row says."""
    told = [
        event.pk,
        event.at.timestamp(),
        str(event.actor_id),
        event.action,
        event.subject_kind,
        event.subject_id,
        event.division_code,
        event.changes,
    ]
    return keyed_hash("audit " + orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()).hex()


@transaction.atomic
def _seal_batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    last = Seal.objects.order_by("-number").first()
    settled = last.settled if last else 0
    ended = _ended_by(horizon() - LATEST)  # asked before the rows are read, which are all there up to that key
    events = _unsealed(settled)
    if not events:
        return 0
    if len(events) == ROWS_A_SEAL:
        ended = min(ended, events[-1].pk)
    link = Link(
        number=last.number + 1 if last else 1,
        before=last.digest if last else "",
        settled=max(settled, ended),
        rows=tuple(event.pk for event in events),
        digests=tuple(map(digest_of, events)),
    )
    Seal.objects.create(
        number=link.number,
        sealed_at=at,
        before=link.before,
        digest=_bound(link),
        rows=list(link.rows),
        digests=list(link.digests),
        last_row=max(link.rows),
        settled=link.settled,
    )
    return len(events)


def _unsealed(settled: int) -> list[AuditEvent]:
    """The next rows without a seal, by key: those above what is settled, less those that have one already."""
    late = {row for rows in Seal.objects.filter(last_row__gt=settled).values_list("rows", flat=True) for row in rows}
    rows: Iterator[AuditEvent] = AuditEvent.objects.filter(pk__gt=settled).order_by("pk").iterator(chunk_size=1000)
    taken = []
    for event in rows:
        if event.pk not in late:
            taken.append(event)
            if len(taken) == ROWS_A_SEAL:
                break
    return taken


def _ended_by(moment: datetime) -> int:
    """The key up to which no transaction that is still open could write: it had been drawn before that moment."""
    found: int | None = Seal.objects.filter(sealed_at__lt=moment).aggregate(last=Max("last_row"))["last"]
    return found or 0


def _link(seal: Seal) -> Link:
    return Link(seal.number, seal.before, seal.settled, tuple(seal.rows), tuple(seal.digests[: len(seal.rows)]))


def _bound(link: Link) -> str:
    return keyed_hash(link.text()).hex()
