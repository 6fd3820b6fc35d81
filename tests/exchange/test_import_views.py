"""The pages of a file that comes in: sent, watched, shown, written, and its faulty rows mended."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from common.names import Name
from exchange import in_files, tasks
from exchange.models import Run
from exchange.operations.runner import carry_out
from exchange.rules.grid import Row
from exchange.rules.headings import EXAMPLE, guessed, records_of
from exchange.rules.kinds import KINDS, KindCode, values_of
from exchange.rules.outcomes import Item
from exchange.rules.workbooks import Workbook
from households.models import Household
from tests.cast import LI, SUN, VILLAGE, ZHOU, World, evening
from tests.exchange.operations.test_runs import HOME, SON, book
from tests.exchange.sheets import workbook
from tests.pages import Page, signed_in


@pytest.fixture
def client(world: World, monkeypatch) -> Client:
    """A caseworker's browser; a job works at once."""
    monkeypatch.setattr(tasks.work_on, "delay", lambda key: None)
    return signed_in(world[LI])


def send(client: Client, content: bytes, **told) -> Run:
    file = SimpleUploadedFile("户.xlsx", content)
    answer = client.post("/imports/", {"file": file, **told})
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.latest("at")


def worked(run: Run) -> None:
    tasks.work_on(str(run.pk))


def test_a_trial_says_that_nothing_is_written_and_what_was_taken_back_is_neither_linked_nor_offered_again(client):
    run = send(client, book([HOME]))
    worked(run)
    address = f"/imports/{run.pk}/"
    assert "Nothing is written yet." in client.get(address).content.decode()
    client.post(f"{address}apply/")
    worked(run)
    written = client.get(address).content.decode()
    assert "Nothing is written yet." not in written
    assert "/roll-back/" in written
    assert 'href="/households/0' in written
    client.post(f"{address}roll-back/")
    worked(run)
    taken_back = client.get(address).content.decode()
    assert "/roll-back/" not in taken_back
    assert 'href="/households/0' not in taken_back


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_file_is_sent_tried_shown_and_written(world, client, language):
    client = signed_in(world[LI], language)
    run = send(client, book([HOME, ["6201-2", "", *HOME[2:]]], [SON]))
    address = f"/imports/{run.pk}/"
    assert "hx-get" in client.get(f"{address}progress/").content.decode()
    worked(run)
    ended = client.get(f"{address}progress/")
    assert (ended.headers["HX-Refresh"], "hx-get" in ended.content.decode()) == ("true", False)
    page = Page(client.get(address).content.decode())
    assert page.inline == []
    assert [row[1][-2:] for row in page.rows[1:]] == ["张三", "张三", "小三"]
    assert client.post(f"{address}apply/").status_code == 302
    worked(run)
    home = Household.objects.get()
    assert f"/households/{home.pk}/" in Page(client.get(address).content.decode()).links
    assert address in Page(client.get("/imports/").content.decode()).links


def test_the_rows_can_be_narrowed_and_go_on_page_by_page(client, monkeypatch):
    monkeypatch.setattr("exchange.import_views.ROWS_A_PAGE", 2)
    run = send(client, book([[f"6201-{number}", *HOME[1:]] for number in range(3)] + [["6201-9", "", *HOME[2:]]]))
    worked(run)
    first = Page(client.get(f"/imports/{run.pk}/", {"became": "created"}).content.decode())
    assert len(first.rows) == 3
    following = next(link for link in first.links if "after=1" in link)
    assert len(Page(client.get(following).content.decode()).rows) == 2
    refused = client.get(f"/imports/{run.pk}/", {"became": "refused"}).content.decode()
    assert "Name the village of the household" in refused


def test_a_document_number_at_fault_is_shown_masked(client):
    run = send(client, book([[*HOME[:4], "629999198001010012", *HOME[5:]]]))
    worked(run)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "629999198001010012" not in page
    assert "6299************12" in page


def test_strange_columns_are_asked_for_and_the_file_is_tried_with_the_answer(client):
    run = send(client, workbook(表=[["户号", "住在", "当家的", "男女"], ["6201-1", VILLAGE, "张三", "男"]]))
    assert run.state == "waiting"
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "当家的" in page
    told = {"s0-kind": "household"} | {
        f"s0-c{place}": f"household.{name}"
        for place, name in enumerate(("national_number", "village", "head_name", "head_sex"))
    }
    assert client.post(f"/imports/{run.pk}/columns/", told).status_code == 302
    worked(run)
    run.refresh_from_db()
    assert (run.state, run.counts) == ("tried", {"created": 1})


