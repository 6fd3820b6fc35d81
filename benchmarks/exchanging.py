"""Records in by batches and out as files, beside the same rows written and read by the driver alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from accounts.models import User
from benchmarks.filling import COUNTY, PROVINCE, clients
from benchmarks.loading import HOUSEHOLD, MEMBER, MEMBERS, MEMBERSHIP, Exchanged, measured_load
from benchmarks.serving import NAMES, Client, Floor
from common.ids import new_id
from exchange import out_files
from exchange.out_lists import Asked, opened
from exchange.rules.export_states import Format

VILLAGE = f"{COUNTY}100201"
BATCH, TURNS = 1000, 5
MOST_BAD = BATCH // 3 + 1
CHANGE = "UPDATE households_household SET phone = %s WHERE id = %s"
READ = (
    "SELECT h.id, h.village_id, d.name, h.national_number, h.address, h.phone, h.is_former_poor, h.registered_on, "
    "h.version FROM households_household h JOIN households_division d ON d.code = h.village_id "
    "WHERE h.village_id ^@ %s AND h.removed_at IS NULL ORDER BY h.village_id, h.id"
)


def measured_exchange(loaded: int) -> list[Exchanged]:
    """Batches of records, `loaded` rows as files that come in, and every household as a file that goes out."""
    user = clients()["province"]
    client, floor = Client(user), Floor()
    told = [*_written(client, floor), *measured_load(user, floor, loaded), *_read(user, floor)]
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
    changed_floor, changed = _in_turns(lambda: _change(floor, held), lambda: _send(client, _changed(held)))
    yield Exchanged("known households changed", BATCH, changed_floor, changed)
    homes = [each["id"] for each in held]
    people_floor, people = _in_turns(lambda: _join(floor, homes), lambda: _send(client, [_son(home) for home in homes]))
    yield Exchanged("new members in a batch", BATCH, people_floor, people)
    half_floor, half = _in_turns(lambda: _insert(floor, BATCH * 2 // 3, 0), lambda: _send(client, _faulty(), MOST_BAD))
    yield Exchanged("new households, every third at fault", BATCH, half_floor, half)


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
        items += [_son(key) for _member in range(members)]
    return items


def _son(home: str) -> dict[str, Any]:
    child = {"household": home, "name": f"成员{new_id().hex[-12:]}", "relationship": "son", "sex": "male"}
    return {"kind": "member", "values": child}


def _faulty() -> list[dict[str, Any]]:
    """New households of which every third names a village that there is not."""
    items = _homes(BATCH, 0)
    for each in items[::3]:
        each["values"]["village"] = f"{COUNTY}999999"
    return items


def _changed(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The households that live elsewhere since, each on the version that it has now."""
    for each in held:
        each["version"] = each.get("version", 0) + 1
        each["values"]["address"] = f"某路{each['version']}号"
    return held


def _send(client: Client, items: list[dict[str, Any]], most_refused: int = 0) -> None:
    told = orjson.loads(client.post("/api/v1/batch", orjson.dumps({"items": items})))
    if told["counts"].get("refused", 0) > most_refused:
        raise RuntimeError(next(each for each in told["results"] if each["became"] == "refused"))


def _insert(floor: Floor, homes: int, members: int) -> None:
    keys = [new_id() for _home in range(homes)]
    people = [(new_id(), key, "son" if number else "head") for key in keys for number in range(members + 1)]
    with floor.connection.transaction():
        floor.cursor.executemany(HOUSEHOLD, [(key, VILLAGE, "") for key in keys])
        floor.cursor.executemany(MEMBER, [(person, "某人") for person, _key, _relationship in people])
        floor.cursor.executemany(MEMBERSHIP, [(new_id(), key, person, told) for person, key, told in people])


def _change(floor: Floor, held: list[dict[str, Any]]) -> None:
    # Not the version, which is the product's own.
    with floor.connection.transaction():
        floor.cursor.executemany(CHANGE, [(f"139{new_id().int % 10**8:08d}", each["id"]) for each in held])


def _join(floor: Floor, homes: list[str]) -> None:
    people = [(new_id(), home) for home in homes]
    with floor.connection.transaction():
        floor.cursor.executemany(MEMBER, [(person, "某人") for person, _home in people])
        floor.cursor.executemany(MEMBERSHIP, [(new_id(), home, person, "son") for person, home in people])


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
