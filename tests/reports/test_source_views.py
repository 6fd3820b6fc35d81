"""Published sources on their pages: verdicts, relations, what needs attention, and the same as CSV."""

from __future__ import annotations

import csv
import html
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import AuditEvent
from households.models import Division
from reports import documents
from reports.query import Scope
from reports.reconciliation import reconcile
from reports.sources import by_id
from tests.cast import CITY, COUNTY, FAR_VILLAGE, OTHER_COUNTY, STRANGER, SUN, ZHOU, World
from tests.pages import Page, posted_to, read, signed_in

DAY, LATER = date(2022, 4, 1), date(2022, 8, 1)
SOURCE = "lanzhou-2022-09-05"
ADDRESS = f"/reconciliations/{SOURCE}/"


@pytest.fixture
def peopled(world: World) -> World:
    """Three households of ten persons, two of them in the first county; one of three persons eliminated in August."""
    world.eliminated(DAY, LATER, persons=3)
    world.monitored(DAY, persons=5)
    world.monitored(DAY, persons=2, village=FAR_VILLAGE)
    return world


def figures(page: Page) -> dict[str, list[str]]:
    """The rows of a page by the code at the end of their first cell."""
    return {row[0]: row[1:] for row in page.rows if len(row) in {3, 4}}


def ending(rows: dict[str, list[str]], code: str) -> list[str]:
    """The row of one figure or relation."""
    (found,) = [cells for name, cells in rows.items() if name.endswith(code)]
    return found


def sheet(client: Client, part: str, parameters: dict[str, str] | None = None) -> list[dict[str, str]]:
    """The rows of one of the CSV files."""
    answer = client.post(f"{ADDRESS}{part}.csv", {"purpose": "月报"}, query_params=parameters)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_printed_figures_stand_beside_the_computed_ones_by_chapter(peopled: World):
    client = signed_in(peopled[SUN])
    rows = figures(read(client, ADDRESS))
    assert ending(rows, "elimination.rate")[:2] == [
        "67.5%[67.45, 67.55)Basis: not stated",
        "by household33.33%= 1 / 3differsby person30.00%= 3 / 10differs",
    ]
    assert ending(rows, "monitoring.new.households")[:2] == ["31 householdsexact", "3 householdsdiffers"]
    assert ending(rows, "funds.arrived")[:2] == ["777,000,000 yuan[776,500,000, 777,500,000)", "–not computable"]
    text = client.get(ADDRESS).content.decode()
    headings = ["Funds", "Monitored households", "Measures", "Elimination of risk", "Schooling", "Village teams"]
    assert [text.index(f">{each}</h2>") for each in headings] == sorted(
        text.index(f">{each}</h2>") for each in headings
    )


def test_a_relation_that_cannot_hold_names_what_would_mend_it(peopled: World):
    rows = figures(read(signed_in(peopled[SUN]), ADDRESS))
    says, mends = ending(rows, "r.housing")
    assert says == "inconsistentleft [80.5, 81.5), right 103.97"
    assert "“Houses planned for rebuilding” = 193, 194, 195" in mends
    assert ending(rows, "r.east_west")[0].startswith("consistent")


def test_only_what_needs_attention_can_be_asked_for(peopled: World):
    page = read(signed_in(peopled[SUN]), ADDRESS, {"show": "attention"})
    codes = [name for name in figures(page) if "." in name]
    assert any(name.endswith("elimination.rate") for name in codes)  # differs
    assert any(name.endswith("health.clinics") for name in codes)  # in doubt
    assert not any(name.endswith(("funds.arrived", "r.east_west")) for name in codes)
    assert any(name.endswith("r.housing") for name in codes)


def test_the_sheets_are_narrowed_as_the_page_is(peopled: World):
    client, asked = signed_in(peopled[SUN]), {"show": "attention"}
    shown = client.get(ADDRESS, asked).context
    rows = [row.id for chapter in shown["chapters"] for row in chapter.rows]
    told = list(dict.fromkeys(row["Id"] for row in sheet(client, "figures", asked)))
    assert told == rows
    assert 0 < len(rows) < len({row["Id"] for row in sheet(client, "figures")})
    assert [row["Id"] for row in sheet(client, "relations", asked)] == [row.id for row in shown["relations"]]
    assert "show=attention" in shown["figures_address"]
    assert "show=attention" in shown["relations_address"]
    refused = client.post(f"{ADDRESS}figures.csv", {"purpose": "月报"}, query_params={"show": "some"})
    assert refused.status_code == 400


def test_a_figure_that_matches_on_one_basis_only_is_no_match_on_page_and_sheet(world: World):
    world.eliminated(DAY, LATER, persons=27)
    world.monitored(DAY, persons=13)  # 27 / 40 persons = 67.5 %, as printed; 1 / 2 households = 50 %
    client = signed_in(world[SUN])
    page = read(client, ADDRESS, {"show": "attention"})
    cells = ending(figures(page), "elimination.rate")
    assert cells[1:][0] == "by household50.00%= 1 / 2differsby person67.50%= 27 / 40matches"
    assert cells[2].startswith("matches on one basis only")
    tally = client.get(ADDRESS).context["comparison"].tally
    counts = {badge.text: count for badge, count in tally}
    assert (counts["matches on one basis only"], "matches" in counts) == (1, False)
    told = [row for row in sheet(client, "figures") if row["Id"] == "elimination.rate"]
    assert [row["Verdict"] for row in told] == ["differs", "matches"]
    assert {row["Verdict over all bases"] for row in told} == {"matches on one basis only"}


