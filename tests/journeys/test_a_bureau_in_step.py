"""A bureau's system keeps in step with the records of its county, through crashes, drift and a restored backup."""

from __future__ import annotations

import base64
import copy
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.permissions import ApiScope
from assistance.rules.categories import Category
from common.database import reconnect
from config.servers import OWNER_ROLE, postgres
from exchange.rules.changes import KINDS
from households.models import Case, Division, Household, Membership
from households.operations import clients
from tests.cast import (
    COUNTY,
    FAR_VILLAGE,
    HIRED_ON,
    NEXT_VILLAGE,
    VILLAGE,
    WAY_FROM_MONITORED,
    ZHOU,
    World,
    evening,
)
from tests.exchange_store import Store

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.SERVERS.wants_postgres, reason="a backup is made with the embedded server's tools"),
]
MARCH, APRIL, MAY = date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1)
CLIENT_ID = "medical.bureau"


class Bureau(Store):
    """The bureau's system: what it holds in memory is on its disk only once `keep` was called."""

    def __init__(self, client: APIClient, **asked: Any) -> None:
        super().__init__(client, **asked)
        self.keep()

    def keep(self) -> None:
        """Write entries and cursor to the disk, in one transaction."""
        self.disk = copy.deepcopy((self.records, self.versions, self.cursor))

    def crash(self) -> None:
        """The process ends; a new one begins with what is on the disk."""
        self.records, self.versions, self.cursor = copy.deepcopy(self.disk)

    def go_on(self) -> list[dict[str, Any]]:
        """Follow the feed to its end, kept page by page; gives the entries."""
        told = []
        for page in self.pages():
            for entry in page["results"]:
                self.take(entry)
            self.keep()
            told += page["results"]
        return told

    def push(self, key: str, *items: dict[str, Any]) -> Any:
        """Send a batch under an idempotency key."""
        body = {"mode": "commit", "atomic": "each", "items": list(items)}
        answer = self.client.post("/api/v1/batch", body, format="json", headers={"Idempotency-Key": key})
        assert answer.status_code == 200, answer.content
        return answer

    def drifted(self) -> set[tuple[str, str | None]]:
        """The kinds and places of which something else is held than the digests tell."""
        answer = self.client.get("/api/v1/digests", {"division": COUNTY})
        theirs = {(row["kind"], row["village"]): row["digest"] for row in answer.json()["results"]}
        lines: dict[tuple[str, str | None], list[str]] = {}
        for (kind, key), (village, version) in self.versions.items():
            place = None if kind == "member-conditions" else village
            lines.setdefault((kind, place), []).append(f"{key} {version}")
        ours = {key: sha256("\n".join(sorted(rows)).encode()).hexdigest() for key, rows in lines.items()}
        return {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}

    def mend(self) -> set[tuple[str, str | None]]:
        """Read anew what drifted, kind by kind and place by place; gives those."""
        found = self.drifted()
        for kind, place in found:
            again = Store(self.client, kinds=kind, division=place)
            again.follow()
            for row in [
                row for row, (village, _version) in self.versions.items() if (row[0], village) == (kind, place)
            ]:
                del self.versions[row], self.records[kind][row[1]]
            self.records.setdefault(kind, {}).update(again.records.get(kind, {}))
            self.versions |= again.versions
        self.keep()
        return found


def signed_in(world: World) -> APIClient:
    """The bureau's system, registered for one county, with a token that it got by its secret."""
    system = clients.Registration(CLIENT_ID, "医保局", Division.objects.get(pk=COUNTY), HIRED_ON, None, tuple(ApiScope))
    _client, secret = clients.register(system=system, by=world[ZHOU], at=timezone.now())
    basic = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
    wish = {"grant_type": "client_credentials"}
    told = Client().post("/oauth2/token", wish, headers={"Authorization": f"Basic {basic}"}).json()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {told['access_token']}")
    return client


def household(number: int, village: str = VILLAGE) -> dict[str, Any]:
    """A household as the bureau calls it."""
    external = {"namespace": "medical", "value": f"YB-{number}"}
    values = {"village": village, "head_name": f"王{number}", "head_sex": "male", "registered_on": "2022-03-01"}
    return {"kind": "household", "external": external, "values": values}


def child(number: int) -> dict[str, Any]:
    """A person of that household."""
    of = {"namespace": "medical", "value": f"YB-{number}"}
    told = {"name": f"王小{number}", "sex": "female", "relationship": "other", "birth_date": "2012-06-01"}
    return {"kind": "member", "values": {"household": of, **told}}


def in_step(bureau: Bureau) -> None:
    """The bureau holds what the database holds: no more, no less, nothing older."""
    assert bureau.drifted() == set()
    homes = Household.objects.filter(village__code__startswith=COUNTY, removed_at__isnull=True)
    assert set(bureau.records["households"]) == {str(key) for key in homes.values_list("pk", flat=True)}
    people = Membership.objects.filter(household__in=homes)
    assert set(bureau.records["members"]) == {str(key) for key in people.values_list("pk", flat=True)}
    anew = Store(bureau.client)
    anew.follow()
    assert {kind: rows for kind, rows in bureau.records.items() if rows} == anew.records
    assert bureau.versions == anew.versions


