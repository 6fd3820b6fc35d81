"""PostgreSQL and Valkey are restarted and killed under load: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from knox.models import AuthToken

from accounts.models import AuditEvent, User
from exchange.models import ExternalKey
from households.models import Case, Household, Membership
from tests.cast import COUNTY, LI, VILLAGE, World
from tests.exchange.sheets import workbook
from tests.journeys.test_a_bureau_in_step import Bureau, household
from tests.journeys.test_first_load import NATIONAL, PEOPLE
from tests.site import Caller, Site, away, running, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.SERVERS.is_needed, reason="only embedded servers can be ended here"),
]
WRITERS, ITEMS, HOMES, LARGE = 3, 10, 600, 1001


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with a cast and nothing else."""
    world = World.begin()
    world[LI].postings.create(role="supervisor", division_id=COUNTY, starts_on=date(2020, 1, 1))
    with running(tmp_path) as found:
        yield found


class Load:
    """Writers and a reader that go on whatever happens, each in a thread of its own, until they are told to stop."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.token = site, token
        self.stop = threading.Event()
        self.callers: list[Caller] = []
        self.sent: Counter[str] = Counter()
        self.faults: list[BaseException] = []
        self.reader = Bureau(self.caller(), division=COUNTY)
        self.threads = [threading.Thread(target=self._kept, args=(self.read,))]
        self.threads += [threading.Thread(target=self._kept, args=(self.write, each)) for each in range(WRITERS)]

    def caller(self) -> Caller:
        made = Caller(self.site, f"Token {self.token}")
        self.callers.append(made)
        return made

    def write(self, writer: int) -> None:
        """Batch after batch, each under a key of its own, repeated under it until it is answered."""
        caller, number = self.caller(), 0
        while not self.stop.is_set():
            first = writer * 1_000_000 + number * ITEMS
            items = [household(first + each) for each in range(ITEMS)]
            body = {"mode": "commit", "atomic": "each", "items": items}
            answer = caller.post("/api/v1/batch", body, headers={"Idempotency-Key": f"{writer}-{number}"})
            assert (answer.status_code, answer.json()["counts"]) == (200, {"created": ITEMS}), answer.content
            self.sent.update(str(item["external"]) for item in items)
            number += 1

    def read(self) -> None:
        """The feed, page after page."""
        while not self.stop.is_set():
            self.reader.go_on()
            self.stop.wait(0.05)

    def _kept(self, act: Callable[..., None], *given: int) -> None:
        try:
            act(*given)
        except BaseException as fault:
            self.faults.append(fault)

    def goes_on(self) -> None:
        """Wait until more of all of this has happened."""
        before, read = len(self.sent), len(self.reader.versions)
        until(lambda: self.faults or (len(self.sent) > before + 60 and len(self.reader.versions) > read))
        assert not self.faults, self.faults

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
        assert not self.faults, self.faults


def county() -> bytes:
    homes = [
        [f"6201-{number}", VILLAGE, f"户主{number}", "女", "突发严重困难户", "因病", "因残", "202203"]
        for number in range(HOMES)
    ]
    people = [[f"6201-{number}", f"孩子{number}", "男", "之子", "2010-02-03"] for number in range(HOMES)]
    return workbook(监测对象信息=[NATIONAL, *homes], 家庭成员=[PEOPLE, *people])


def state_of(caller: Caller, address: str) -> str:
    return str(caller.get(address).json()["state"])


def sends_a_file(caller: Caller) -> str:
    """Sends the county's file; gives the address of its run."""
    answer = caller.post("/api/v1/imports", fields={"file": ("永登县.xlsx", county()), "origin": "全国防返贫监测系统"})
    assert answer.status_code == 202, answer.content
    return f"/api/v1/imports/{answer.json()['id']}"


def asks_for_jobs(caller: Caller) -> tuple[str, str]:
    """A batch that is too large to be answered at once, and a file: both are taken at once, broker or not."""
    items = [household(9_000_000 + number) for number in range(LARGE)]
    batch = caller.once("POST", "/api/v1/batch", **as_json({"mode": "commit", "items": items}))
    wish = {"list": "households", "format": "csv", "purpose": "核对"}
    file = caller.once("POST", "/api/v1/exports", **as_json(wish))
    assert batch is not None
    assert file is not None
    assert (batch.status_code, file.status_code) == (202, 202)
    return f"/api/v1/imports/{batch.json()['id']}", f"/api/v1/exports/{file.json()['id']}"


def as_json(body: object) -> dict[str, object]:
    return {"body": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}


def test_servers_that_are_restarted_and_killed_under_load_lose_nothing(site: Site):
    token = AuthToken.objects.create(User.objects.get(username=LI))[1]
    load = Load(site, token)
    one = load.caller()
    for thread in load.threads:
        thread.start()
    try:
        run = sends_a_file(one)
        load.goes_on()
        with away("PostgreSQL", killed=False):
            pass
        load.goes_on()
        with away("PostgreSQL", killed=True):
            pass
        until(lambda: state_of(one, run) == "tried")
        assert one.post(f"{run}/apply").status_code == 202
        until(lambda: one.get(run).json()["done"] > 0)
        with away("PostgreSQL", killed=True):
            pass
        load.goes_on()
        with away("Valkey", killed=True):
            batch, file = asks_for_jobs(one)
            load.goes_on()
        with away("Valkey", killed=False):
            load.goes_on()
        load.goes_on()
        until(lambda: state_of(one, run) == "applied")
        until(lambda: state_of(one, batch) == "applied")
        until(lambda: state_of(one, file) == "ready")
    finally:
        load.end()
    seen = sum((caller.seen for caller in load.callers), Counter())
    print(seen)
    assert [each for caller in load.callers for each in caller.strange] == []
    assert set(seen) <= {200, 202, 503, "ProtocolError"}
    assert seen[503] > 0
    is_all_there_once(load)


def is_all_there_once(load: Load) -> None:
    """Everything that was answered to be there is there once, and the reader holds all of it."""
    kept = Household.objects.kept()
    assert kept.count() == len(load.sent) + HOMES + LARGE
    assert set(load.sent.values()) == {1}
    assert (Case.objects.count(), Membership.objects.count()) == (HOMES, kept.count() + HOMES)
    assert ExternalKey.objects.filter(namespace="medical").count() == len(load.sent) + LARGE
    registered = Counter(AuditEvent.objects.filter(action="household.registered").values_list("subject_id", flat=True))
    assert (len(registered), set(registered.values())) == (kept.count(), {1})
    load.reader.go_on()
    assert load.reader.drifted() == set()
    assert set(load.reader.records["households"]) == {str(key) for key in kept.values_list("pk", flat=True)}
