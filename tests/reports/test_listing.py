"""Pages of a list forward and back, in every order, without a row lost or shown twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Q

from assistance.rules.categories import Category
from common.refusals import Invalid
from households.workflow import Status
from reports import case_list, listing
from reports.household_list import households, sortable
from reports.household_views import ORDERS as HOUSEHOLD_ORDERS
from reports.listing import Order, Page
from reports.query import Scope
from tests.cast import CITY, FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, World

SCOPE = Scope(CITY, date(2022, 9, 5), date(2022, 1, 1))


@pytest.fixture
def peopled(world: World) -> World:
    """Seven cases in three villages; two of the same day, two that were never identified."""
    for number, village in enumerate((FAR_VILLAGE, VILLAGE, NEXT_VILLAGE, VILLAGE, VILLAGE)):
        world.monitored(date(2022, 4, 1 + number // 2), village=village, persons=1 + number % 3)
    for day in (2, 3):
        world.report(world.household(date(2022, 5, day)), date(2022, 5, day))
    return world


def there_and_back(rows, order: Order, size: int) -> tuple[list[object], list[object]]:
    """The keys of all rows read forward, and read backward from the last page."""
    pages: list[Page] = [listing.page(rows, order, size=size)]
    while pages[-1].after:
        pages.append(listing.page(rows, order, cursor=pages[-1].after, size=size))
    back = [pages[-1]]
    while back[0].before:
        back.insert(0, listing.page(rows, order, cursor=back[0].before, size=size))
    return [row.pk for page in pages for row in page.rows], [row.pk for page in back for row in page.rows]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("name", case_list.ORDERS)
def test_cases_are_read_forward_and_back_in_every_order(peopled: World, name: str, size: int):
    rows = case_list.cases(SCOPE)
    forward, back = there_and_back(rows, case_list.ORDERS[name], size)
    assert len(forward) == len(set(forward)) == 7
    assert back == forward
    assert forward == there_and_back(rows, case_list.ORDERS[name], 50)[0]


@pytest.mark.parametrize("name", HOUSEHOLD_ORDERS)
def test_households_are_read_forward_and_back_in_every_order(peopled: World, name: str):
    order = HOUSEHOLD_ORDERS[name]
    forward, back = there_and_back(sortable(households(SCOPE), SCOPE, order.keys.keys, Q()), order, 2)
    assert len(forward) == len(set(forward)) == 7
    assert back == forward


def test_orders_say_what_they_promise(peopled: World):
    def read(name: str) -> list[object]:
        return list(listing.page(case_list.cases(SCOPE), case_list.ORDERS[name]).rows)

    assert [row.village_id for row in read("village")] == [VILLAGE] * 5 + [NEXT_VILLAGE, FAR_VILLAGE]
    assert [row.persons for row in read("largest")] == [3, 3, 3, 2, 2, 1, 1]
    assert [row.identified_on.day if row.identified_on else None for row in read("newest")] == [
        *(3, 2, 2, 1, 1),
        *(None, None),
    ]
    assert [row.since for row in read("waiting")] == sorted(row.since for row in read("village"))


def test_cases_and_households_are_read_by_their_landed_measures(world: World):
    for number in (1, 0, 2):
        case = world.monitored(date(2022, 4, 1))
        for category in [Category.HEALTH, Category.WATER][:number]:
            world.help(case, category, date(2022, 7, 1))
    for name, wanted in (("least_helped", [0, 1, 2]), ("most_helped", [2, 1, 0])):
        rows = listing.page(case_list.cases(SCOPE), case_list.ORDERS[name]).rows
        assert [len(row.landed) for row in rows] == wanted
        order = HOUSEHOLD_ORDERS[name]
        homes = listing.page(sortable(households(SCOPE), SCOPE, order.keys.keys, Q()), order).rows
        assert [row.measures_landed for row in homes] == wanted


def test_a_case_stands_at_its_step_since_the_step_was_taken_whatever_else_changed(world: World):
    case = world.monitored(date(2022, 4, 1))
    world.join(case.household, date(2022, 6, 1))
    assert case_list.cases(SCOPE).get().since == date(2022, 4, 1)
    world.step(case, Status.ELIMINATION_PROPOSED, date(2022, 7, 1))
    assert case_list.cases(SCOPE).get().since == date(2022, 7, 1)
    assert case_list.cases(Scope(CITY, date(2022, 6, 30), date(2022, 1, 1))).get().since == date(2022, 4, 1)
    reported = world.report(world.household(date(2022, 8, 1)), date(2022, 8, 2))
    assert case_list.cases(SCOPE).get(case=reported).since == date(2022, 8, 2)


def test_a_page_that_holds_everything_knows_it(peopled: World):
    rows, order = households(SCOPE), HOUSEHOLD_ORDERS["village"]
    assert listing.page(rows, order, size=7).is_whole
    first = listing.page(rows, order, size=6)
    assert (first.is_whole, first.before, bool(first.after)) == (False, "", True)
    assert not listing.page(rows, order, cursor=first.after, size=6).is_whole


@pytest.mark.parametrize("cursor", ["x", "620121100201", "620121100201_1", "62_0_0", "６２0121100201_x", "\0_\0"])
def test_a_cursor_that_names_no_row_is_refused(cursor: str):
    with pytest.raises(Invalid, match=r"Start from the first page|请从第一页开始"):
        listing.page(case_list.cases(SCOPE), case_list.ORDERS["village"], cursor=cursor)


def test_a_cursor_of_another_order_is_refused(peopled: World):
    after = listing.page(case_list.cases(SCOPE), case_list.ORDERS["largest"], size=2).after
    with pytest.raises(Invalid, match=r"belongs to another list|属于另一"):
        listing.page(case_list.cases(SCOPE), case_list.ORDERS["newest"], cursor=after)


def test_an_order_that_is_not_offered_is_refused():
    with pytest.raises(Invalid, match="village, waiting, newest, largest"):
        listing.order_asked("name", case_list.ORDERS)
