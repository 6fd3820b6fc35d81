"""The overview and the lists behind its figures: the same numbers, within one's postings, at a bounded cost."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from assistance.rules.categories import Category
from demo.models import Demonstration
from households.models import Division
from reports import listing
from reports.sources import by_id
from tests.cast import CITY, COUNTY, FAR_VILLAGE, NEXT_VILLAGE, OTHER_COUNTY, SUN, VILLAGE, ZHOU, World
from tests.pages import Page, posted_to, read, signed_in

NOTICE = "Every household and person here is synthetic"
DAY, LATER = date(2022, 4, 1), date(2022, 8, 1)
SCOPE = {"division": CITY, "as_of": "2022-09-05", "period_start": "2022-01-01"}


def rows_behind(client: Client, address: str) -> list[list[str]]:
    """All rows of a list, page after page."""
    rows: list[list[str]] = []
    while address:
        page = read(client, address)
        rows += [row for row in page.rows if len(row) == 8 and row[4].isdigit()]
        address = next((link for link, text in page.links.items() if text == "Next page"), "")
    return rows


@pytest.fixture
def peopled(world: World) -> World:
    """Five households: three in the first county, two in the other; two eliminated, one of them not new this year."""
    first = world.monitored(DAY, persons=4)
    world.eliminated(date(2021, 3, 1), LATER, persons=2, village=NEXT_VILLAGE)
    world.eliminated(DAY, LATER, persons=3)
    world.monitored(DAY, persons=1, village=FAR_VILLAGE)
    world.monitored(DAY, persons=5, village=FAR_VILLAGE)
    for category in (Category.HEALTH, Category.HEALTH, Category.EMPLOYMENT):
        world.help(first, category, LATER)
    return world


def test_the_overview_gives_the_figures_of_the_division_and_of_each_place_below_it(peopled: World):
    page = read(signed_in(peopled[SUN]), "/", SCOPE)
    places = {row[0]: row[1:] for row in page.rows if row and row[0] in {"永登县", "皋兰县", "Total"}}
    assert places == {
        "永登县": ["3", "9", "2", "1", "2", "5", "66.67%", "55.56%"],
        "皋兰县": ["2", "6", "2", "2", "0", "0", "0.00%", "0.00%"],
        "Total": ["5", "15", "4", "3", "2", "5", "40.00%", "33.33%"],
    }


@pytest.mark.parametrize(
    ("code", "households", "persons"),
    [
        ("monitoring.total.households", 5, 15),
        ("monitoring.total.persons", 5, 15),
        ("monitoring.new.households", 4, 13),
        ("monitoring.current.households", 3, 10),
        ("elimination.households", 2, 5),
        ("elimination.rate", 2, 5),
        ("measures.health.households", 1, 4),
        ("measures.minimum_per_household", 4, 11),  # all but the one with three measures
        ("measures.relocation.persons", 0, 0),
    ],
)
def test_a_list_has_exactly_the_households_that_its_figure_counts(
    peopled: World, code: str, households: int, persons: int
):
    client = signed_in(peopled[SUN])
    rows = rows_behind(client, f"{reverse('figure', args=[code])}?division={CITY}&as_of=2022-09-05")
    assert (len(rows), sum(int(row[4]) for row in rows)) == (households, persons)
    text = client.get(reverse("figure", args=[code]), SCOPE).content.decode()
    assert f"{households} household" in text
    assert f"{persons} person" in text


def test_those_who_have_the_fewest_measures_are_the_same_on_every_door(peopled: World):
    client, asked = signed_in(peopled[SUN]), {**SCOPE, "indicator": "measures.minimum_per_household", "count": "true"}
    served = client.get("/api/v1/cases", asked).json()
    assert (served["count"], len(served["results"])) == (4, 4)
    for page in ("/cases/", "/households/"):
        assert client.get(page, asked).context["total_number"] == 4
    other = peopled.monitored(DAY)  # one more without a measure, while a page of the same address was kept
    assert client.get("/api/v1/cases", asked).json()["count"] == 5
    assert client.get("/cases/", {**asked, "household": other.household_id}).context["total_number"] == 1


def test_every_number_of_the_overview_leads_to_a_list_in_exactly_its_scope(peopled: World):
    client = signed_in(peopled[SUN])
    asked = {**SCOPE, "as_of": "2022-07-01", "known_at": "2022-09-30T12:00:00+08:00"}
    links = [link for link in read(client, "/", asked).links if link.startswith("/figures/")]
    assert len(links) > 40
    for link in links:
        if "period_start=2022-01-01" in link and f"division={CITY}&" in link:
            assert "known_at=2022-09-30T12%3A00%3A00%2B08%3A00" in link
    # On 1 July nobody new is eliminated yet.
    shown = read(client, "/", asked).links
    address = next(
        link for link in links if "monitoring.current.households" in link and f"={CITY}&as_of=2022-07" in link
    )
    assert shown[address].startswith("5")
    assert len(rows_behind(client, address)) == 5


def test_a_list_goes_on_page_after_page_in_the_order_of_villages_without_losing_a_row(
    peopled: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 2)
    client = signed_in(peopled[SUN])
    address = f"/figures/monitoring.total.households/?division={CITY}&as_of=2022-09-05"
    rows = rows_behind(client, address)
    assert len(rows) == 5
    assert [re.search("高坪村|满城村|文山村", row[1]).group() for row in rows] == [
        *["高坪村"] * 2,
        "满城村",
        *["文山村"] * 2,
    ]
    assert sorted(int(row[4]) for row in rows) == [1, 2, 3, 4, 5]


def test_a_row_tells_head_type_status_days_and_measures(peopled: World):
    address = f"/figures/measures.health.households/?division={COUNTY}&as_of=2022-09-05"
    assert rows_behind(signed_in(peopled[SUN]), address) == [
        [
            "张三",
            "城关镇 高坪村",
            "unstable household lifted out of poverty",
            "monitored",
            "4",
            "2022-04-01",
            "–",
            "3 (employment, health ×2)",
        ]
    ]


def test_a_rate_explains_its_denominator_and_whom_it_leaves_out(peopled: World):
    answer = signed_in(peopled[SUN]).get("/figures/elimination.rate/", SCOPE).content.decode()
    assert "2 / 5" in answer
    assert "5 / 15" in answer
    assert "3 households, 10 persons" in answer
    assert "/figures/monitoring.total.households/" in answer


def test_a_supervisor_of_one_county_reaches_neither_overview_nor_list_of_another(peopled: World):
    client = signed_in(posted_to(COUNTY))
    assert client.get("/").context["scope"].division == COUNTY
    for address in ("/", "/figures/monitoring.total.households/"):
        for beyond in (OTHER_COUNTY, FAR_VILLAGE, CITY):
            answer = client.get(address, {"division": beyond})
            assert answer.status_code == 404
            assert "none of your postings reaches it" in answer.content.decode()
    assert len(rows_behind(client, f"/figures/monitoring.total.households/?division={COUNTY}&as_of=2022-09-05")) == 3


def test_the_path_links_only_what_the_reader_reaches(peopled: World):
    page = read(signed_in(posted_to(COUNTY)), "/", {"as_of": "2022-09-05"})
    overviews = [link for link in page.links if link.startswith("/?")]
    assert any(f"division={COUNTY}1" in link for link in overviews)
    assert not any("division=6201&" in link or "division=62&" in link for link in overviews)


def test_who_may_see_figures_but_no_records_gets_no_link_to_a_list(peopled: World):
    client = signed_in(peopled[ZHOU])
    assert not [link for link in read(client, "/", SCOPE).links if link.startswith("/figures/")]
    refused = client.get("/figures/elimination.rate/", SCOPE)
    assert refused.status_code == 403
    able = "caseworker, village convener, reviewer, approver, supervisor"
    assert f"Ask somebody there who may ({able})" in text_of(refused)
    assert client.get("/figures/elimination.rate/", {**SCOPE, "division": "6202"}).status_code == 404
    for address in ("/households/", "/cases/"):
        assert client.get(address, {"division": COUNTY}).status_code == 403
    there = signed_in(posted_to(COUNTY, Role.ADMINISTRATOR))
    assert [there.get("/households/", {"division": each}).status_code for each in (COUNTY, CITY)] == [403, 404]


def test_each_cell_of_the_table_by_place_says_on_a_phone_what_it_counts(peopled: World):
    text = signed_in(peopled[SUN]).get("/", SCOPE).content.decode()
    assert text.count('data-label="Risk-elimination rate, by person"') == 3  # two counties and the total


def test_a_village_leads_to_its_households_and_a_place_without_cases_has_zeros(peopled: World):
    Division.objects.create(code="620121100203", name="空村", parent_id="620121100")
    client = signed_in(peopled[SUN])
    township = read(client, "/", {**SCOPE, "division": "620121100"})
    assert next(row for row in township.rows if row[0] == "空村")[1:] == ["0", "0", "0", "0", "0", "0", "–", "–"]
    village = read(client, "/", {**SCOPE, "division": VILLAGE})
    assert any("Households of this village" in text for text in village.links.values())
    assert (
        "No household is counted here"
        in client.get("/figures/monitoring.total.households/", {**SCOPE, "division": "620121100203"}).content.decode()
    )


def test_the_overview_of_the_place_of_a_source_sums_up_what_needs_attention(peopled: World):
    client = signed_in(peopled[SUN])
    city = read(client, "/", SCOPE)
    rows = {row[0]: row[1:] for row in city.rows if row}
    rate = next(cells for name, cells in rows.items() if name.endswith("elimination.rate"))
    assert rate[1] == "by household40.00%= 2 / 5differsby person33.33%= 5 / 15differs"
    housing = next(cells for name, cells in rows.items() if name.endswith("r.housing"))
    assert "“Houses planned for rebuilding” = 193, 194, 195" in housing[1]
    assert not any(name.endswith(("funds.arrived", "r.east_west")) for name in rows)
    address = next(link for link, text in city.links.items() if text.startswith("The whole reconciliation: 63"))
    assert address == f"/reconciliations/lanzhou-2022-09-05/?division={CITY}&as_of=2022-09-05&period_start=2022-01-01"
    assert "published-1" not in client.get("/", {**SCOPE, "division": COUNTY}).content.decode()


def test_a_source_is_held_against_its_own_day_whatever_day_the_overview_shows(peopled: World):
    page = read(signed_in(peopled[SUN]), "/", {**SCOPE, "as_of": "2022-07-01"})
    eliminated = next(row for row in page.rows if row and row[0].endswith("elimination.households"))
    assert eliminated[2] == "2 householdsdiffers"


def test_a_demonstration_of_another_place_neither_shows_its_notice_nor_moves_the_days(peopled: World):
    Division.objects.create(code="6202", name="嘉峪关市", parent_id="62")
    demonstrated("6202")
    here, both = signed_in(peopled[SUN]), signed_in(posted_to("62"))
    for address in ("/", "/households/", "/reconciliations/", "/profile/", "/divisions/6201/"):
        assert NOTICE not in text_of(here.get(address)), address
    assert here.get("/").context["scope"].as_of == timezone.localdate()
    assert {code: NOTICE in text_of(both.get("/", {"division": code})) for code in ("62", "6202", CITY)} == {
        "62": True,
        "6202": True,
        CITY: False,
    }
    assert both.get("/divisions/6202/").context["scope"].as_of == date(2022, 6, 30)
    assert both.get("/divisions/6201/").context["scope"].as_of == timezone.localdate()
    assert NOTICE in text_of(both.get("/profile/"))


def test_the_api_opens_with_the_days_that_the_pages_open_with(peopled: World):
    client = signed_in(peopled[SUN])
    lists = ("cases", "households", "indicators")
    today = timezone.localdate()
    for each in lists:
        told = client.get(f"/api/v1/{each}").json()
        assert (told["as_of"], told["period_start"]) == (today.isoformat(), f"{today.year}-01-01"), each
    demonstrated(CITY)
    for each in lists:
        told = client.get(f"/api/v1/{each}").json()
        assert (told["as_of"], told["period_start"]) == ("2022-06-30", "2022-02-01"), each
        told = client.get(f"/api/v1/{each}", {"as_of": "2022-05-31"}).json()
        assert (told["as_of"], told["period_start"]) == ("2022-05-31", "2022-01-01"), each
        told = client.get(f"/api/v1/{each}", {"period_start": "2022-05-31"}).json()
        assert (told["as_of"], told["period_start"]) == ("2022-06-30", "2022-05-31"), each
    eliminated = client.get("/api/v1/cases", {"status": "eliminated"}).json()["results"]
    assert eliminated == [], "eliminated on 1 July, the day after the demonstration ends"


def demonstrated(division: str) -> str:
    """A demonstration of the shipped source in a division, as of June 2022; gives the title that its notice names."""
    source = by_id("lanzhou-2022-09-05")
    Demonstration.objects.create(
        division_id=division,
        source_id=source.id,
        source_title=source.title,
        as_of=date(2022, 6, 30),
        period_start=date(2022, 2, 1),
        seed=1,
        households=5,
        persons=15,
        choice={"zh": "取2,192人", "en": "2,192 was chosen"},
        made_at=timezone.now(),
    )
    return source.title


def text_of(answer: HttpResponse) -> str:
    """What stands on a page."""
    return answer.content.decode()


def test_a_demonstration_decides_the_opening_days_and_is_named_on_every_page(peopled: World):
    client = signed_in(peopled[SUN])
    assert client.get("/").context["scope"].as_of == timezone.localdate()
    title = demonstrated(CITY)
    scope = client.get("/").context["scope"]
    assert (scope.as_of, scope.period_start) == (date(2022, 6, 30), date(2022, 2, 1))
    scope = client.get("/", {"as_of": "2021-06-30"}).context["scope"]
    assert (scope.as_of, scope.period_start) == (date(2021, 6, 30), date(2021, 1, 1))
    assert "2,192 was chosen" in client.get("/").content.decode()
    pages = ["/", "/figures/elimination.rate/", "/figures/funds.arrived/", "/?as_of=nonsense", "/nowhere/"]
    for each in pages:
        assert title in client.get(each).content.decode()
    assert title in Client(headers={"accept-language": "en"}).get(reverse("sign-in")).content.decode()


def test_in_a_demonstration_a_record_opens_as_it_is_today_and_the_figures_keep_their_days(peopled: World):
    demonstrated(CITY)
    new = peopled.monitored(date(2022, 8, 15))
    client = signed_in(peopled[SUN])
    for address in (reverse("case", args=[new.pk]), reverse("household", args=[new.household_id])):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.context["scope"].as_of == timezone.localdate()
        assert answer.context["scope"].period_start == timezone.localdate().replace(month=1, day=1)
        assert answer.wsgi_request.scope.as_of == date(2022, 6, 30)
        assert client.get(address, {"as_of": "2022-08-20"}).context["scope"].as_of == date(2022, 8, 20)
    assert client.get(reverse("case", args=[new.pk]), {"as_of": "2022-06-30"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/?as_of=5.9.2022", 400, "as_of"),
        ("/?as_of=2022-9-5", 400, "as_of"),
        ("/?as_of=20220905", 400, "as_of"),
        ("/?division=62012", 400, "division"),
        ("/?as_of=2022-01-01&period_start=2022-02-01", 400, "The period begins after the day"),
        ("/?as_of=2999-01-01", 400, "The future is not known"),
        ("/?division=620199", 404, "There is no such division"),
        ("/figures/elimination.rate/?cursor=nonsense", 400, "Start from the first page"),
        ("/figures/elimination.rate/?cursor=620121100201_1", 400, "Start from the first page"),
        ("/figures/unheard.of/", 404, "There is no figure “unheard.of”"),
        ("/nowhere/", 404, "There is no page at this address"),
    ],
)
def test_what_cannot_be_answered_is_refused_on_a_page_that_says_why(
    peopled: World, address: str, status: int, sentence: str
):
    answer = signed_in(peopled[SUN]).get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert "To the overview" in answer.content.decode()


def test_a_figure_without_records_says_which_are_missing(peopled: World):
    answer = signed_in(peopled[SUN]).get("/figures/funds.arrived/", SCOPE)
    assert answer.status_code == 200
    assert "fund arrivals and payments" in answer.content.decode()


def test_a_fault_of_our_own_has_a_page_that_promises_nothing_was_changed(
    peopled: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("reports.views.figures", fail)
    client = signed_in(peopled[SUN])
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Nothing of what you entered was changed" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/figures/elimination.rate/"])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(db: None, address: str):
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/sign-in/?next={address}"


def test_pages_with_records_are_not_kept_by_the_browser(peopled: World):
    for address in ("/", "/figures/elimination.rate/"):
        assert "no-store" in signed_in(peopled[SUN]).get(address).headers["Cache-Control"]


def test_pages_only_read(peopled: World):
    client = signed_in(peopled[SUN])
    assert client.post("/").status_code == 405
    assert client.post("/figures/elimination.rate/").status_code == 405


@pytest.mark.parametrize(("address", "budget"), [("/", 16), ("/figures/monitoring.total.households/", 11)])
def test_a_page_asks_the_database_equally_often_however_many_rows_it_shows(
    peopled: World, django_assert_max_num_queries, address: str, budget: int
):
    client = signed_in(peopled[SUN])
    with django_assert_max_num_queries(budget) as few:
        client.get(address, SCOPE)
    for _household in range(4):
        peopled.help(peopled.monitored(DAY, village=NEXT_VILLAGE), Category.HEALTH, LATER)
    with django_assert_max_num_queries(budget) as many:
        client.get(address, SCOPE)
    assert len(few) == len(many)


@pytest.mark.parametrize("address", ["/", "/figures/elimination.rate/", "/nowhere/", "/?as_of=x"])
def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(peopled: World, address: str):
    answer = signed_in(peopled[SUN]).get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    text = answer.content.decode()
    assert Page(text).inline == []
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", text)
    assert answer.headers["X-Frame-Options"] == "DENY"
