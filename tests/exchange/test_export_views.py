"""Files from the pages: the list as it is filtered and ordered, with the columns that are ticked."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from accounts.models import AuditEvent
from common import jobs
from common.keyset import Order
from exchange import tasks
from exchange.models import ExportJob
from exchange.out_lists import OFFERS
from exchange.rules.page_state import COLUMNS, ORDERS, parameters_of
from households.models import Household
from reports import case_list, household_views, list_rows
from tests.cast import CHEN, CITY, COUNTY, OTHER_COUNTY, SUN, ZHOU, World
from tests.pages import signed_in

PAGES = {
    "/households/": "households",
    "/cases/": "cases",
    "/figures/monitoring.current.households/": "cases",
    "/quality/": "findings",
    "/visits/": "visits",
    "/warnings/": "warnings",
    "/conflicts/": "conflicts",
}
# What each page calls its rows.
SHOWN = ("records", "findings", "rows")


def form_of(client, address: str, **asked: str) -> dict[str, object]:
    """The form of a page from which a file is asked for, as it would be sent."""
    text = client.get(address, {"division": CITY, **asked}).content.decode()
    part = text[text.index('<details class="export card') :]
    hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part)}
    ticked = re.findall(r'name="columns" value="(\w+)" checked', part)
    return {"list": hidden["list"], "state": hidden["state"], "columns": ticked, "format": "csv", "purpose": "月度抽查"}


def rows_of(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("address", PAGES)
def test_each_page_of_a_list_gives_its_rows_as_a_file(peopled: World, address: str):
    client = signed_in(peopled[SUN])
    page = client.get(address, {"division": CITY}).context
    form = form_of(client, address)
    assert form["list"] == PAGES[address]
    headings, *rows = rows_of(client.post("/exports/", form))
    shown = next(page[name] for name in SHOWN if name in page)
    assert len(rows) == len(shown) > 0
    assert len(headings) == len(form["columns"])
    assert AuditEvent.objects.get(action="export").changes["rows"] == len(rows)


def test_the_file_is_narrowed_and_ordered_as_the_page_and_has_its_columns(peopled: World):
    client, asked = signed_in(peopled[SUN], "zh-hans"), {"status": "monitored", "sort": "newest", "cols": "number,code"}
    names = [row.name for row in client.get("/households/", {"division": CITY, **asked}).context["rows"]]
    headings, *rows = rows_of(client.post("/exports/", form_of(client, "/households/", **asked)))
    assert headings == ["户主姓名", "户编号", "行政村代码"]
    assert [row[0] for row in rows] == names
    assert len(names) == 2


def test_visits_are_narrowed_and_the_latest_first_as_on_their_page(peopled: World):
    peopled.visit(Household.objects.all()[0], date(2022, 4, 20))
    client, asked = signed_in(peopled[SUN]), {"visited_from": "2022-04-01", "purpose": "routine"}
    shown = [str(visit.pk) for visit in client.get("/visits/", {"division": CITY, **asked}).context["rows"]]
    headings, *rows = rows_of(client.post("/exports/", form_of(client, "/visits/", **asked)))
    assert [row[headings.index("record id")] for row in rows] == shown
    assert len(shown) == 3


def test_an_administrator_takes_the_divisions_along(peopled: World):
    client = signed_in(peopled[ZHOU])
    headings, *rows = rows_of(client.post("/exports/", form_of(client, "/divisions/")))
    assert headings[:2] == ["code", "name"]
    assert CITY in {row[0] for row in rows}


def test_every_order_of_the_pages_is_an_order_of_the_file():
    for listed, orders in (("households", household_views.ORDERS), ("cases", case_list.ORDERS)):
        offered = OFFERS[listed].view.orders
        for name, order in orders.items():
            other = ORDERS[listed][name]
            keys = Order(name, offered[other.removeprefix("-")], other.startswith("-"))
            assert (keys.keys, keys.descending) == (order.keys.keys, order.keys.descending), (listed, name)


def test_every_column_of_the_pages_has_one_in_the_file():
    assert set(COLUMNS) == set(list_rows.COLUMNS)
    assert {name for names in COLUMNS.values() for name in names} <= set(OFFERS["cases"].columns)


def test_days_that_a_list_does_not_know_are_left_out_and_nothing_else():
    state = {"division": CITY, "as_of": "2022-05-01", "cursor": "x", "cols": "head", "rule": "r", "status": ""}
    assert parameters_of("findings", state, {"division", "rule"}) == {"division": CITY, "rule": "r"}
    assert parameters_of("findings", {"colour": "red"}, {"division"}) == {"colour": "red"}


def test_a_refusal_keeps_what_was_typed(peopled: World):
    client = signed_in(peopled[SUN])
    form = form_of(client, "/households/") | {"purpose": " ", "columns": ["phone"], "format": "jsonl"}
    answer = client.post("/exports/", form)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert 'value="jsonl" selected' in text
    assert re.findall(r'name="columns" value="(\w+)" checked', text) == ["phone"]
    assert not AuditEvent.objects.filter(action="export").exists()


def test_a_long_list_stands_among_ones_own_files_until_it_can_be_fetched(peopled: World, monkeypatch, settings):
    settings.EXPORT_ROWS_AT_ONCE = 1
    monkeypatch.setattr(jobs.transaction, "on_commit", lambda act: act())
    queued: list[str] = []
    monkeypatch.setattr(tasks.write_export, "delay", queued.append)
    client = signed_in(peopled[SUN])
    answer = client.post("/exports/", form_of(client, "/households/"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/exports/")
    assert "hx-get" in client.get("/exports/").content.decode()
    tasks.write_export(queued[0])
    assert "hx-get" not in client.get("/exports/").content.decode()
    job = ExportJob.objects.get()
    fetched = client.get(f"/exports/{job.pk}/file/")
    assert b"".join(fetched.streaming_content).startswith("\ufeff".encode())
    assert f'filename="households-{CITY}-' in fetched.headers["Content-Disposition"]
    assert signed_in(peopled[CHEN]).get(f"/exports/{job.pk}/file/").status_code == 404


def test_a_file_can_be_given_up_on_the_page(peopled: World, monkeypatch, settings):
    settings.EXPORT_ROWS_AT_ONCE = 0
    monkeypatch.setattr(tasks.write_export, "delay", lambda key: None)
    client = signed_in(peopled[SUN])
    client.post("/exports/", {"list": "visits", "division": CITY, "format": "xlsx", "purpose": "抽查"})
    job = ExportJob.objects.get()
    assert client.post(f"/exports/{job.pk}/cancel/").status_code == 303
    assert ExportJob.objects.get().state == "cancelled"


@pytest.mark.parametrize("listed", [code for code, offer in OFFERS.items() if offer.view is not None])
def test_the_page_of_ones_files_offers_every_list(peopled: World, listed: str):
    text = signed_in(peopled[SUN]).get("/exports/", {"list": listed}).content.decode()
    assert f'<option value="{listed}" selected>' in text
    assert text.count('name="columns"') == len(OFFERS[listed].columns)


def test_figures_by_place_are_a_file_from_their_page(peopled: World):
    client = signed_in(peopled[SUN])
    headings, *rows = rows_of(client.post("/exports/", form_of(client, "/indicators/")))
    assert headings[:2] == ["division code", "division"]
    assert {row[0] for row in rows} == {CITY, COUNTY, OTHER_COUNTY}
