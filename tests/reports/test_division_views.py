"""Divisions on their pages: the tree with counts, what is known of each, and who is posted there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import User
from accounts.permissions import Role
from households.models import Division, MonitoringLine
from tests.cast import (
    CITY,
    COUNTY,
    FAR_VILLAGE,
    LI,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    PROVINCE,
    SUN,
    TOWNSHIP,
    VILLAGE,
    ZHOU,
    World,
)
from tests.pages import Page, posted_to, read, signed_in

DAY = date(2022, 4, 1)
SCOPE = {"division": CITY, "as_of": "2022-09-05"}
ABOUT_COUNTY = f"/divisions/{COUNTY}/"


@pytest.fixture
def peopled(world: World) -> World:
    """Two households in the first county, one of them without a case, and one in the other registered later."""
    world.monitored(DAY)
    world.household(DAY, village=NEXT_VILLAGE)
    world.household(date(2022, 10, 1), village=FAR_VILLAGE)
    return world


def test_the_tree_counts_villages_and_households_of_each_division_below(peopled: World):
    page = read(signed_in(peopled[SUN]), "/divisions/", SCOPE)
    rows = [row for row in page.rows if len(row) == 3]
    assert rows[1:] == [[f"永登县{COUNTY}", "2", "2"], [f"皋兰县{OTHER_COUNTY}", "1", "0"], ["Total", "3", "2"]]
    assert page.links[f"{ABOUT_COUNTY}?division={COUNTY}&as_of=2022-09-05&period_start=2022-01-01"] == "永登县"


def test_a_township_lists_its_villages_with_their_households(peopled: World):
    page = read(signed_in(peopled[SUN]), f"/divisions/{TOWNSHIP}/", {"as_of": "2022-09-05"})
    assert [row for row in page.rows if len(row) == 2][1:] == [
        [f"高坪村{VILLAGE}", "1"],
        [f"满城村{NEXT_VILLAGE}", "1"],
        ["Total", "2"],
    ]


def test_each_number_of_households_opens_exactly_those_households(peopled: World):
    client = signed_in(peopled[SUN])
    page = read(client, "/divisions/", SCOPE)
    address = next(link for link, text in page.links.items() if link.startswith(f"/households/?division={COUNTY}&"))
    assert page.links[address] == "2"
    assert len([row for row in read(client, address).rows if "张三" in "".join(row)]) == 2
    assert not [link for link in read(signed_in(peopled[ZHOU]), "/divisions/", SCOPE).links if "/households/" in link]


def test_a_division_tells_where_it_lies_and_links_what_the_reader_reaches(peopled: World):
    page = read(signed_in(posted_to(COUNTY)), ABOUT_COUNTY, {"as_of": "2022-09-05"})
    assert "兰州市" not in page.links.values()
    page = read(signed_in(peopled[SUN]), ABOUT_COUNTY, {"as_of": "2022-09-05"})
    assert f"/divisions/{CITY}/?division={CITY}&as_of=2022-09-05&period_start=2022-01-01" in page.links


def test_a_division_that_was_replaced_names_its_successor_and_that_its_predecessor(peopled: World):
    new = Division.objects.create(code="620124", name="新永登县", parent_id=CITY, valid_from=date(2022, 7, 1))
    Division.objects.filter(pk=OTHER_COUNTY).update(valid_to=date(2022, 7, 1), successor=new)
    client = signed_in(peopled[SUN])
    old_text = client.get(f"/divisions/{OTHER_COUNTY}/", {"as_of": "2022-09-05"}).content.decode()
    assert "新永登县 620124" in old_text
    assert "until before 2022-07-01" in old_text
    new_text = client.get("/divisions/620124/", {"as_of": "2022-09-05"}).content.decode()
    assert f"皋兰县 {OTHER_COUNTY}" in new_text
    assert "since 2022-07-01" in new_text
    rows = {row[0] for row in read(client, "/divisions/", SCOPE).rows if row}
    assert "新永登县620124" in rows
    assert f"皋兰县{OTHER_COUNTY}" not in rows
    earlier = {row[0] for row in read(client, "/divisions/", {**SCOPE, "as_of": "2022-06-30"}).rows if row}
    assert f"皋兰县{OTHER_COUNTY}" in earlier
    assert "新永登县620124" not in earlier
    assert "1 division that does not exist on this day" in client.get("/divisions/", SCOPE).content.decode()


def test_the_monitoring_line_in_force_on_the_day_is_named_with_its_place_and_source(peopled: World):
    for year, amount in ((2022, 6500), (2023, 7200)):
        MonitoringLine.objects.create(
            division_id=PROVINCE, valid_from=date(year, 1, 1), amount=Decimal(amount), source=f"order of {year}"
        )
    client = signed_in(peopled[SUN])
    assert "No monitoring line is known" in client.get(ABOUT_COUNTY, {"as_of": "2021-09-05"}).content.decode()
    text = client.get(ABOUT_COUNTY, {"as_of": "2022-09-05"}).content.decode()
    assert "<strong>6,500</strong> yuan per person and year, in force since 2022-01-01" in text
    assert "order of 2022" in text
    assert "甘肃省" in text


def colleagues(page: Page) -> list[list[str]]:
    """The rows of the table of people."""
    return [row for row in page.rows if len(row) == 5][1:]


def test_people_posted_here_and_above_are_named_nearest_first_and_those_below_counted(peopled: World):
    for code in (COUNTY, TOWNSHIP, OTHER_COUNTY):
        posted_to(code)
    User.objects.filter(username=LI).update(full_name="李梅")
    gone = posted_to(COUNTY, Role.REVIEWER)
    gone.postings.update(ends_on=date(2022, 9, 4))
    User.objects.filter(username="wang.jun").update(is_system=True)
    answer = signed_in(peopled[SUN]).get(ABOUT_COUNTY, {"as_of": "2022-09-05"})
    people = colleagues(Page(answer.content.decode()))
    assert people[:2] == [
        [f"supervisor.{COUNTY}", "supervisor", "永登县", "2020-01-01", "–"],
        ["李梅", "caseworker", "兰州市", "2020-01-01", "–"],
    ]
    names = [row[0] for row in people]
    assert {"wang.jun", str(gone), f"supervisor.{OTHER_COUNTY}"} & set(names) == set()
    assert "1 person is posted to divisions below." in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"), [(role, role in {Role.SUPERVISOR, Role.ADMINISTRATOR}) for role in Role], ids=list(Role)
)
def test_only_who_supervises_or_administers_sees_who_is_posted(peopled: World, role: Role, sees: bool):
    page = read(signed_in(posted_to(COUNTY, role)), ABOUT_COUNTY, {"as_of": "2022-09-05"})
    assert bool(colleagues(page)) is sees


def test_a_division_out_of_reach_is_absent(peopled: World):
    client = signed_in(posted_to(COUNTY))
    for beyond in (CITY, OTHER_COUNTY, FAR_VILLAGE, "620199", "62012"):
        assert client.get(f"/divisions/{beyond}/").status_code in {400, 404}
    assert client.get("/divisions/", {"division": OTHER_COUNTY}).status_code == 404


@pytest.mark.parametrize(("address", "budget"), [("/divisions/", 13), (ABOUT_COUNTY, 20)])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    peopled: World, django_assert_max_num_queries, address: str, budget: int
):
    client = signed_in(peopled[SUN])
    with django_assert_max_num_queries(budget):
        client.get(address, SCOPE)
