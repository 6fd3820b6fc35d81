"""Another system sends a file, looks at what it would do, has it written and takes it back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from exchange import tasks
from exchange.models import Run
from households.models import Household
from tests.cast import LI, SUN, VILLAGE, World
from tests.exchange.operations.test_runs import HOME, book
from tests.exchange.sheets import workbook
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


def test_strange_columns_are_said_by_a_program_and_the_file_is_tried_with_them(client):
    content = workbook(表=[["户号", "住在", "当家的", "男女"], ["6201-1", VILLAGE, "张三", "男"]], 空=[["甲"], ["1"]])
    sent = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", content)})
    assert sent.json()["state"] == "waiting"
    address = sent.headers["Location"] + "/columns"
    first, other = client.get(address).json()["sheets"]
    assert (first["headings"], first["kinds"], other["number"]) == (["户号", "住在", "当家的", "男女"], [], 1)
    names = ("national_number", "village", "head_name", "head_sex")
    columns = [{"place": place, "name": name} for place, name in enumerate(names)]
    told = {"sheets": [{"number": 0, "kinds": [{"kind": "household", "columns": columns}]}]}
    answer = client.post(address, told, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "reading")
    assert client.get(address).json()["sheets"][0]["kinds"] == told["sheets"][0]["kinds"]
    worked()
    held = client.get(sent.headers["Location"]).json()
    assert (held["state"], held["counts"]) == ("tried", {"created": 1})
    remembered = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", content)})
    assert remembered.json()["state"] == "reading"


HOUSEHOLDS = {"kind": "household", "columns": []}


@pytest.mark.parametrize(
    ("sheets", "code", "field"),
    [
        ([{"number": 7, "kinds": []}], "invalid", "number"),
        ([{"number": 0, "kinds": []}] * 2, "invalid", "number"),
        ([{"number": 0, "kinds": []}], "invalid", "kind"),
        ([{"number": 0, "kinds": [HOUSEHOLDS, HOUSEHOLDS]}], "invalid", "kind"),
        ([{"number": 0, "kinds": [HOUSEHOLDS | {"columns": [{"place": 0, "name": "x"}]}]}], "unknown_field", "name"),
        ([{"number": 0, "kinds": [HOUSEHOLDS | {"columns": [{"place": 9, "name": "phone"}]}]}], "invalid", "place"),
        (
            [
                {
                    "number": 0,
                    "kinds": [HOUSEHOLDS | {"columns": [{"place": place, "name": "phone"} for place in (0, 1)]}],
                }
            ],
            "invalid",
            "name",
        ),
        ([{"number": 0, "kinds": [{"kind": "member", "columns": []}]}], "missing", "sheet-0"),
        ([{"number": 0, "kinds": [], "read": True}], "unknown_field", "read"),
    ],
)
def test_columns_that_fit_no_sheet_are_refused_by_name(client, sheets, code, field):
    content = workbook(表=[["户号", "住在"], ["6201-1", VILLAGE]])
    address = client.post("/api/v1/imports", {"file": SimpleUploadedFile("户.xlsx", content)}).headers["Location"]
    answer = client.post(f"{address}/columns", {"sheets": sheets}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    assert client.get(address).json()["state"] == "waiting"


def test_a_field_beside_a_file_that_nobody_knows_is_refused(client):
    told = {"file": SimpleUploadedFile("户.xlsx", book()), "whole": "true"}
    answer = client.post("/api/v1/imports", told)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "unknown_field", "whole")


def test_a_large_batch_says_at_its_trial_what_it_would_refuse_when_it_is_written(client, monkeypatch):
    monkeypatch.setattr("exchange.batch_api.MOST_ITEMS", 1)
    household = {"kind": "household", "id": "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11"}
    values = {"village": VILLAGE, "head_name": "张三", "head_sex": "male"}
    client.post("/api/v1/batch", {"items": [household | {"values": values}]}, content_type="application/json")
    change = household | {"values": {"address": "三社12号"}}
    told = {"mode": "validate", "items": [change, {"kind": "visit", "values": {}}]}
    sent = client.post("/api/v1/batch", told, content_type="application/json")
    worked()
    items = client.get(sent.headers["Location"] + "/items").json()["results"]
    assert [item["code"] for item in items] == ["version_missing", "missing"]


def test_a_file_that_is_sent_again_under_its_key_is_taken_once_however_large_it_is(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000  # a body in memory; a file is no such one
    content = book([[f"6201-{number}", *HOME[1:]] for number in range(200)])

    def sent(content: bytes, boundary: str, **more: str):
        files = {"file": SimpleUploadedFile("户.xlsx", content), **more}
        body = encode_multipart(boundary, files)
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post("/api/v1/imports", body, content_type=kind, headers={"Idempotency-Key": "load-1"})

    first, again = sent(content, "one"), sent(content, "other")
    assert (first.status_code, again.status_code, again.json()["id"]) == (202, 202, first.json()["id"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [answer.json()["code"] for answer in (sent(book(), "one"), sent(content, "one", is_whole="true"))] == [
        "idempotency_key_reused"
    ] * 2
    worked()
    assert Run.objects.get().counts == {"created": 200}
