"""A browser, and a small city on a site of its own, made once for a module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from assistance.rules.categories import Category
from common.database import as_owner
from demo.models import Demonstration
from households.models import Case, Clue, MonitoringLine, Visit
from households.operations.visits import PhotoTaken
from households.rules.codes import Risk
from households.rules.visits import Position
from reports.sources import by_id
from tests.browser.visiting import PASSWORD, launched
from tests.cast import CITY, FAR_VILLAGE, LI, NEXT_VILLAGE, PROVINCE, SUN, VILLAGE, ZHOU, World, evening, picture

SOURCE = "lanzhou-2022-09-05"
DAY, LATER = date(2022, 4, 1), date(2022, 8, 1)


@dataclass(frozen=True)
class Site:
    """A running site: its address, the supervisor and the administrator of its city, and two cases.

    `case` has everything that a case can have and is eliminated, `open_case` is monitored.
    """

    address: str
    supervisor: User
    case: Case
    administrator: User
    open_case: Case
    visit: Visit
    caseworker: User
    world: World


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of this machine."""
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker, browser: Browser) -> Iterator[Site]:
    """The site with a city of nine households; its tests only look. Everything is gone again after the module."""
    with django_db_blocker.unblock():
        world = World.begin()
        case, open_case = peopled(world)
        visit = visited(world, case)
        supervisor = world[SUN]
        supervisor.set_password(PASSWORD)
        supervisor.save(update_fields=("password",))
        server = LiveServer("127.0.0.1")
        try:
            yield Site(server.url, supervisor, case, world[ZHOU], open_case, visit, world[LI], world)
        finally:
            server.stop()
            with as_owner():
                call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def visited(world: World, case: Case) -> Visit:
    """A visit with everything that a visit can have."""
    return world.visit(
        case.household,
        LATER,
        answers={"must_see": {"housing": "fine", "drinking_water": "problem"}},
        photos=[PhotoTaken(picture())],
        signature=picture("PNG"),
        signed_name="张三",
        position=Position(Decimal("36.736354"), Decimal("103.2609"), 15),
        next_visit_on=LATER + timedelta(days=30),
    )


def peopled(world: World) -> tuple[Case, Case]:
    """Households in each village, some eliminated, one late, one with a long story, and a demonstration's notice."""
    MonitoringLine.objects.create(
        division_id=PROVINCE, valid_from=date(2022, 1, 1), amount=Decimal(6500), source="Gansu, 2022"
    )
    for village in (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE):
        world.help(world.monitored(DAY, village=village), Category.HEALTH, LATER)
    for persons in (2, 4):
        world.eliminated(DAY, LATER, persons=persons)
    world.report(world.household(DAY), DAY, risks=[Risk.ILLNESS, Risk.SCHOOLING])
    world.household(DAY, village=FAR_VILLAGE)
    case = world.eliminated(date(2021, 3, 1), LATER, persons=5)
    for category in (Category.HEALTH, Category.EDUCATION, Category.INDUSTRY):
        world.help(case, category, LATER)
    open_case = world.monitored(DAY)
    world.help(open_case, Category.HOUSING, None)
    Clue.objects.create(
        household=open_case.household,
        village_id=open_case.village_id,
        cause="dropout",
        facts={"on": DAY.isoformat()},
        proposed_at=evening(DAY),
    )
    source = by_id(SOURCE)
    Demonstration.objects.create(
        division_id=CITY,
        source_id=source.id,
        source_title=source.title,
        as_of=source.as_of,
        period_start=source.period_start,
        seed=1,
        households=9,
        persons=30,
        choice={"zh": "取2,192人", "en": "2,192 was chosen"},
        made_at=timezone.now(),
    )
    return case, open_case
