"""A page of households through the whole application, beside the same rows read by the driver and nothing else."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import psycopg
from django.conf import settings
from knox.models import AuthToken

from accounts.models import User
from benchmarks.filling import CLIENTS, clients
from common.keyset import Order, Position, encode
from common.scopes import RECORDS
from config.wsgi import application

PAGE = 50
FLOOR = (
    "SELECT h.id, h.village_id, d.name, h.national_number, h.address, h.phone, h.is_former_poor, h.registered_on, "
    "h.version FROM households_household h JOIN households_division d ON d.code = h.village_id "
    "WHERE h.village_id >= %s AND h.village_id < %s AND (h.village_id, h.id) > (%s, %s) AND h.removed_at IS NULL "
    "ORDER BY h.village_id, h.id LIMIT 51"
)
MIDDLE = (
    "SELECT village_id, id::text FROM households_household WHERE village_id >= %(from)s AND village_id < %(to)s "
    "ORDER BY village_id, id OFFSET (SELECT count(*) / 2 FROM households_household "
    "WHERE village_id >= %(from)s AND village_id < %(to)s) LIMIT 1"
)
ADDRESS = "/api/v1/households"
ORDER = Order("village", ("village_id", "id"))
START = ("", "00000000-0000-0000-0000-000000000000")
NAMES = (
    "id", "village", "village_name", "national_number", "address", "phone", "is_former_poor", "registered_on", "version"
)  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """Seconds of one reading, the first quartile of many, for each of two ways measured in turns."""

    floor: float
    served: float

    @property
    def ratio(self) -> float:
        """How near the application comes to the floor; 1 would be the floor itself."""
        return self.floor / self.served


def measure(floor: Callable[[], object], served: Callable[[], object], turns: int) -> Timing:
    """Both ways in turns, so that whatever else the machine does slows both."""
    for way in (floor, served) * 20:
        way()
    taken: dict[Callable[[], object], list[float]] = {floor: [], served: []}
    for _turn in range(turns):
        for way in (floor, served):
            begun = time.perf_counter()
            way()
            taken[way].append(time.perf_counter() - begun)
    # Whatever else the machine does only adds to a reading, so that the faster ones tell more than the slower ones.
    return Timing(*(statistics.quantiles(taken[way], n=4)[0] for way in (floor, served)))


@dataclass(frozen=True)
class Page:
    """A page that was measured."""

    households: int
    whose: str
    which: str
    timing: Timing


class Client:
    """Calls the WSGI application as the web server does, signed in by token."""

    def __init__(self, user: User) -> None:
        _token, secret = AuthToken.objects.create(user, expiry=timedelta(days=1))
        self.secret = secret

    def get(self, address: str) -> bytes:
        """The body of an answer that must be fine."""
        return self._call("GET", address)

    def post(self, address: str, body: bytes) -> bytes:
        """The same for what is sent as JSON."""
        return self._call("POST", address, body)

    def _call(self, method: str, address: str, body: bytes = b"") -> bytes:
        path, _mark, query = address.partition("?")
        environment = self._environment(path, query) | {
            "REQUEST_METHOD": method,
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        said: list[str] = []
        answer = application(environment, lambda status, headers, error=None: said.append(status))
        told = b"".join(answer)
        answer.close()
        if not said[0].startswith("200"):
            raise RuntimeError(f"{address}: {said[0]} {told[:300]!r}")
        return told

    def _environment(self, path: str, query: str) -> dict[str, Any]:
        return {
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": f"Token {self.secret}",
            "HTTP_ACCEPT": "application/json",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


class Floor:
    """The driver alone: binary, prepared, rows as they come, JSON by orjson."""

    def __init__(self) -> None:
        held = settings.DATABASES["default"]
        self.connection = psycopg.connect(
            host=held["HOST"],
            port=held["PORT"] or None,
            user=held["USER"],
            password=held["PASSWORD"],
            dbname=held["NAME"],
            autocommit=True,
            options=f'-c {RECORDS}={{""}}',  # row-level security stays on, and lets every row through
        )
        self.cursor = self.connection.cursor(binary=True)

    def middle(self, code: str) -> tuple[str, str]:
        """The keys of the row in the middle of the list."""
        found = self.cursor.execute(MIDDLE, {"from": code, "to": f"{code}:"}).fetchone()
        return found[0], found[1]

    def page(self, code: str, after: tuple[str, str]) -> bytes:
        """The page of 50 households under a division behind a row."""
        found = self.cursor.execute(FLOOR, (code, f"{code}:", *after), prepare=True, binary=True).fetchall()
        rows = [dict(zip(NAMES, row, strict=True)) for row in found[:PAGE]]
        return orjson.dumps({"results": rows})


def measured_pages(households: int, turns: int) -> list[Page]:
    """The first page and one in the middle, for a client of the province and for one of a county."""
    floor, pages = Floor(), []
    for name, user in clients().items():
        client, code = Client(user), CLIENTS[name]
        for which, after in (("first", START), ("deep", floor.middle(code))):
            address = ADDRESS if after is START else f"{ADDRESS}?cursor={encode(ORDER, Position(after))}"
            ways: tuple[Callable[[], bytes], ...] = (partial(floor.page, code, after), partial(client.get, address))
            check_same(*(orjson.loads(way())["results"] for way in ways))
            pages.append(Page(households, name, which, measure(*ways, turns)))
    floor.connection.close()
    return pages


def check_same(floor: object, served: object) -> None:
    """Both ways must tell the same rows, or they could not be compared."""
    if floor != served or not served:
        raise RuntimeError("The application and the floor tell different rows.")
