"""Staging: the rows of a file become the items of a run, encrypted, duplicates found, each household's together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from common.bulk import insert_all, update_all
from common.crypto import keyed_hash
from exchange.models import Run, RunItem
from exchange.models.run import LENGTH_OF_HASH, sealed
from exchange.operations import runs, vault
from exchange.rules.grid import MOST_ROWS, Row, too_long
from exchange.rules.headings import SheetPlan, is_example, records_of
from exchange.rules.identities import home_of, names_of, sameness
from exchange.rules.intake import item_of
from exchange.rules.kinds import KINDS, Faulty, KindCode, values_of
from exchange.rules.outcomes import Became, Item, Outcome
from exchange.rules.runs import RunKind, RunState

ITEMS_A_STATEMENT = 1000
TOLD_AGAIN = """
    WITH named AS (
        SELECT id, position, kind, same, unnest(identities) AS name FROM exchange_runitem
        WHERE run_id = %s AND became = ''
    ), twice AS (
        SELECT kind, name, min(position) AS first, max(position) AS last, count(DISTINCT same) AS ways
        FROM named GROUP BY kind, name HAVING count(*) > 1
    )
    SELECT n.id, n.position, min(t.first), max(t.last), max(t.ways) FROM named n JOIN twice t USING (kind, name)
    GROUP BY n.id, n.position ORDER BY n.position
"""
ONE_HOME = """
    UPDATE exchange_runitem i SET home = h.home FROM (
        SELECT home, unnest(identities) AS name FROM exchange_runitem
        WHERE run_id = %s AND kind = 'household' AND home <> ''
    ) h WHERE i.run_id = %s AND i.kind <> 'household' AND i.home = h.name AND i.home <> h.home
"""
TOGETHER = """
    UPDATE exchange_runitem i SET place = h.place FROM (
        SELECT home, min(place) AS place FROM exchange_runitem WHERE run_id = %s AND home <> '' GROUP BY home
    ) h WHERE i.run_id = %s AND i.home = h.home AND i.place <> h.place
"""


def stage(*, run: Run) -> Iterator[int]:
    """Read the file from its beginning; gives after each thousand items how many there are. Unusable ends it."""
    run.items.all().delete()
    batch: list[RunItem] = []
    number = 0
    with vault.opened(run.stored_as, run.size) as file:
        book = runs.book_of(file, run.size)
        for plan in run.plans:
            if not plan.kinds:
                continue
            for row in book.rows(plan.number):
                if row.line <= plan.line:
                    continue
                batch += _items(run, plan, row, number + len(batch))
                if len(batch) >= ITEMS_A_STATEMENT:
                    number += _write(batch)
                    yield number
                    if number > MOST_ROWS:
                        raise too_long()
    yield number + _write(batch)


@transaction.atomic
def open_batch(
    *, given: Sequence[Any], is_trial: bool, is_whole: bool, by: User, at: datetime, language: str = ""
) -> Run:
    """A run of the items of a batch as they were sent; what cannot be read, or is said twice, is judged already."""
    run = runs.open_batch(is_trial=is_trial, is_whole=is_whole, by=by, at=at, language=language)
    items = [_item_of_batch(run, number, each) for number, each in enumerate(given)]
    insert_all(items)
    run.counts, run.total = arrange(run=run), pending(run)
    if is_whole and run.counts.get(Became.REFUSED.value) and not is_trial:
        # Nothing will be written; the trial tells what else would be refused.
        run.state, run.applied_at = RunState.TRYING.value, None
    run.save(update_fields=("counts", "total", "state", "applied_at"))
    return run


@transaction.atomic
def arrange(*, run: Run) -> dict[str, int]:
    """Judge what the file says twice, and bring each household's items together; gives how many became what."""
    with connection.cursor() as cursor:
        # PostgreSQL has no statistics of rows just written, and would compare each of them with each other.
        cursor.execute("SET LOCAL enable_nestloop = off")
        _judge_repeated(run)
        cursor.execute(ONE_HOME, [run.pk, run.pk])
        cursor.execute(TOGETHER, [run.pk, run.pk])
        cursor.execute("SET LOCAL enable_nestloop = on")
    return counted(run)


