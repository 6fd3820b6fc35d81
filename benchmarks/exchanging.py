"""Records in by batches and out as files, beside the same rows written and read by the driver alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from accounts.models import User
from benchmarks.filling import COUNTY, PROVINCE, clients
from benchmarks.serving import NAMES, Client, Floor
from common.ids import new_id
from exchange import out_files
from exchange.out_lists import Asked, opened
from exchange.rules.export_states import Format

VILLAGE = f"{COUNTY}100201"
MEMBERS = 3
BATCH, TURNS = 1000, 5
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
READ = (
    "SELECT h.id, h.village_id, d.name, h.national_number, h.address, h.phone, h.is_former_poor, h.registered_on, "
    "h.version FROM households_household h JOIN households_division d ON d.code = h.village_id "
    "WHERE h.village_id ^@ %s AND h.removed_at IS NULL ORDER BY h.village_id, h.id"
)


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


def measured_exchange() -> list[Exchanged]:
    """One household with its members, a batch, the same batch again, and every household as a file."""
    user = clients()["province"]
    client, floor = Client(user), Floor()
    told = [*_written(client, floor), *_read(user, floor)]
    floor.connection.close()
    return told


def _written(client: Client, floor: Floor) -> Iterator[Exchanged]:
    one = 1 + MEMBERS
    home_floor, home = _in_turns(lambda: _insert(floor, 1, MEMBERS), lambda: _send(client, _homes(1, MEMBERS)))
    yield Exchanged(f"one household with {MEMBERS} members", one, home_floor, home)
    new_floor, new = _in_turns(lambda: _insert(floor, BATCH, 0), lambda: _send(client, _homes(BATCH, 0)))
    yield Exchanged("new households in a batch", BATCH, new_floor, new)
    held = _homes(BATCH, 0)
    _send(client, held)
    same_floor, same = _in_turns(lambda: _look(floor, held), lambda: _send(client, held))
    yield Exchanged("the same households again", BATCH, same_floor, same)


def _read(user: User, floor: Floor) -> Iterator[Exchanged]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        rows = _lines(floor, path)
        for shape in Format:

            def file(shape: Format = shape) -> None:
                now = timezone.now()
                source = opened(Asked("households", {"division": PROVINCE}, now, NAMES), user, out_files.unrestricted)
                if out_files.write(source, shape, path, lambda _rows: None, rows) != rows:
                    raise RuntimeError("The application and the floor tell different rows.")

            alone, served = _in_turns(lambda: _lines(floor, path), file, 3)
            yield Exchanged(f"households as a file ({shape.value})", rows, alone, served)


def _in_turns(floor: Callable[[], object], served: Callable[[], object], turns: int = TURNS) -> tuple[float, float]:
    """Medians of both ways, once warm."""
    taken: dict[Callable[[], object], list[float]] = {floor: [], served: []}
    for turn in range(turns + 1):
        for way in (floor, served):
            begun = time.perf_counter()
            way()
            if turn:
                taken[way].append(time.perf_counter() - begun)
    return statistics.median(taken[floor]), statistics.median(taken[served])


def _homes(homes: int, members: int) -> list[dict[str, Any]]:
    """Items of new households with their heads, and of further members."""
    items = []
    for _home in range(homes):
        key = str(new_id())
        values = {
            "village": VILLAGE,
            "head_name": f"户主{key[-12:]}",
            "head_sex": "male",
            "registered_on": "2022-03-01",
        }
        items.append({"kind": "household", "id": key, "values": values})
        for _member in range(members):
            child = {"household": key, "name": f"成员{new_id().hex[-12:]}", "relationship": "son", "sex": "male"}
            items.append({"kind": "member", "values": child})
    return items


def _send(client: Client, items: list[dict[str, Any]]) -> None:
    told = orjson.loads(client.post("/api/v1/batch", orjson.dumps({"items": items})))
    if "refused" in told["counts"]:
        raise RuntimeError(next(each for each in told["results"] if each["became"] == "refused"))


def _insert(floor: Floor, homes: int, members: int) -> None:
    keys = [new_id() for _home in range(homes)]
    people = [(new_id(), key, "son" if number else "head") for key in keys for number in range(members + 1)]
    with floor.connection.transaction():
        floor.cursor.executemany(HOUSEHOLD, [(key, VILLAGE, "") for key in keys])
        floor.cursor.executemany(MEMBER, [(person, "某人") for person, _key, _relationship in people])
        floor.cursor.executemany(MEMBERSHIP, [(new_id(), key, person, told) for person, key, told in people])


def _look(floor: Floor, held: list[dict[str, Any]]) -> None:
    keys = [UUID(each["id"]) for each in held]
    floor.cursor.execute("SELECT * FROM households_household WHERE id = ANY (%s)", (keys,)).fetchall()


def _lines(floor: Floor, path: Path) -> int:
    rows = 0
    with (
        path.open("wb") as file,
        floor.connection.transaction(),
        floor.connection.cursor("lines", binary=True) as cursor,
    ):
        cursor.execute(READ, (PROVINCE,))
        while chunk := cursor.fetchmany(2000):
            file.writelines(orjson.dumps(dict(zip(NAMES, row, strict=True))) + b"\n" for row in chunk)
            rows += len(chunk)
    return rows
