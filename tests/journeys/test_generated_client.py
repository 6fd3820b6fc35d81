"""A client that a public generator makes from the OpenAPI document does a whole sync against a running server."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from common.database import as_owner
from common.ids import new_id
from households.models import Household, Membership
from tests.cast import BUREAU, CITY, FAR_VILLAGE, VILLAGE, World

DOCUMENT = Path(__file__).parents[2] / "docs/api/openapi.yaml"
PASSWORD = "a-long-phrase-of-the-bureau"
MARCH = date(2022, 3, 1)
NAME = "shouwang_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a module of the generated client; the generator must have no complaint about the document."""
    folder = tmp_path_factory.mktemp("client")
    tools = Path(sys.executable).parent
    command = ["generate", "--path", str(DOCUMENT), "--meta", "none", "--output-path", str(folder / NAME)]
    made = subprocess.run(
        [tools / "openapi-python-client", *command, "--fail-on-warning"],
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    sys.path.remove(str(folder))
    for name in [each for each in sys.modules if each.split(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def site(django_db_setup: None, django_db_blocker) -> Iterator[tuple[str, World]]:
    """A server with real transactions; everything is gone again afterwards."""
    with django_db_blocker.unblock():
        world = World.begin()
        world.monitored(MARCH)
        world.monitored(MARCH, village=FAR_VILLAGE)
        world.household(MARCH)
        world[BUREAU].set_password(PASSWORD)
        world[BUREAU].save(update_fields=["password"])
        server = LiveServer("127.0.0.1")
        try:
            yield server.url, world
        finally:
            server.stop()
            with as_owner():
                call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def client(generated: Callable[[str], ModuleType], site: tuple[str, World]) -> Iterator[Any]:
    """The generated client, signed in by a token that it got itself."""
    made = generated("client").AuthenticatedClient
    basic = b64encode(f"{BUREAU}:{PASSWORD}".encode()).decode()
    wish = generated("models").TokenWish(days=1)
    with made(site[0], token=basic, prefix="Basic") as by_password:
        issued = generated("api.tokens.tokens_create").sync(client=by_password, body=wish)
    with made(site[0], token=issued.token, prefix="Token") as by_token:
        yield by_token


def every(asked: Callable[..., Any], client: Any, **given: object) -> list[Any]:
    """All rows of a list, two a page, page after page by the cursor in `next`."""
    rows: list[Any] = []
    while True:
        page = asked(client=client, page_size=2, **given)
        rows += page.results
        if not page.next_:
            return rows
        given["cursor"] = page.next_.split("cursor=")[1].split("&")[0]


def test_a_generated_client_reads_everything_and_writes(generated: Any, client: Any) -> None:
    asked = {name: generated(f"api.{name}.{name}_list").sync for name in ("divisions", "households", "members")}
    assert {row.code for row in every(asked["divisions"], client)} >= {CITY, VILLAGE}
    households, members = (every(asked[name], client, division=CITY) for name in ("households", "members"))
    assert {row.id for row in households} == set(Household.objects.values_list("pk", flat=True))
    assert {row.id for row in members} == set(Membership.objects.values_list("pk", flat=True))

    key, models = new_id(), generated("models")
    values = {"village": VILLAGE, "head_name": "张三", "head_sex": "male", "registered_on": "2022-03-01"}
    item = models.BatchItem.from_dict({"kind": "household", "id": str(key), "values": values})
    for became in ("created", "unchanged"):
        answer = generated("api.batch.v1_batch_create").sync(client=client, body=models.Batch(items=[item]))
        assert [(result.became.value, UUID(result.id)) for result in answer.results] == [(became, key)]
    assert Household.objects.get(pk=key).village_id == VILLAGE


def test_a_generated_client_is_in_step_by_the_feed_and_by_a_file(generated: Any, client: Any) -> None:
    feed, held, cursor, has_more = generated("api.changes.v1_changes").sync, {}, None, True
    while has_more:
        page = feed(client=client, kinds="households", page_size=2, **({"cursor": cursor} if cursor else {}))
        held |= {entry.id: entry.record for entry in page.results}
        cursor, has_more = page.cursor, page.has_more
    kept = {str(key) for key in Household.objects.values_list("pk", flat=True)}
    assert {key for key, record in held.items() if record is not None} == kept

    wish = generated("models").ExportWish.from_dict(
        {"list": "households", "parameters": {"division": CITY}, "fields": ["id"], "purpose": "同步"}
    )
    told = generated("api.exports.exports_create").sync(client=client, body=wish)
    assert told.state.value == "ready"
    file = generated("api.exports.exports_file_retrieve").sync(str(told.id), client=client)
    assert {orjson.loads(line)["id"] for line in file.payload.read().splitlines()} == kept