def carry_out(tool: str, *arguments: str) -> None:
    """Run one of the embedded server's tools as its superuser."""
    account = {"PGHOST": str(settings.SERVERS.socket_dir), "PGUSER": "postgres", "PATH": os.defpath}
    secret = {"PGPASSWORD": settings.SERVERS.superuser_password}
    made = subprocess.run([postgres.BIN / tool, *arguments], env=account | secret, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


@contextmanager
def restored(dump: Path) -> Iterator[None]:
    """Inside the block the site runs on a database that was made from the dump."""
    before, name = connection.settings_dict["NAME"], "shouwang_restored"
    held = settings.SERVERS
    told = {"host": str(held.socket_dir), "user": "postgres", "password": held.superuser_password}
    with psycopg.connect(**told, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE template0")
        carry_out("pg_restore", "--exit-on-error", "--dbname", name, str(dump))
        reconnect(connection, {"NAME": name})
        try:
            yield
        finally:
            reconnect(connection, {"NAME": before})
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def syncs_first(bureau: Bureau) -> None:
    """Reads everything, with a crash behind the first page that was kept and another in the middle of the second."""
    first = bureau.pages()
    for entry in next(first)["results"]:
        bureau.take(entry)
    bureau.keep()
    second = next(first)["results"]
    for entry in second[:10]:
        bureau.take(entry)
    bureau.crash()
    assert [entry["position"] for entry in bureau.go_on()][: len(second)] == [entry["position"] for entry in second]
    in_step(bureau)


def sends_its_own(bureau: Bureau) -> list[dict[str, Any]]:
    """Sends records of its own, twice because the first answer was lost; gives them."""
    sent = [household(number) for number in range(5)] + [child(number) for number in range(5)]
    answer = bureau.push("day-1", *sent)
    assert answer.json()["counts"] == {"created": 10}
    again = bureau.push("day-1", *sent)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (answer.content, "true")
    assert bureau.push("day-1-once-more", *sent[:5]).json()["counts"] == {"unchanged": 5}
    bureau.go_on()
    in_step(bureau)
    assert len(bureau.records["households"]) == 8
    return sent


def loses_a_part(world: World, bureau: Bureau, near: Case) -> None:
    """The cursor was written before the entries, once: they are lost, and found again by digests."""
    world.visit(near.household, MAY)
    lost = {(entry["kind"], entry["village"]) for page in bureau.pages() for entry in page["results"]}
    assert ("visits", VILLAGE) in lost
    del bureau.versions["households", str(near.household_id)]
    del bureau.records["households"][str(near.household_id)]
    bureau.keep()
    bureau.crash()
    assert bureau.mend() >= {("visits", VILLAGE), ("households", VILLAGE)}
    in_step(bureau)


def goes_on_from_a_backup(bureau: Bureau, before: Bureau, far: Case, sent: list[dict[str, Any]]) -> None:
    """The database is that of the backup: a cursor from beyond it leads back, and what was sent since is sent again."""
    before.go_on()
    in_step(before)
    answer = bureau.client.get("/api/v1/changes", {"cursor": bureau.cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "feed_restarted")
    bureau.cursor = answer.json()["cursor"]
    bureau.go_on()
    assert bureau.mend() >= {("households", VILLAGE), ("households", NEXT_VILLAGE)}
    in_step(bureau)
    assert str(far.household_id) in bureau.records["households"]
    # What the bureau had sent after the backup is sent again under its key, and is there once.
    assert bureau.push("day-2", household(6), household(7, NEXT_VILLAGE)).json()["counts"] == {"created": 2}
    assert bureau.push("day-1", *sent).headers["Idempotency-Replayed"] == "true"
    for each in (bureau, before):
        each.go_on()
        in_step(each)
    assert set(KINDS) >= set(bureau.records)


def test_a_bureau_keeps_in_step_through_crashes_drift_and_a_restored_backup(tmp_path: Path):
    world = World.begin()
    near, far = world.monitored(MARCH), world.monitored(MARCH, village=FAR_VILLAGE)
    leaving, wrong = world.household(MARCH), world.household(MARCH, village=NEXT_VILLAGE)
    bureau = Bureau(signed_in(world), page_size=25)

    syncs_first(bureau)
    assert str(far.household_id) not in bureau.records["households"]
    sent = sends_its_own(bureau)

    # A day of changes by others.
    world.visit(near.household, APRIL)
    world.help(near, Category.HEALTH, APRIL)
    world.join(near.household, APRIL)
    world.steps(near, WAY_FROM_MONITORED, MAY)
    world.moved(leaving, FAR_VILLAGE, APRIL)
    world.moved(far.household, VILLAGE, APRIL)
    world.remove(wrong, evening(MAY))
    told = {(entry["id"], entry["change"]) for entry in bureau.go_on() if entry["kind"] == "households"}
    assert told >= {(str(leaving.pk), "left"), (str(far.household_id), "entered"), (str(wrong.pk), "removed")}
    in_step(bureau)

    loses_a_part(world, bureau, near)

    # A backup; what is recorded after it will never have happened.
    carry_out("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), connection.settings_dict["NAME"])
    bureau_of_yesterday = Bureau(bureau.client, page_size=25)
    bureau_of_yesterday.disk = copy.deepcopy(bureau.disk)
    bureau_of_yesterday.crash()
    assert bureau.push("day-2", household(6), household(7, NEXT_VILLAGE)).json()["counts"] == {"created": 2}
    world.moved(far.household, FAR_VILLAGE, MAY)
    bureau.go_on()
    in_step(bureau)

    with restored(tmp_path / "dump"):
        goes_on_from_a_backup(bureau, bureau_of_yesterday, far, sent)
