"""The lists of households and cases with their files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from common.crypto import decrypt
from common.keyset import Position, encode
from exchange import out_lists
from households.models import Case, Household, Member
from households.operations import surveys
from households.operations.surveys import Income
from households.rules.incomes import IncomeItems
from reports import listing
from reports.household_views import ORDERS as HOUSEHOLD_ORDERS
from tests.cast import CITY, COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, SUN, VILLAGE, World, evening
from tests.pages import file_of, read, signed_in

APRIL, JULY = date(2022, 4, 1), date(2022, 7, 1)
SCOPE = {"division": CITY, "as_of": "2022-09-05", "period_start": "2022-01-01"}


def posted_to(division: str) -> User:
    """A new supervisor of one division."""
    user = User.objects.create(username=division)
    user.postings.create(role=Role.SUPERVISOR.value, division_id=division, starts_on=date(2020, 1, 1))
    return user


def keys(client: Client, address: str, asked: dict[str, str] | None = None) -> list[object]:
    """The households of a list, page after page as its links lead."""
    found: list[object] = []
    page = client.get(address, asked).context
    while True:
        found += [row.household.pk for row in page["records"]]
        if not page["next_address"]:
            return found
        page = client.get(page["next_address"]).context


def test_the_cases_page_is_narrowed_by_figure_and_household_which_its_bar_carries_on(peopled: World):
    client, case = signed_in(peopled[SUN]), Case.objects.get(village_id=VILLAGE)
    asked = {**SCOPE, "indicator": "monitoring.total.households", "household": str(case.household_id)}
    answer = client.get("/cases/", asked)
    assert [row.span.case_id for row in answer.context["records"]] == [case.pk]
    assert [chip.text for chip in answer.context["chips"]] == [
        "Figure: Monitored, eliminated included",
        "Household: 张三",
    ]
    for name in ("indicator", "household"):
        assert f'<input type="hidden" name="{name}" value="{asked[name]}">' in answer.content.decode()
    for wrong in ({"indicator": "funds.arrived"}, {"indicator": "x"}, {"household": "x"}):
        assert client.get("/cases/", {**SCOPE, **wrong}).status_code == 400


def test_the_list_shows_every_household_of_the_scope_and_each_name_opens_its_page(peopled: World):
    client = signed_in(peopled[SUN])
    page = client.get("/households/", SCOPE)
    assert page.context["total"] == "4"
    assert "no case" in page.content.decode()
    for row in page.context["rows"]:
        assert client.get(row.address).status_code == 200
        assert dict(parse_qsl(urlsplit(row.address).query)) == SCOPE


def test_a_filter_bar_becomes_an_address_that_says_only_what_was_set(peopled: World):
    client = signed_in(peopled[SUN])
    sent = {**SCOPE, "q": " 张 ", "status": "monitored", "risk": "", "sort": "newest"}
    answer = client.post("/households/", {**sent, "cols": ["status", "income"]})
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/households/"
    assert dict(parse_qsl(address.query)) == {
        **SCOPE,
        "q": "张",
        "status": "monitored",
        "sort": "newest",
        "cols": "status,income",
    }
    page = client.get(answer.headers["Location"])
    assert page.context["total"] == "2"
    assert [heading for heading, _kind in page.context["headings"]] == [
        "Head of household",
        "Status",
        "Net income per person (yuan)",
    ]
    first = ["village", "persons", "type", "status", "risks", "measures"]
    assert "cols" not in client.post("/households/", {**SCOPE, "cols": first}).headers["Location"]


def test_a_day_before_the_period_begins_a_period_of_its_own(peopled: World):
    answer = signed_in(peopled[SUN]).post("/households/", {**SCOPE, "as_of": "2021-06-30"})
    assert dict(parse_qsl(urlsplit(answer.headers["Location"]).query)) == {"division": CITY, "as_of": "2021-06-30"}


def test_a_document_number_opens_its_household_and_stays_out_of_every_address(peopled: World):
    client = signed_in(peopled[SUN])
    household = peopled.household(APRIL, persons=1)
    number = number_of(peopled)
    answer = client.post("/households/", {**SCOPE, "q": f" {number} "})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/households/{household.pk}/?")
    assert number not in answer.headers["Location"]
    unknown = next(peopled.numbers)
    answer = client.post("/households/", {**SCOPE, "q": unknown}, follow=True)
    assert "No household here has a member with this document number" in answer.content.decode()
    assert unknown not in answer.content.decode() + answer.redirect_chain[0][0]
    assert client.get("/households/", {**SCOPE, "q": number}).status_code == 400


def number_of(world: World) -> str:
    """The document number of the person who was registered last."""
    return decrypt(Member.objects.latest("pk").document_token)


def test_a_supervisor_of_one_county_finds_nothing_of_another_by_any_door(peopled: World):
    stranger = Household.objects.get(village_id=FAR_VILLAGE)
    case = Case.objects.get(household=stranger)
    number = decrypt(stranger.memberships.first().member.document_token)
    client = signed_in(posted_to(COUNTY))
    as_of = {"as_of": "2022-09-05"}
    assert stranger.pk not in keys(client, "/households/", as_of)
    assert len(keys(client, "/households/", as_of)) == 3
    for q in ("文山村", FAR_VILLAGE, OTHER_COUNTY, "石洞镇"):
        assert keys(client, "/households/", {**as_of, "q": q}) == []
    answer = client.post("/households/", {**as_of, "division": COUNTY, "q": number})
    assert str(stranger.pk) not in answer.headers["Location"]
    assert client.post("/households/", {**as_of, "division": OTHER_COUNTY, "q": number}).status_code == 404
    for address in (f"/households/{stranger.pk}/", f"/cases/{case.pk}/"):
        assert client.get(address, as_of).status_code == 404
        assert signed_in(peopled[SUN]).get(address, as_of).status_code == 200
    for beyond in (OTHER_COUNTY, FAR_VILLAGE, CITY):
        for address in ("/households/", "/cases/", "/figures/elimination.households/"):
            assert client.get(address, {**as_of, "division": beyond}).status_code == 404
        for listed in ("households", "cases"):
            asked = {"list": listed, "state": urlencode({**as_of, "division": beyond}), "format": "csv", "purpose": "x"}
            assert client.post("/exports/", asked).status_code == 404
    assert len(keys(client, "/cases/", as_of)) == 2
    assert len(file_of(client, "households", as_of)) == 4


def test_a_cursor_of_another_county_shows_nothing_of_it(peopled: World):
    stranger = Household.objects.get(village_id=FAR_VILLAGE)
    client = signed_in(posted_to(COUNTY))
    for backward in (False, True):
        position = Position((FAR_VILLAGE, str(stranger.pk)), backward)
        cursor = encode(HOUSEHOLD_ORDERS["village"].keys, position)
        found = keys(client, "/households/", {"as_of": "2022-09-05", "cursor": cursor})
        assert stranger.pk not in found


@pytest.mark.parametrize(
    ("order", "column", "cells"),
    [
        ("head", "head", ["丙", "丁", "甲", "乙"]),
        ("largest", "persons", ["5", "4", "3", "1"]),
        ("smallest", "persons", ["1", "3", "4", "5"]),
        ("poorest", "net_per_capita", ["4000.50", "9000.00", "12000.00", ""]),
        ("richest", "net_per_capita", ["12000.00", "9000.00", "4000.50", ""]),
        ("identified", "identified_on", ["2022-06-01", "2022-04-01", "2022-03-01", ""]),
        ("eliminated", "eliminated_on", ["2022-07-01", "", "", ""]),
    ],
)
def test_page_and_file_follow_the_order_by_what_the_list_shows(
    world: World, monkeypatch: pytest.MonkeyPatch, order: str, column: str, cells: list[str]
):
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 2)
    monkeypatch.setattr(out_lists, "ROWS_A_CHUNK", 3)
    many = world.monitored(date(2022, 3, 1), persons=4).household
    world.join(many, date(2022, 8, 1))
    few = world.monitored(date(2022, 6, 1), persons=1).household
    gone = world.eliminated(APRIL, JULY, persons=4, village=FAR_VILLAGE).household
    alone = world.household(APRIL, persons=3)
    for household, name, wage in ((many, "丙", 45000), (few, "丁", 12000), (gone, "甲", 16002), (alone, "乙", None)):
        Member.objects.filter(memberships__household=household, memberships__relationship="head").update(name=name)
        if wage:
            none = Decimal(0)
            items = IncomeItems(Decimal(wage), none, none, none, none, none, none)
            size = {"丙": 5, "丁": 1, "甲": 4}[name]
            days = (date(2021, 8, 1), date(2022, 8, 1))
            surveys.record_income(
                income=Income(household, "yearly", days[1], *days, size, items, world[LI], evening(days[1]))
            )
    client = signed_in(world[SUN])
    asked = {**SCOPE, "sort": order}
    _headings, *rows = file_of(client, "households", asked, column, "head")
    assert [row[0] for row in rows] == cells
    named = {"丙": many.pk, "丁": few.pk, "甲": gone.pk, "乙": alone.pk}
    assert keys(client, "/households/", asked) == [named[row[-1]] for row in rows]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/households/?statuss=monitored", "Unknown parameter “statuss”"),
        ("/households/?status=nonsense", "status"),
        ("/households/?has_no_labour=maybe", "has_no_labour"),
        ("/households/?cols=head,phone", "There is no column “phone”"),
        ("/households/?cols=waiting", "There is no column “waiting”"),
        ("/households/?sort=name", "There is no order “name”"),
        ("/households/?cursor=x", "Start from the first page"),
        ("/households/?q=" + "x" * 101, "q:"),
        ("/cases/?status=none", "status"),
        ("/cases/?q=x", "Unknown parameter “q”"),
        ("/figures/elimination.rate/?status=monitored", "Unknown parameter “status”"),
        ("/figures/elimination.rate/?cols=x", "There is no column “x”"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(peopled: World, address: str, sentence: str):
    answer = signed_in(peopled[SUN]).get(address)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_a_set_filter_is_told_and_can_be_taken_away(peopled: World):
    page = signed_in(peopled[SUN]).get(
        "/households/", {**SCOPE, "status": "eliminated", "indicator": "elimination.households", "sort": "newest"}
    )
    told = {chip.text: dict(parse_qsl(urlsplit(chip.address).query)) for chip in page.context["chips"]}
    assert told == {
        "Status: risk eliminated": {**SCOPE, "indicator": "elimination.households", "sort": "newest"},
        "Figure: Risk eliminated": {**SCOPE, "status": "eliminated", "sort": "newest"},
    }


def test_the_total_is_told_where_it_is_known_and_counted_on_request(peopled: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 2)
    client = signed_in(peopled[SUN])
    page = client.get("/households/", SCOPE)
    assert page.context["total"] == ""
    assert client.get(page.context["count_address"]).context["total"] == "4"
    second = client.get(page.context["next_address"]).context
    assert [row.household.pk for row in client.get(second["previous_address"]).context["records"]] == [
        row.household.pk for row in page.context["records"]
    ]


def test_an_empty_list_says_why(peopled: World):
    client = signed_in(peopled[SUN])
    assert "Nothing here satisfies all of these filters" in client.get("/households/?q=none").content.decode()
    early = {**SCOPE, "as_of": "2020-01-01", "period_start": "2020-01-01"}
    assert "No household is registered here on this day" in client.get("/households/", early).content.decode()
    assert "No case is recorded here on this day" in client.get("/cases/", early).content.decode()
    last = Position((FAR_VILLAGE, "ffffffff-ffff-ffff-ffff-ffffffffffff"))
    beyond = {**SCOPE, "cursor": encode(HOUSEHOLD_ORDERS["village"].keys, last)}
    assert "The list ends before this page" in client.get("/households/", beyond).content.decode()


def test_a_record_page_offers_the_divisions_nearby_in_its_frame(peopled: World):
    case = Case.objects.filter(village_id=VILLAGE).first()
    client = signed_in(peopled[SUN])
    for address in (f"/households/{case.household_id}/", f"/cases/{case.pk}/"):
        links = read(client, address, SCOPE).links
        assert any(link.startswith(f"/?division={COUNTY}&as_of=2022-09-05") for link in links), address
