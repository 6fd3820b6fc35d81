"""Eight writers at once, with delays and aborted transactions, and a reader who polls throughout and misses nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.ids import new_id
from common.scopes import RECORDS
from exchange.operations import feed
from exchange.rules.changes import Reach
from households.models import Household
from tests.cast import CITY, FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, World

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
PLACES = (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)
INSERT = (
    "INSERT INTO households_household (id, village_id, national_number, address, phone, is_former_poor, registered_on, "
    "removal_reason, is_synthetic, ended_how, version) VALUES (%s, %s, '', '', '', false, %s, '', true, '', 1)"
)
UPDATE = "UPDATE households_household SET version = version + 1, village_id = %s WHERE id = %s"
DELETE = "DELETE FROM households_household WHERE id = %s"


@dataclass(frozen=True)
class Act:
    """What a transaction does: so many rows, a pause while it is open, and whether it is undone."""

    verb: str
    place: str
    rows: int
    pause: float
    is_undone: bool


ACTS = st.builds(
    Act,
    verb=st.sampled_from(["insert", "insert", "update", "delete", "all"]),
    place=st.sampled_from(PLACES),
    rows=st.integers(1, 3),
    pause=st.sampled_from([0.0, 0.0, 0.002, 0.01, 0.03]),
    is_undone=st.sampled_from([False, False, False, True]),
)


def connected(**more: Any) -> psycopg.Connection[Any]:
    """A connection of its own, as the application has it, which acts everywhere."""
    held = connection.get_connection_params()
    names = {name: held[name] for name in ("dbname", "user", "password", "host", "port") if held.get(name)}
    return psycopg.connect(**names, options=f'-c {RECORDS}={{""}}', **more)


def write(acts: list[Act], faults: list[BaseException]) -> None:
    """One writer: transactions one after the other, on rows of its own and, for `all`, on those of everyone."""
    mine: list[UUID] = []
    try:
        with connected() as held:
            for act in acts:
                kept = list(mine)
                try:
                    _act(held, act, mine)
                    time.sleep(act.pause)
                    if act.is_undone:
                        held.rollback()
                        mine[:] = kept
                    else:
                        held.commit()
                except psycopg.errors.DeadlockDetected:
                    held.rollback()
                    mine[:] = kept
    except BaseException as error:  # told to the test, which runs in another thread
        faults.append(error)


def _act(held: psycopg.Connection[Any], act: Act, mine: list[UUID]) -> None:
    if act.verb == "insert":
        made = [new_id() for _row in range(act.rows)]
        with held.cursor() as cursor:
            cursor.executemany(INSERT, [(key, act.place, date(2022, 4, 1)) for key in made])
        mine += made
    elif act.verb == "update":
        for key in mine[-act.rows :]:
            held.execute(UPDATE, (act.place, key))
    elif act.verb == "delete":
        for key in mine[: act.rows]:
            held.execute(DELETE, (key,))
        del mine[: act.rows]
    else:
        held.execute("UPDATE households_household SET version = version + 1 WHERE village_id = %s", (act.place,))


class Reader:
    """Follows the feed from a position on and keeps of each household where it is and in which version."""

    def __init__(self) -> None:
        self.position = feed.settle()
        self.kept: dict[str, str] = {}
        self.seen: list[int] = []

    def poll(self) -> bool:
        """Take one page; whether there was anything, or is more."""
        page = feed.read(after=self.position, last=feed.settle(), reach=Reach((CITY,)), kinds=("households",), size=7)
        self.position = page.upto
        self.seen += [entry.position for entry in page.entries]
        present = dict(Household.objects.in_bulk([entry.record for entry in page.entries]))
        for entry in page.entries:
            row = present.get(UUID(entry.record))
            if row is None:
                self.kept.pop(entry.record, None)
            else:
                self.kept[entry.record] = f"{row.village_id} {row.version}"
        return bool(page.entries) or page.has_more


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(plans=st.lists(st.lists(ACTS, min_size=2, max_size=7), min_size=WRITERS, max_size=WRITERS))
def check_interleaving(plans: list[list[Act]]) -> None:
    reader, faults = Reader(), []
    reader.kept = {str(row.pk): f"{row.village_id} {row.version}" for row in Household.objects.all()}
    writers = [threading.Thread(target=write, args=(acts, faults)) for acts in plans]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.poll()
    for writer in writers:
        writer.join()
    while reader.poll():
        pass
    assert faults == []
    assert reader.seen == sorted(set(reader.seen))
    assert reader.kept == {str(row.pk): f"{row.village_id} {row.version}" for row in Household.objects.all()}


def test_a_reader_who_polls_while_eight_write_ends_with_what_the_database_holds():
    World.begin()
    check_interleaving()


def test_a_change_of_a_long_transaction_comes_after_those_that_were_committed_meanwhile():
    World.begin()
    reader = Reader()
    early, late = new_id(), new_id()
    with connected() as slow, connected() as quick:
        slow.execute(INSERT, (early, VILLAGE, date(2022, 4, 1)))
        quick.execute(INSERT, (late, VILLAGE, date(2022, 4, 1)))
        quick.commit()
        reader.poll()
        assert list(reader.kept) == [str(late)]
        slow.commit()
    reader.poll()
    assert set(reader.kept) == {str(early), str(late)}