def test_every_number_opens_its_list_in_the_scope_of_the_page(peopled: World):
    page = read(signed_in(peopled[SUN]), ADDRESS, {"known_at": "2022-12-31T00:00:00+08:00"})
    links = [link for link in page.links if link.startswith("/figures/")]
    assert len(links) == 13
    for link in links:
        assert f"division={CITY}&as_of=2022-09-05&period_start=2022-01-01&known_at=2022-12-31" in link


def test_who_sees_figures_but_no_records_gets_no_link_to_a_list(peopled: World):
    page = read(signed_in(peopled[ZHOU]), ADDRESS)
    assert not [link for link in page.links if link.startswith("/figures/")]


def test_the_address_chooses_division_day_and_moment(peopled: World):
    client = signed_in(peopled[SUN])
    asked = {"division": COUNTY, "as_of": "2022-07-01", "known_at": "2022-05-01T00:00:00+08:00"}
    answer = client.get(ADDRESS, asked)
    scope = answer.context["scope"]
    assert (scope.division, scope.as_of, scope.period_start) == (COUNTY, date(2022, 7, 1), date(2022, 1, 1))
    assert "the records are those of 永登县" in answer.content.decode()
    assert "speaks of other days" in answer.content.decode()
    rows = figures(Page(answer.content.decode()))
    assert ending(rows, "monitoring.total.households")[1] == "2 households"
    assert ending(rows, "elimination.households")[1] == "0 households"
    assert "speaks of other days" not in client.get(ADDRESS).content.decode()


def test_a_source_is_not_judged_by_the_records_of_a_part_of_its_division(peopled: World):
    client = signed_in(posted_to(COUNTY))
    answer = client.get(ADDRESS)
    text = answer.content.decode()
    assert "The source speaks of 兰州市; the records are those of 永登县. So no figure is judged" in text
    rows = figures(Page(text))
    assert ending(rows, "elimination.rate")[1] == "by household50.00%= 1 / 2by person37.50%= 3 / 8"
    assert "Counted by person the records of this division give 3 / 8 = 37.5." in text
    assert ending(rows, "r.housing")[0].startswith("inconsistent")
    told = sheet(client, "figures", {"division": COUNTY})
    assert {row["Verdict"] for row in told} == {"not judged", "not computable"}
    assert ">differs<" not in client.get("/reconciliations/").content.decode()


def test_a_county_sees_the_source_of_its_city_held_against_its_own_records_only(peopled: World):
    client = signed_in(posted_to(COUNTY))
    assert client.get(ADDRESS).context["scope"].division == COUNTY
    assert ADDRESS in "".join(read(client, "/reconciliations/").links)
    for beyond in (CITY, OTHER_COUNTY):
        assert client.get(ADDRESS, {"division": beyond}).status_code == 404
        refused = client.post(f"{ADDRESS}figures.csv", {"purpose": "月报"}, query_params={"division": beyond})
        assert refused.status_code == 404


def test_the_shelf_holds_the_sources_that_speak_of_the_reader_s_divisions_or_of_those_around_them(peopled: World):
    Division.objects.create(code="6202", name="嘉峪关市", parent_id="62")
    shelves = {place: read(signed_in(posted_to(place)), "/reconciliations/") for place in ("62", COUNTY, "6202")}
    assert {place: any(ADDRESS in link for link in page.links) for place, page in shelves.items()} == {
        "62": True,
        COUNTY: True,
        "6202": False,
    }
    assert signed_in(peopled[STRANGER]).get("/reconciliations/").status_code == 404


def test_the_figures_as_csv_are_those_of_the_api(peopled: World):
    source = by_id(SOURCE)
    told = documents.reconciliation(reconcile(source, Scope(CITY, source.as_of, source.period_start)))
    rows = sheet(signed_in(peopled[SUN]), "figures")
    by_code: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_code.setdefault(row["Id"], []).append(row)
    assert list(by_code) == [each["id"] for each in told["figures"]]
    household, person = by_code["elimination.rate"]
    assert [household[name] for name in ("Computed", "Numerator", "Denominator", "Difference", "Verdict")] == [
        *("33.333333", "1", "3", "-34.166667", "differs"),
    ]
    assert {row["Verdict over all bases"] for row in (household, person)} == {"differs"}
    assert (person["Basis of the computation"], person["Computed"]) == ("by person", "30")
    for each in told["figures"]:
        if not isinstance(each["computed"], dict) and each["computed"] is not None:
            assert float(by_code[each["id"]][0]["Computed"]) == each["computed"]


