"""Changes get their positions once they are committed, and no reader misses one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from common.ids import new_id
from exchange.models import Change, Epoch, PendingChange
from exchange.operations import feed
from exchange.rules.changes import KINDS, Reach
from households.models import MonitoringLine
from households.operations import households
from tests.cast import CITY, COUNTY, FAR_VILLAGE, NEXT_VILLAGE, OTHER_COUNTY, SUN, VILLAGE, World, evening

pytestmark = pytest.mark.django_db(transaction=True)
APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)


@pytest.fixture
def world() -> World:
    world = World.begin()
    feed.settle_all()
    return world


def told(code: str = CITY, after: int = 0, kinds=tuple(KINDS)) -> list[tuple[str, str | None, str | None]]:
    """What somebody posted to the division reads beyond a position: kind, place before and place after."""
    page = feed.read(after=after, last=feed.settle(), reach=Reach((code,)), kinds=kinds, size=1000)
    return [(entry.kind, entry.before, entry.after) for entry in page.entries]


def test_a_new_record_comes_from_nowhere_once_however_many_statements_wrote_it(world: World):
    here = feed.settle()
    world.report(world.household(APRIL, persons=2), APRIL)
    assert sorted(told(after=here)) == [
        ("case-events", None, VILLAGE),
        ("cases", None, VILLAGE),
        ("deadlines", None, VILLAGE),
        ("deadlines", None, VILLAGE),
        ("households", None, VILLAGE),
        ("members", None, VILLAGE),
        ("members", None, VILLAGE),
    ]


def test_a_household_that_moves_takes_all_its_records_to_the_other_place(world: World):
    case = world.monitored(APRIL)
    records = set(told(kinds=("cases", "members", "households", "income-surveys", "case-events")))
    here = feed.settle()
    world.moved(case.household, FAR_VILLAGE, MAY)
    moved = told(OTHER_COUNTY, here)
    assert {kind for kind, _before, _after in records} <= {kind for kind, before, _after in moved if before == VILLAGE}
    assert {after for _kind, before, after in moved if before == VILLAGE} == {FAR_VILLAGE}
    assert told(NEXT_VILLAGE, here) == []


def test_a_household_that_is_removed_takes_its_records_along(world: World):
    household = world.household(APRIL, persons=2)
    here = feed.settle()
    households.remove(
        household=household, reason="误录", by=world[SUN], at=evening(MAY), expected_version=household.version
    )
    assert sorted(told(after=here)) == [("households", VILLAGE, None), *[("members", VILLAGE, None)] * 2]


def test_what_is_undone_leaves_nothing(world: World):
    here = feed.settle()
    with transaction.atomic():
        world.household(APRIL)
        transaction.set_rollback(True)
    assert told(after=here) == []
    assert not PendingChange.objects.exists()


def test_a_change_of_a_person_is_told_of_the_membership(world: World):
    household = world.household(APRIL, persons=2)
    here = feed.settle()
    member = household.memberships.first().member
    member.name = "李四"
    member.save(update_fields=("name",))
    assert told(after=here) == [("members", VILLAGE, VILLAGE)]


def test_a_line_above_is_told_to_who_is_posted_below(world: World):
    here = feed.settle()
    MonitoringLine.objects.create(division_id="62", valid_from=APRIL, amount="6500.00", source="甘肃省")
    assert told(COUNTY, here) == [("monitoring-lines", None, "62")]


def test_positions_are_dense_and_start_at_one(world: World):
    world.monitored(APRIL)
    last = feed.settle()
    assert list(Change.objects.order_by("position").values_list("position", flat=True)) == list(range(1, last + 1))


def test_one_settler_at_a_time_and_the_other_does_not_wait(world: World):
    world.household(APRIL)
    with connection.Database.connect(**_plain(connection.get_connection_params())) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('exchange_settle'))")
        before = feed.settle()
        assert PendingChange.objects.exists()
        other.rollback()
    assert feed.settle() > before
    assert not PendingChange.objects.exists()


def test_an_epoch_begins_where_another_database_goes_on(world: World):
    first = feed.present_epoch()
    feed.settle()
    assert feed.present_epoch() == first
    Epoch.objects.update(database="another one")
    last = feed.settle()
    second = feed.present_epoch()
    assert (second.code != first.code, second.first_position) == (True, last)
    world.household(APRIL)
    later = feed.settle()
    assert later > last
    assert feed.agreed_until(code=first.code, last=later) == last
    assert feed.agreed_until(code=second.code, last=later) == later


def test_an_epoch_that_is_not_known_here_is_agreed_upon_until_the_first_restoration(world: World):
    last = feed.settle()
    feed.begin()
    world.household(APRIL)
    later = feed.settle()
    feed.begin()
    assert feed.agreed_until(code=new_id(), last=later) == last


def _plain(parameters: dict) -> dict:
    return {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
