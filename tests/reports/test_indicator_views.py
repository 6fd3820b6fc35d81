"""Indicators on their pages: values, definitions in words, places, months, and where they are published."""

from __future__ import annotations

from datetime import date

import pytest

from assistance.rules.categories import Category
from reports.indicators import INDICATORS
from reports.rules.chapters import CHAPTERS, chapter_of
from tests.cast import CITY, COUNTY, FAR_VILLAGE, OTHER_COUNTY, SUN, ZHOU, World
from tests.pages import posted_to, read, signed_in

DAY, LATER = date(2022, 4, 1), date(2022, 8, 1)
SCOPE = {"division": CITY, "as_of": "2022-09-05", "period_start": "2022-01-01"}


@pytest.fixture
def peopled(world: World) -> World:
    """Three households of ten persons, two in the first county; one of three persons eliminated, one helped twice."""
    world.eliminated(DAY, LATER, persons=3)
    helped = world.monitored(DAY, persons=5)
    world.monitored(DAY, persons=2, village=FAR_VILLAGE)
    for category in (Category.HEALTH, Category.EMPLOYMENT):
        world.help(helped, category, LATER)
    return world


def test_every_indicator_stands_on_the_page_under_a_chapter_with_a_name(peopled: World):
    text = signed_in(peopled[SUN]).get("/indicators/", SCOPE).content.decode()
    assert {chapter_of(code) for code in INDICATORS} <= set(CHAPTERS)
    assert [code for code in INDICATORS if f">{code}<" not in text] == []


def test_the_values_of_a_line_lead_to_their_lists_and_its_name_to_the_definition(peopled: World):
    page = read(signed_in(peopled[SUN]), "/indicators/", SCOPE)
    rows = {row[0]: row[1] for row in page.rows if len(row) == 2}
    codes = "elimination.householdselimination.persons"
    assert rows[f"Risk eliminated{codes}"] == "1household3persons"
    assert rows["Risk-elimination rateelimination.rate"] == "by household33.33%= 1 / 3by person30.00%= 3 / 10"
    query = f"?division={CITY}&as_of=2022-09-05&period_start=2022-01-01"
    assert page.links[f"/figures/elimination.persons/{query}"] == "3"
    assert page.links[f"/indicators/elimination.households/{query}"] == "Risk eliminated"


def test_who_sees_figures_but_no_records_gets_no_link_to_a_list(peopled: World):
    client = signed_in(peopled[ZHOU])
    for address in ("/indicators/", "/indicators/elimination.rate/"):
        assert not [link for link in read(client, address, SCOPE).links if link.startswith("/figures/")]


def test_a_rate_is_defined_by_numerator_and_denominator_and_says_that_it_does_not_add_up(peopled: World):
    text = signed_in(peopled[SUN]).get("/indicators/elimination.rate/", SCOPE).content.decode()
    assert "Its case stands at: risk eliminated." in text
    assert "It is in the register: under monitoring, or its risk has been eliminated since." in text
    assert "rates do not" in text
    assert "67.5%" in text
    assert "/reconciliations/lanzhou-2022-09-05/#elimination.rate" in text
    assert "风险消除率" in text


def test_a_count_has_its_places_and_months_and_each_number_its_list(peopled: World):
    client = signed_in(peopled[SUN])
    page = read(client, "/indicators/monitoring.new.households/", SCOPE)
    rows = {row[0]: row[1:] for row in page.rows if row}
    assert (rows["永登县"], rows["皋兰县"]) == (["2"], ["1"])
    months = {name: cells for name, cells in rows.items() if name.startswith("202")}
    assert list(months)[0::6] == ["2021-09-30", "2022-03-31", "2022-09-05"]
    assert {name: cells for name, cells in months.items() if cells != ["0"]} == {"2022-04-30": ["3"]}
    april = next(link for link in page.links if "as_of=2022-04-30" in link)
    assert april == f"/figures/monitoring.new.households/?division={CITY}&as_of=2022-04-30&period_start=2022-04-01"
    assert "3 households" in client.get(april).content.decode()


def test_the_other_basis_of_a_count_is_one_link_away(peopled: World):
    page = read(signed_in(peopled[SUN]), "/indicators/risks.illness.households/", SCOPE)
    assert "At risk: illness (persons)" in page.links.values()


def test_an_indicator_without_records_says_which_are_missing(peopled: World):
    answer = signed_in(peopled[SUN]).get("/indicators/funds.arrived/", SCOPE)
    assert answer.status_code == 200
    assert "fund arrivals and payments" in answer.content.decode()


def test_every_definition_can_be_read(peopled: World):
    client = signed_in(peopled[SUN], "zh-CN")
    for code in (
        *("monitoring.unstable.persons", "risks.illness.households", "monitoring.no_labour.households"),
        *("elimination.natural.persons", "elimination.new.households", "measures.education.households"),
        *("measures.any.persons", "measures.three_or_more.households", "measures.landed"),
        *("measures.minimum_per_household", "measures.average_per_household", "teams.donations"),
    ):
        text = client.get(f"/indicators/{code}/", SCOPE).content.decode()
        assert INDICATORS[code].name.zh in text
        assert INDICATORS[code].name.en in text


def test_an_unknown_indicator_and_a_division_out_of_reach_are_absent(peopled: World):
    assert signed_in(peopled[SUN]).get("/indicators/unheard.of/", SCOPE).status_code == 404
    client = signed_in(posted_to(COUNTY))
    for address in ("/indicators/", "/indicators/elimination.rate/"):
        assert client.get(address, {"division": COUNTY}).status_code == 200
        assert client.get(address, {"division": OTHER_COUNTY}).status_code == 404


@pytest.mark.parametrize(("address", "budget"), [("/indicators/", 12), ("/indicators/elimination.rate/", 14)])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    peopled: World, django_assert_max_num_queries, address: str, budget: int
):
    client = signed_in(peopled[SUN])
    with django_assert_max_num_queries(budget):
        client.get(address, SCOPE)