def test_columns_that_are_not_enough_are_told(client):
    run = send(client, workbook(表=[["户编号", "甲"], ["6201-1", "张三"]]), kind="member")
    answer = client.post(f"/imports/{run.pk}/columns/", {"s0-kind": "member", "s0-c0": "member.household"})
    assert answer.status_code == 400
    assert "lacks: name, relationship to the head" in answer.content.decode()


def test_a_hostile_file_is_refused_on_the_form_and_keeps_nothing(client):
    answer = client.post("/imports/", {"file": SimpleUploadedFile("户.xlsx", b"%PDF-1.7 x")})
    assert answer.status_code == 400
    assert "This is no spreadsheet, whatever its name says" in answer.content.decode()
    assert not Run.objects.exists()


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client, settings):
    settings.MOST_UPLOADED = 100
    answer = client.post("/imports/", {"file": SimpleUploadedFile("户.xlsx", b"x" * 500)})
    assert answer.status_code == 400
    assert "too large" in answer.content.decode()


def test_faulty_rows_come_back_marked_and_can_be_sent_again(client):
    run = send(client, book([HOME, ["6201-2", "", *HOME[2:]]]))
    worked(run)
    client.post(f"/imports/{run.pk}/apply/")
    worked(run)
    content = client.get(f"/imports/{run.pk}/faulty.xlsx").content
    rows = [row.cells for row in Workbook(BytesIO(content)).rows(0)]
    assert len(rows) == 2
    assert rows[0][-3:] == ["What is wrong", "Code of the fault", "Line"]
    assert rows[1][-3:] == ["Name the village of the household, best by its code.", "invalid", "3"]
    headings = [column.heading.en for column in KINDS[KindCode.HOUSEHOLD].columns]
    mended = dict(zip(rows[0], rows[1], strict=True)) | {"village": VILLAGE}
    again = send(client, workbook(户=[headings, [mended.get(heading) for heading in headings]]))
    worked(again)
    again.refresh_from_db()
    assert again.counts == {"created": 1}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_template_is_read_back_as_what_it_is_and_its_example_is_refused(world, client, language):
    client = signed_in(world[LI], language)
    for code in (KindCode.HOUSEHOLD, KindCode.MEMBER, KindCode.CASE, KindCode.INCOME, KindCode.MEASURE, KindCode.VISIT):
        content = client.get(f"/imports/templates/{code}.xlsx").content
        run = send(client, content)
        worked(run)
        run.refresh_from_db()
        assert (run.state, next(iter(run.plans[0].kinds))) == ("tried", code)
        assert list(run.items.values_list("code", flat=True)) == ["example_row"]
    assert [sheet.name for sheet in Workbook(BytesIO(client.get("/imports/templates/all.xlsx").content)).sheets][
        :3
    ] == [
        str(KINDS[code].name.zh if language == "zh-hans" else KINDS[code].name.en)
        for code in (KindCode.HOUSEHOLD, KindCode.MEMBER, KindCode.CASE)
    ]


def test_somebody_elses_run_is_as_if_absent(world, client):
    run = send(client, book())
    other = signed_in(world[SUN])
    for part in ("", "progress/", "faulty.xlsx"):
        assert other.get(f"/imports/{run.pk}/{part}").status_code == 404
    assert other.post(f"/imports/{run.pk}/apply/").status_code == 404


def test_what_cannot_be_done_is_told_on_the_page(client):
    run = send(client, book())
    answer = client.post(f"/imports/{run.pk}/apply/")
    assert answer.status_code == 409
    assert "This is not possible now" in answer.content.decode()
    assert client.post(f"/imports/{run.pk}/burn/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_examples_of_the_templates_would_be_taken_without_their_mark(world, language):
    """One household as people would write it: registered, told of, surveyed and visited, each row after the others."""
    taken: list[str] = []
    with translation.override(language):
        for code in KindCode:
            book = Workbook(BytesIO(in_files.template([code])))
            headings, example = book.rows(0)
            first = str(example.cells[0]).removeprefix(str(Name(*EXAMPLE))).strip()
            cells = [first or None, *example.cells[1:]]
            found = guessed(book.sheets[0], [headings], {}, None)
            assert found is not None
            [(kind, told)] = records_of(found, Row(2, cells))
            assert kind is code
            by = world[ZHOU] if code is KindCode.DIVISION else world[LI]
            item = Item(0, code, values_of(KINDS[code], told))
            [outcome] = carry_out(items=[item], by=by, at=evening(date(2022, 9, 1)), trusts_present=True)
            taken.append(f"{code} {outcome.became} {outcome.field} {outcome.message}".strip())
    assert taken == ["division changed", *(f"{code} created" for code in KindCode if code is not KindCode.DIVISION)]
