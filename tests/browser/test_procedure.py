"""The doors of the procedure in a browser: open to everyone, at either width, in both languages, faults included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import User
from households.models import Case
from tests.browser.conftest import Site
from tests.browser.test_accessibility import AXE, found
from tests.browser.visiting import DESK, LANGUAGES, PHONE, TINY, heard, settled_overflow, signed_in
from tests.cast import HUANG, LI, SUN, WANG, WAY_TO_MONITORED, World, numbers

AUGUST = date(2022, 8, 1)
BY_OTHERS = 400  # numbers that the site's own people hold


@pytest.fixture(scope="module")
def world(site: Site, django_db_blocker) -> World:
    """The people of the site, to whom a few more cases are added."""
    with django_db_blocker.unblock():
        return World({user.username: user for user in User.objects.all()}, islice(numbers(), BY_OTHERS, None))


@pytest.fixture(scope="module")
def reported(world: World, django_db_blocker) -> Case:
    """A clue that waits to be verified."""
    with django_db_blocker.unblock():
        return world.report(world.household(AUGUST), AUGUST)


@pytest.fixture(scope="module")
def noticed(world: World, django_db_blocker) -> Case:
    """A case whose notice hangs."""
    with django_db_blocker.unblock():
        case = world.report(world.household(AUGUST), AUGUST)
        return world.steps(case, WAY_TO_MONITORED[:4], AUGUST)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(browser: Browser, site: Site, world: World, language: str) -> Iterator[dict[str, Page]]:
    """A page for whoever acts, with axe-core at hand."""
    pages: dict[str, Page] = {}
    for name in (LI, WANG, HUANG, SUN):
        context = signed_in(browser, site.address, world[name], language, viewport=DESK)
        context.add_init_script(path=AXE)
        pages[name] = context.new_page()
    yield pages
    for page in pages.values():
        page.context.close()


def check(page: Page) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert found(page) == []
    page.set_viewport_size(TINY)
    assert settled_overflow(page) == 0


@pytest.mark.browser
def test_every_form_is_open_to_everyone_and_so_are_its_faults(opened, reported: Case, site: Site):
    home, other = reported.household_id, site.open_case
    forms = {
        f"/cases/{reported.pk}/steps/verified/": WANG,
        f"/cases/{reported.pk}/steps/refused/": WANG,
        f"/cases/{other.pk}/feedback/": LI,
        f"/households/{site.case.household_id}/report/": LI,
        f"/households/{home}/income/": LI,
        f"/households/{home}/guarantees/": LI,
        "/households/register/": LI,
    }
    for address, name in forms.items():
        page = opened[name]
        page.goto(address)
        check(page)
        for required in page.locator("main form[method=post] input[type=date]").all():
            required.fill("")
        page.locator("main form[method=post] button.btn-primary").click()
        page.locator("[role=alert]").first.wait_for()
        check(page)


@pytest.mark.browser
def test_the_case_tells_its_procedure_and_the_sheet_of_its_notice(opened, noticed: Case, reported: Case, site: Site):
    page = opened[SUN]
    faults = heard(page, site.address)
    for address in (f"/cases/{reported.pk}/", f"/cases/{noticed.pk}/", f"/cases/{noticed.pk}/notice/", "/notices/"):
        page.goto(address)
        check(page)
    assert faults == []


@pytest.mark.browser
def test_who_comes_second_reads_what_changed(opened, world: World, django_db_blocker, language: str):
    with django_db_blocker.unblock():
        case = world.report(world.surveyed(world.household(AUGUST), AUGUST), AUGUST)
    first, second = opened[WANG], opened[HUANG]
    for page in (first, second):
        page.goto(f"/cases/{case.pk}/steps/verified/")
        page.locator("[name=is_authorised]").check()
        page.locator("[name=on]").fill(AUGUST.isoformat())
        page.locator("[name=findings]").fill("情况属实")
    first.locator("main form[method=post] button.btn-primary").click()
    first.locator(".alert-success").wait_for()
    second.locator("main form[method=post] button.btn-primary").click()
    second.locator("[role=alert]").first.wait_for()
    assert WANG in second.locator("[role=alert]").first.inner_text()
    assert second.locator("[name=findings]").input_value() == "情况属实"
    check(second)