def counted(run: Run) -> dict[str, int]:
    """How many items of the run became what; those to come count under an empty name."""
    rows = run.items.order_by().values_list("became").annotate(number=Count("pk"))
    return {became: number for became, number in rows if became}


def pending(run: Run) -> int:
    """How many items nothing has become of yet."""
    return int(run.items.filter(became="").count())


def read(run: Run, row: RunItem, content: Any) -> Item | Outcome:
    """The item of the runner that a staged one stands for."""
    if run.kind == RunKind.BATCH.value:
        return item_of(row.position, content)
    kind = KindCode(row.kind)
    version = row.based_on if row.became == Became.CHANGED.value else None
    return Item(row.position, kind, values_of(KINDS[kind], content), version=version)


def _items(run: Run, plan: SheetPlan, row: Row, number: int) -> list[RunItem]:
    if is_example(row):
        kind = next(iter(plan.kinds))
        fault = Faulty("", _("This is the example of the template. Delete the row."), "example_row")
        return [_refused(_new(run, plan.number, row.line, kind, number, {}), fault)]
    found = []
    for place, (kind, told) in enumerate(records_of(plan, row)):
        if isinstance(told, Faulty):
            found.append(_refused(_new(run, plan.number, row.line, kind, number + place, told.told), told))
            continue
        if kind is KindCode.CASE and run.origin:
            told.setdefault("taken_over_from", run.origin)
        item = _new(run, plan.number, row.line, kind, number + place, told)
        try:
            found.append(_named(item, Item(item.position, kind, values_of(KINDS[kind], told))))
        except Faulty as fault:
            found.append(_refused(item, fault))
    return found


def _item_of_batch(run: Run, number: int, given: Any) -> RunItem:
    told = item_of(number, given)
    row = _new(run, 0, number + 1, told.kind, number, given)
    if isinstance(told, Outcome):
        return _refused(row, Faulty(told.field, told.message, told.code))
    return _named(row, told)


def _new(run: Run, sheet: int, line: int, kind: KindCode, number: int, told: Mapping[str, Any]) -> RunItem:
    place = 0 if kind is KindCode.DIVISION else number + 1
    return RunItem(run=run, position=number, place=place, sheet=sheet, line=line, kind=kind.value, content=sealed(told))


def _named(row: RunItem, item: Item) -> RunItem:
    row.identities = [_hash(name) for name in names_of(item)]
    home = home_of(item)
    row.home = _hash(home) if home else ""
    row.same = _hash(sameness({**item.values, "version": item.version}))
    return row


def _refused(row: RunItem, fault: Faulty) -> RunItem:
    row.became, row.status, row.code, row.field = Became.REFUSED.value, 400, fault.code, fault.name
    row.told = sealed({"message": str(fault)})
    return row


def _hash(text: str) -> str:
    return keyed_hash(text).hex()[:LENGTH_OF_HASH]


def _write(batch: list[RunItem]) -> int:
    insert_all(batch)
    written = len(batch)
    batch.clear()
    return written


def _judge_repeated(run: Run) -> None:
    """Said twice in the same words, the first counts; said twice in different words, nobody can say which is right."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD_AGAIN, [run.pk])
        while found := cursor.fetchmany(ITEMS_A_STATEMENT):
            wanted = {number for _id, _position, first, last, _ways in found for number in (first, last)}
            lines = dict(run.items.filter(position__in=wanted).values_list("position", "line"))
            rows = run.items.in_bulk([key for key, *_rest in found])
            judged = [
                _repeated(rows[key], lines[last if position == first else first], differs=ways > 1)
                for key, position, first, last, ways in found
                if ways > 1 or position != first
            ]
            if judged:
                update_all(judged, ("became", "status", "code", "field", "told"))


def _repeated(row: RunItem, line: int, *, differs: bool) -> RunItem:
    if differs:
        fault = Faulty(
            "",
            _("Line %(line)d says the same record in other words. Keep the one that is right.") % {"line": line},
            "given_twice",
        )
        row = _refused(row, fault)
        row.status = 409
        return row
    row.became, row.status, row.code = Became.UNCHANGED.value, 200, "repeated"
    row.told = sealed({"message": _("Says the same as line %(line)d.") % {"line": line}})
    return row


def count_of(rows: Sequence[RunItem]) -> Counter[str]:
    """How many of these items became what."""
    return Counter(row.became for row in rows)