def test_the_relations_as_csv_name_sides_and_verdicts(peopled: World):
    rows = {row["Id"]: row for row in sheet(signed_in(peopled[SUN]), "relations")}
    assert rows["r.housing_cap"]["Verdict"] == "inconsistent"
    assert (rows["r.housing_cap"]["Left from"], rows["r.housing_cap"]["Right to"]) == ("157", "151")


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/reconciliations/nothing/", 404, "There is no published source “nothing”"),
        (f"{ADDRESS}?show=some", 400, "“show” is either"),
        (f"{ADDRESS}?as_of=x", 400, "as_of"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(peopled: World, address: str, status: int, sentence: str):
    answer = signed_in(peopled[SUN]).get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_a_file_says_what_it_is_for_and_stands_in_the_audit_trail(peopled: World):
    client = signed_in(peopled[ZHOU])
    assert client.post(f"{ADDRESS}relations.csv").status_code == 400
    assert client.post(f"{ADDRESS}everything.csv", {"purpose": "月报"}).status_code == 404
    assert client.get(f"{ADDRESS}relations.csv").status_code == 405
    assert not AuditEvent.objects.filter(action="export").exists()
    rows = sheet(client, "relations", {"as_of": "2022-07-01"})
    event = AuditEvent.objects.get(action="export")
    assert (event.actor, event.division_code) == (peopled[ZHOU], CITY)
    assert event.changes == {
        "list": "reconciliation.relations",
        "purpose": "月报",
        "rows": len(rows),
        "parameters": {
            "division": CITY,
            "as_of": "2022-07-01",
            "period_start": "2022-01-01",
            "source": SOURCE,
        },
    }


OWN = """
source:
  id: {id}
  title: Yongdeng in the summer of 2022
  publisher: Nobody, invented for a test
  published_on: 2022-09-01
  division: "{division}"
  as_of: 2022-08-31
  period_start: 2022-04-01
figures:
  - {{id: monitoring.total.households, value: 2, step: 0, unit: household}}
  - {{id: elimination.rate, value: 49, step: 1, unit: percent, basis: household}}
"""


def test_sources_of_one_s_own_stand_beside_the_shipped_ones_as_soon_as_they_lie_in_the_folder(
    peopled: World, settings, tmp_path: Path
):
    settings.SOURCES_DIR = tmp_path
    (tmp_path / "one.yaml").write_text(OWN.format(id="own", division=COUNTY), encoding="utf-8")
    client = signed_in(peopled[SUN])
    links = read(client, "/reconciliations/").links
    assert [text for link, text in links.items() if link.startswith("/reconciliations/own/")] == [
        "Yongdeng in the summer of 2022"
    ]
    assert any(link.startswith(ADDRESS) for link in links)
    answer = client.get("/reconciliations/own/")
    scope = answer.context["scope"]
    assert (scope.division, scope.as_of, scope.period_start) == (COUNTY, date(2022, 8, 31), date(2022, 4, 1))
    rows = figures(Page(answer.content.decode()))
    assert ending(rows, "monitoring.total.households")[:2] == ["2 householdsexact", "2 householdsmatches"]
    assert ending(rows, "elimination.rate")[:2] == ["49%[48.5, 49.5)Basis: by household", "50.00%= 1 / 2differs"]
    overview = client.get("/", {"division": COUNTY, "as_of": "2022-08-31"}).content.decode()
    assert "Yongdeng in the summer of 2022" in overview
    (tmp_path / "one.yaml").write_text(OWN.format(id="other", division=COUNTY), encoding="utf-8")
    assert client.get("/reconciliations/own/").status_code == 404
    assert client.get("/reconciliations/other/").status_code == 200
    assert signed_in(posted_to(OTHER_COUNTY)).get("/reconciliations/other/").status_code == 404


def test_files_that_cannot_be_shown_are_named_with_line_and_reason_and_disturb_nothing(
    peopled: World, settings, tmp_path: Path
):
    settings.SOURCES_DIR = tmp_path
    good = OWN.format(id="own", division=COUNTY)
    faulty = {
        "a.yaml": good,
        "b.yaml": good,
        "c.yaml": good.replace("id: own", "id: c").replace("unit: household", "unit: Household"),
        "d.yml": good.replace("id: own", "id: d").replace("  publisher", " publisher"),
        "e.yaml": OWN.format(id="far", division="9901"),
        "notes.txt": "no source",
    }
    for name, text in faulty.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "f.yaml").write_bytes(b"\xff")
    text = html.unescape(signed_in(peopled[SUN]).get("/reconciliations/").content.decode())
    assert "Yongdeng in the summer of 2022" in text
    assert "b.yaml: another source has the id own already" in text
    assert "c.yaml, line 11, figure monitoring.total.households: unit cannot be 'Household'" in text
    assert "d.yml, line 5" in text
    assert "“far” speaks of division 9901, which is not known here" in text
    assert "f.yaml cannot be read" in text
    assert "notes.txt" not in text


@pytest.mark.parametrize(("address", "budget"), [(ADDRESS, 16), ("/reconciliations/", 14)])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    peopled: World, django_assert_max_num_queries, address: str, budget: int
):
    client = signed_in(peopled[SUN])
    with django_assert_max_num_queries(budget):
        client.get(address)
