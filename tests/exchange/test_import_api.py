"""Another system sends a file, looks at what it would do, has it written and takes it back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exchange import tasks
from exchange.models import Run
from households.models import Household
from tests.cast import LI, SUN, VILLAGE, World
from tests.exchange.operations.test_runs import HOME, book
from tests.pages import signed_in


@pytest.fixture
def client(world: World, monkeypatch) -> Client:
    """A client of the API; a job works when the test says so."""
    monkeypatch.setattr(tasks.work_on, "delay", lambda key: None)
    return signed_in(world[LI])


def worked() -> None:
    tasks.work_on(str(Run.objects.get().pk))


def test_a_file_is_sent_tried_written_and_taken_back(client):
    content = book([HOME, ["6201-2", "", *HOME[2:]]])
    sent = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", content)})
    assert (sent.status_code, sent.json()["state"]) == (202, "reading")
    address = sent.headers["Location"]
    worked()
    assert client.get(address).json()["counts"] == {"created": 1, "refused": 1}
    [refused] = client.get(f"{address}/items", {"became": "refused"}).json()["results"]
    assert (refused["line"], refused["field"], refused["code"]) == (3, "village", "invalid")
    assert client.post(f"{address}/apply").status_code == 202
    worked()
    assert Household.objects.kept().count() == 1
    assert client.post(f"{address}/rollback").json()["state"] == "rolling_back"
    worked()
    assert not Household.objects.kept().exists()
    assert [item["undone"] for item in client.get(f"{address}/items", {"became": "created"}).json()["results"]] == [
        "undone"
    ]


def test_what_cannot_be_done_is_refused_with_its_code(client):
    sent = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", b"%PDF-1.7")})
    assert (sent.status_code, sent.json()["code"]) == (400, "not_a_sheet")
    address = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", book())}).headers["Location"]
    assert client.post(f"{address}/rollback").json()["code"] == "nothing_to_do"
    assert client.get(f"{address}/items", {"after": "x"}).json()["code"] == "invalid_parameter"
    assert client.post(f"{address}/cancel").json()["state"] == "cancelled"


def test_somebody_elses_run_is_as_if_absent(world, client):
    address = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", book())}).headers["Location"]
    other = signed_in(world[SUN])
    assert other.get(address).status_code == other.get(f"{address}/items").status_code == 404
    assert other.get("/api/v1/imports").json() == {"results": []}


@pytest.mark.parametrize(("atomic", "state", "kept"), [("each", "applied", 2), ("all", "tried", 0)])
def test_a_batch_beyond_a_thousand_becomes_a_run(client, monkeypatch, atomic, state, kept):
    monkeypatch.setattr("exchange.batch_api.MOST_ITEMS", 2)
    values = {"village": VILLAGE, "head_name": "张三", "head_sex": "male"}
    items = [{"kind": "household", "values": {**values, "phone": f"1390000000{number}"}} for number in range(2)]
    told = {"atomic": atomic, "items": [*items, {"kind": "household", "values": {"village": VILLAGE, "x": 1}}]}
    sent = client.post("/api/v1/batch", told, content_type="application/json")
    assert sent.status_code == 202
    worked()
    ended = client.get(sent.headers["Location"]).json()
    assert (ended["state"], ended["counts"], Household.objects.count()) == (
        state, {"created": 2, "refused": 1}, kept,
    )  # fmt: skip
