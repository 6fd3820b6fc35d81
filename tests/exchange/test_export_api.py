"""Files for other systems: asked for, written at once or by a job, fetched by nobody else, kept for a time."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import orjson
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Role
from common import jobs
from exchange import tasks
from exchange.models import ExportJob
from exchange.operations import export_jobs, runner
from exchange.rules.intake import item_of
from exchange.rules.kinds import KINDS, Kind, KindCode
from exchange.rules.out_columns import KIND_OF
from households.models import Household
from tests.cast import CHEN, CITY, LI, SUN, World
from tests.pages import signed_in

MARCH = date(2022, 3, 1)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch, settings) -> list[str]:
    """Every list is long; the jobs that would be queued once what they need is committed."""
    monkeypatch.setattr(jobs.transaction, "on_commit", lambda act: act())
    settings.EXPORT_ROWS_AT_ONCE = 0
    held: list[str] = []
    monkeypatch.setattr(tasks.write_export, "delay", held.append)
    return held


def ask(client: Client, **told: object) -> Any:
    sent = {"list": "households", "parameters": {"division": CITY}, "purpose": "月度抽查", **told}
    return client.post("/api/v1/exports", sent, content_type="application/json")


def content(client: Client, answer: Any) -> bytes:
    fetched = client.get(f"/api/v1/exports/{answer.json()['id']}/file")
    assert fetched.status_code == 200
    whole = b"".join(fetched.streaming_content)
    assert int(fetched.headers["Content-Length"]) == len(whole)
    return whole


def sheet(client: Client, **told: object) -> list[list[Any]]:
    """The cells of a workbook, the headings first."""
    book = openpyxl.load_workbook(io.BytesIO(content(client, ask(client, format="xlsx", **told))))
    return [[cell.value for cell in row] for row in book.active]


def test_a_short_list_is_ready_at_once_and_each_step_is_written_down(peopled: World):
    client = signed_in(peopled[SUN])
    answer = ask(client, fields=["id", "head"])
    told = answer.json()
    assert (answer.status_code, told["state"], told["rows_written"], told["numbers"]) == (201, "ready", 3, "masked")
    assert answer.headers["Location"].endswith(f"/api/v1/exports/{told['id']}")
    rows = [orjson.loads(line) for line in content(client, answer).splitlines()]
    assert [sorted(row) for row in rows] == [["head", "id"]] * 3
    events = AuditEvent.objects.filter(action__startswith="export").order_by("pk")
    assert [event.action for event in events] == ["export", "export_written", "export_fetched"]
    assert (events[0].changes["purpose"], events[0].changes["rows"]) == ("月度抽查", 3)


def test_what_is_kept_tells_nothing_to_who_opens_the_storage(peopled: World):
    answer = ask(signed_in(peopled[SUN]), fields=["village_name"])
    job = ExportJob.objects.get(pk=answer.json()["id"])
    with default_storage.open(job.file) as kept:
        assert "高坪村".encode() not in kept.read()


def test_the_three_formats_hold_the_same_rows(peopled: World):
    client, fields = signed_in(peopled[SUN], "zh-hans"), ["id", "persons", "is_former_poor"]
    lines = [orjson.loads(line) for line in content(client, ask(client, fields=fields)).splitlines()]
    cells = sheet(client, fields=fields)
    text = content(client, ask(client, fields=fields, format="csv")).decode("utf-8-sig")
    assert cells[0] == ["记录标识", "家庭人口", "是否脱贫户"]
    assert cells[1:] == [[row["id"], row["persons"], "是" if row["is_former_poor"] else "否"] for row in lines]
    assert list(csv.reader(io.StringIO(text))) == [cells[0], *([row[0], f"{row[1]:.0f}", row[2]] for row in cells[1:])]


@pytest.mark.parametrize("shape", ["xlsx", "csv"])
def test_a_text_that_would_run_as_a_formula_stays_a_text(peopled: World, shape: str):
    Household.objects.update(address='=HYPERLINK("http://evil","x")')
    client = signed_in(peopled[SUN])
    body = content(client, ask(client, fields=["address"], format=shape))
    if shape == "csv":
        cells = [row[0] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))][1:]
        assert all(cell.startswith("'=") for cell in cells)
    else:
        cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(body)).active][1:]
        assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert len(cells) == 3


def test_a_long_list_is_written_by_a_job(peopled: World, queued: list[str]):
    client = signed_in(peopled[SUN])
    answer = ask(client)
    key = answer.json()["id"]
    assert (answer.status_code, answer.json()["state"], queued) == (202, "waiting", [key])
    assert client.get(f"/api/v1/exports/{key}/file").status_code == 409
    tasks.write_export(key)
    told = client.get(f"/api/v1/exports/{key}").json()
    assert (told["state"], told["rows_written"], told["fault"]) == ("ready", 3, "")
    tasks.write_export(key)
    assert content(client, answer).count(b"\n") == 3


def test_nobody_else_learns_of_a_file(peopled: World):
    key = ask(signed_in(peopled[SUN])).json()["id"]
    other = signed_in(peopled[CHEN])
    assert [other.get(f"/api/v1/exports/{key}{end}").status_code for end in ("", "/file")] == [404, 404]
    assert other.post(f"/api/v1/exports/{key}/cancel").status_code == 404
    assert other.get("/api/v1/exports").json() == {"results": []}


def test_a_file_is_fetched_only_while_the_posting_holds(peopled: World):
    client = signed_in(peopled[SUN])
    key = ask(client).json()["id"]
    peopled[SUN].postings.update(ends_on=date(2022, 12, 31))
    assert client.get(f"/api/v1/exports/{key}/file").status_code in {403, 404}


def test_whole_numbers_are_fetched_only_while_they_may_be_read(peopled: World):
    client = signed_in(peopled[SUN])
    plain = ask(client, list="members", fields=["number"]).json()["id"]
    whole = ask(client, list="members", fields=["number"], numbers="whole", reason="核对").json()["id"]
    peopled[SUN].postings.update(role=Role.CASEWORKER.value)
    assert [client.get(f"/api/v1/exports/{key}/file").status_code for key in (plain, whole)] == [200, 403]
    assert AuditEvent.objects.filter(action="export_fetched").count() == 1


def test_a_job_of_who_lost_the_posting_meanwhile_fails_with_a_sentence(peopled: World, queued: list[str]):
    client = signed_in(peopled[SUN])
    key = ask(client).json()["id"]
    peopled[SUN].postings.update(ends_on=date(2022, 12, 31))
    tasks.write_export(key)
    job = ExportJob.objects.get(pk=key)
    assert (job.state, bool(job.fault), job.file) == ("failed", True, "")


def test_a_file_that_is_given_up_is_not_written(peopled: World, queued: list[str]):
    client = signed_in(peopled[SUN])
    key = ask(client).json()["id"]
    assert client.post(f"/api/v1/exports/{key}/cancel").json()["state"] == "cancelled"
    tasks.write_export(key)
    assert ExportJob.objects.get(pk=key).state == "cancelled"
    assert client.post(f"/api/v1/exports/{key}/cancel").status_code == 409


def test_too_many_files_at_once_are_refused(peopled: World, queued: list[str]):
    client = signed_in(peopled[SUN])
    answers = [ask(client) for _number in range(export_jobs.MOST_UNDER_WAY + 1)]
    assert [each.status_code for each in answers] == [202] * export_jobs.MOST_UNDER_WAY + [409]
    assert answers[-1].json()["code"] == "too_many_exports"


def test_files_are_deleted_when_their_time_is_over(peopled: World, queued: list[str]):
    client = signed_in(peopled[SUN])
    key = ask(client).json()["id"]
    tasks.write_export(key)
    ExportJob.objects.filter(pk=key).update(kept_until=timezone.now())
    name = ExportJob.objects.get(pk=key).file
    assert client.get(f"/api/v1/exports/{key}/file").status_code == 409
    tasks.look_after_exports()
    assert not default_storage.exists(name)
    assert (ExportJob.objects.get(pk=key).state, ExportJob.objects.get(pk=key).file) == ("expired", "")


def test_a_run_that_died_is_begun_anew_and_the_dead_one_cannot_finish(peopled: World, queued: list[str]):
    key = ask(signed_in(peopled[SUN])).json()["id"]
    job = export_jobs.take_up(key=ExportJob.objects.get(pk=key).pk, at=timezone.now())
    assert export_jobs.take_up(key=job.pk, at=timezone.now()) is None
    tasks.look_after_exports()
    assert queued == [key]
    ExportJob.objects.update(heard_at=timezone.now() - export_jobs.SILENCE - timedelta(seconds=1))
    tasks.look_after_exports()
    assert queued == [key, key]
    tasks.write_export(key)
    assert ExportJob.objects.get(pk=key).state == "ready"
    assert not export_jobs.tell(job=job, rows=1, at=timezone.now())
    given = {"file": "half", "size": 1, "at": timezone.now(), "kept_until": timezone.now()}
    assert not export_jobs.finish(job=job, rows=1, **given)
    assert ExportJob.objects.get(pk=key).rows_written == 3


def test_whole_numbers_need_the_permission_and_a_reason_which_is_written_down(peopled: World):
    told = {"list": "members", "numbers": "whole", "fields": ["number"]}
    without, held = signed_in(peopled[LI]), signed_in(peopled[SUN])
    assert ask(without, **told, reason="核对").status_code == 403
    assert ask(held, **told).json()["field"] == "reason"
    numbers = [
        orjson.loads(line)["number"] for line in content(held, ask(held, **told, reason="医保核对")).splitlines()
    ]
    assert numbers
    assert all(len(number) in {0, 18} and "*" not in number for number in numbers)
    changes = AuditEvent.objects.get(action="export").changes
    assert (changes["document_numbers"], changes["reason"]) == ("whole", "医保核对")


@pytest.mark.parametrize(
    ("told", "field"),
    [({"purpose": " "}, "purpose"), ({"list": "luck"}, "list"), ({"format": "pdf"}, "format")],
)
def test_what_cannot_be_is_refused_by_name(peopled: World, told: dict[str, str], field: str):
    answer = ask(signed_in(peopled[SUN]), **told)
    assert answer.status_code == 400
    assert field in str(answer.json())
    assert not ExportJob.objects.exists()


def read_back(kind: Kind, headings: list[str], cells: list[Any]) -> dict[str, Any]:
    """A row of a sheet as an item of that kind: the columns that its headings name."""
    known = {heading: column.name for column in kind.columns for heading in column.headings}
    given = {known[heading]: cell for heading, cell in zip(headings, cells, strict=True) if heading in known}
    return {"kind": kind.code.value, "values": {name: cell for name, cell in given.items() if cell is not None}}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("numbers", ["masked", "whole"])
@pytest.mark.parametrize("listed", ["households", "members", "measures"])
def test_a_sheet_that_went_out_comes_in_again_and_changes_nothing(
    peopled: World, listed: str, numbers: str, language: str
):
    client = signed_in(peopled[SUN], language)
    headings, *rows = sheet(client, list=listed, numbers=numbers, reason="核对")
    kind = KINDS[KIND_OF[listed][0]]
    items = [item_of(number, read_back(kind, headings, row)) for number, row in enumerate(rows)]
    outcomes = runner.carry_out(items=items, by=peopled[LI], at=timezone.now(), trusts_present=True)
    assert [(each.became.value, each.message) for each in outcomes] == [("unchanged", "")] * len(rows)
    assert rows


def test_what_is_changed_in_a_sheet_that_went_out_is_changed_by_it(peopled: World):
    headings, *rows = sheet(signed_in(peopled[SUN], "zh-hans"), list="households")
    rows[1][headings.index("户联系电话")] = "13812345678"
    items = [item_of(number, read_back(KINDS[KindCode.HOUSEHOLD], headings, row)) for number, row in enumerate(rows)]
    outcomes = runner.carry_out(items=items, by=peopled[LI], at=timezone.now(), trusts_present=True)
    assert [each.became.value for each in outcomes] == ["unchanged", "changed", "unchanged"]
    assert Household.objects.get(phone="13812345678").pk == UUID(rows[1][headings.index("记录标识")])


def test_a_file_whose_job_the_broker_never_had_is_queued_anew(peopled: World, queued: list[str], monkeypatch):
    monkeypatch.setattr(tasks.write_export, "delay", lambda key: (_ for _ in ()).throw(ConnectionError("away")))
    asked = ask(signed_in(peopled[SUN]))
    assert (asked.status_code, ExportJob.objects.get().state) == (202, "waiting")
    monkeypatch.setattr(tasks.write_export, "delay", queued.append)
    tasks.look_after_exports()
    assert queued == []
    ExportJob.objects.update(heard_at=timezone.now() - export_jobs.LONGEST_WAIT - timedelta(seconds=1))
    tasks.look_after_exports()
    assert queued == [str(ExportJob.objects.get().pk)]
