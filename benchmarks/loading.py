"""A county's first load from files, and its way back, beside the same rows written by the driver alone."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from benchmarks.filling import COUNTY
from benchmarks.serving import Floor
from common.ids import new_id
from exchange.models import Run
from exchange.operations import runs
from exchange.tasks import work_on

MEMBERS = 3
HOUSEHOLD = (
    "INSERT INTO households_household (id, village_id, national_number, address, phone, is_former_poor, registered_on, "
    "removal_reason, ended_how, is_synthetic, version) "
    "VALUES (%s, %s, '', %s, '', false, '2022-03-01', '', '', false, 1)"
)
MEMBER = (
    "INSERT INTO households_member (id, name, sex, birth_date, ethnicity, political_status, phone, version) "
    "VALUES (%s, %s, 'male', '1980-01-01', '', '', '', 1)"
)
MEMBERSHIP = (
    "INSERT INTO households_membership (id, household_id, member_id, relationship, joined_on, joined_how, left_how) "
    "VALUES (%s, %s, %s, %s, '2022-03-01', 'registered', '')"
)
HOMES_A_VILLAGE = 40
RELATIONSHIPS = ("配偶", "之子", "之女")
HOMES = ("行政村代码", "户编号", "户主姓名", "户主性别", "家庭住址", "户联系电话", "登记日期")
PEOPLE = ("户编号", "姓名", "性别", "与户主关系", "出生日期")
BORN_ON = "1980-01-01"
REMOVE = "UPDATE households_household SET removed_at = now(), removal_reason = 'x', version = 2 WHERE id = %s"


@dataclass(frozen=True)
class Exchanged:
    """So many rows in or out: seconds by the driver alone, and through the product."""

    what: str
    rows: int
    floor: float
    served: float

    @property
    def rate(self) -> float:
        """Rows a second through the product."""
        return self.rows / self.served


def measured_load(user: User, floor: Floor, rows: int) -> Iterator[Exchanged]:
    """So many rows, a quarter of them households and the rest their members: two files in, and back again."""
    homes = rows // (1 + MEMBERS)
    keys = [new_id() for _home in range(homes)]
    alone = [
        _timed(lambda: _insert_homes(floor, keys)),
        _timed(lambda: _insert_members(floor, keys)),
    ]
    name = f"9{time.time_ns() % 10**9:09d}"
    taken, written = 0.0, 0.0
    loaded = []
    for what, body, given, at_best in (
        ("households", _sheet(HOMES, _homes(homes, name)), homes, alone[0]),
        ("members", _sheet(PEOPLE, _people(homes, name)), homes * MEMBERS, alone[1]),
    ):
        run = _opened(body, user)
        tried = _timed(lambda run=run: work_on(str(run.pk)))
        _check(run, "tried", given)
        runs.apply(run=Run.objects.get(pk=run.pk), by=user, at=timezone.now())
        applied = _timed(lambda run=run: work_on(str(run.pk)))
        _check(run, "applied", given)
        yield Exchanged(f"file of {what}, read and tried", given, at_best, tried)
        yield Exchanged(f"file of {what}, applied", given, at_best, applied)
        taken, written = taken + tried + applied, written + applied
        loaded.append(run)
    yield Exchanged("both files, applied", rows, sum(alone), written)
    yield Exchanged("both files, from upload to the end", rows, sum(alone), taken)
    removed = _timed(lambda: _remove(floor, keys))
    back = sum(_timed(lambda run=run: _roll_back(run, user)) for run in reversed(loaded))
    yield Exchanged("both files, rolled back", rows, removed, back)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _opened(body: bytes, user: User) -> Run:
    return runs.open_import(file=io.BytesIO(body), size=len(body), name="load.csv", by=user, at=timezone.now())


def _roll_back(run: Run, user: User) -> None:
    runs.roll_back(run=Run.objects.get(pk=run.pk), by=user, at=timezone.now())
    work_on(str(run.pk))
    if run.items.filter(undone="kept").exists():
        raise RuntimeError(run.items.filter(undone="kept").first().undone_told)


def _check(run: Run, state: str, rows: int) -> None:
    held = Run.objects.get(pk=run.pk)
    if (held.state, held.counts) != (state, {"created": rows}):
        raise RuntimeError(f"{held.state} {held.counts} {held.fault}")


def _village(home: int) -> str:
    within = home // HOMES_A_VILLAGE % 100
    return f"{COUNTY}{100 + within // 10}{201 + within % 10}"


def _sheet(headings: Sequence[str], rows: Iterator[Sequence[str]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(headings)
    writer.writerows(rows)
    return written.getvalue().encode()


def _homes(homes: int, name: str) -> Iterator[Sequence[str]]:
    for home in range(homes):
        number = f"{name}{home:06d}"
        yield _village(home), number, f"户主{number}", "男", f"某路{home}号", f"139{home:08d}", "2022-03-01"


def _people(homes: int, name: str) -> Iterator[Sequence[str]]:
    for home in range(homes):
        for relationship in RELATIONSHIPS:
            sex = "男" if relationship == "之子" else "女"
            yield f"{name}{home:06d}", f"{relationship}{name}{home}", sex, relationship, BORN_ON


def _insert_homes(floor: Floor, keys: Sequence[Any]) -> None:
    people = [(new_id(), key) for key in keys]
    with floor.connection.transaction():
        floor.cursor.executemany(HOUSEHOLD, [(key, _village(home), "") for home, key in enumerate(keys)])
        floor.cursor.executemany(MEMBER, [(person, "某人") for person, _key in people])
        floor.cursor.executemany(MEMBERSHIP, [(new_id(), key, person, "head") for person, key in people])


def _insert_members(floor: Floor, keys: Sequence[Any]) -> None:
    people = [(new_id(), key) for key in keys for _member in range(MEMBERS)]
    with floor.connection.transaction():
        floor.cursor.executemany(MEMBER, [(person, "某人") for person, _key in people])
        floor.cursor.executemany(MEMBERSHIP, [(new_id(), key, person, "son") for person, key in people])


def _remove(floor: Floor, keys: Sequence[Any]) -> None:
    """The households leave the lists, their members but the heads are taken out."""
    with floor.connection.transaction():
        floor.cursor.executemany(REMOVE, [(key,) for key in keys])
        gone = floor.cursor.execute(
            "DELETE FROM households_membership WHERE household_id = ANY (%s) AND relationship = 'son' "
            "RETURNING member_id",
            (list(keys),),
        ).fetchall()
        floor.cursor.execute("DELETE FROM households_member WHERE id = ANY (%s)", ([member for (member,) in gone],))
