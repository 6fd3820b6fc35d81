"""Every page in both languages, on a phone and at a desk: axe-core finds nothing, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from config.env import ROOT
from tests.browser.conftest import SOURCE, Site
from tests.browser.visiting import DESK, LANGUAGES, PHONE, TINY, heard, overflow, settled_overflow, signed_in
from tests.cast import CITY, COUNTY, VILLAGE

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/",
    f"/?division={VILLAGE}",
    "/?as_of=2020-01-01",
    "/figures/monitoring.total.households/",
    "/figures/elimination.rate/",
    "/figures/elimination.households/?as_of=2020-01-01",
    "/figures/funds.arrived/",
    "/households/",
    "/households/?q=nobody",
    "/households/HOUSEHOLD/",
    "/my-work/",
    "/warnings/",
    "/households/assign/",
    "/households/HOUSEHOLD/assign/",
    "/visits/",
    "/visits/VISIT/",
    "/cases/",
    "/cases/CASE/",
    "/cases/OPEN/",
    "/cases/CASE/plan/",
    "/indicators/",
    "/indicators/elimination.rate/",
    "/indicators/funds.arrived/",
    "/reconciliations/",
    f"/reconciliations/{SOURCE}/",
    f"/reconciliations/{SOURCE}/?show=attention&division={COUNTY}",
    "/divisions/",
    f"/divisions/{CITY}/",
    "/divisions/search/?q=ydx",
    "/components/",
    "/standards/",
    "/standards/clock/verify/",
    "/lines/",
    "/profile/",
    "/profile/password/",
    "/nowhere/",
    "/?as_of=x",
    "/?division=11",
]
# Opened, too, are the parts that wait behind a summary; of those that share a name only one can be open.
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
RUN = """async tags => {
    const told = await axe.run(document, {runOnly: tags, resultTypes: ['violations'], selectors: false});
    return told.violations.map(each => `${each.id}: ${each.help}: ` + each.nodes.map(node => node.html).join(' | '));
}"""


@pytest.fixture(scope="module", params=LANGUAGES)
def visit(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """The supervisor in one of the languages, with axe-core at hand in every page."""
    context = signed_in(browser, site.address, site.supervisor, request.param, viewport=DESK)
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def found(page: Page) -> list[str]:
    """What axe-core finds on a page with everything opened."""
    page.evaluate(OPEN_ALL)
    return [str(each) for each in page.evaluate(RUN, STANDARDS)]


@pytest.mark.browser
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_at_either_width_and_the_page_fits_a_narrow_window(visit: Page, site: Site, address: str):
    """The page is loaded once: what differs between the widths is the style sheet's doing alone."""
    visit.set_viewport_size(DESK)
    case, opened = site.case, site.open_case
    keys = {"HOUSEHOLD": case.household_id, "CASE": case.pk, "OPEN": opened.pk, "VISIT": site.visit.pk}
    visit.goto("/".join(str(keys.get(part, part)) for part in address.split("/")))
    assert found(visit) == []
    visit.set_viewport_size(PHONE)
    assert settled_overflow(visit) == 0
    assert found(visit) == []
    visit.set_viewport_size(TINY)
    assert settled_overflow(visit) == 0


@pytest.mark.browser
@pytest.mark.parametrize(
    "address", ["/standards/clock/verify/", "/standards/checklist/must_see/", "/lines/", "/people/open/"]
)
def test_the_forms_of_an_administrator_are_open_to_everyone(browser: Browser, site: Site, address: str):
    context = signed_in(browser, site.address, site.administrator, "en", viewport=DESK)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(address)
    assert found(page) == []
    page.locator("form[method=post] button[type=submit]").last.click()
    page.locator("[role=alert]").first.wait_for()
    assert found(page) == []
    page.set_viewport_size(TINY)
    assert settled_overflow(page) == 0
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("address", ["", "plan/", "measures/", "MEASURE"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_of_a_plan_are_open_to_everyone(browser: Browser, site: Site, address: str, language: str):
    context = signed_in(browser, site.address, site.caseworker, language, viewport=PHONE)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(f"/cases/{site.open_case.pk}/{address.removeprefix('MEASURE')}")
    if address == "MEASURE":
        page.locator("a[href^='/measures/']").first.click()
        page.wait_for_url("**/measures/*/")
    assert found(page) == []
    assert settled_overflow(page) == 0
    page.set_viewport_size(TINY)
    assert settled_overflow(page) == 0
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_of_a_caseworker_is_open_to_everyone(browser: Browser, site: Site, language: str):
    context = signed_in(browser, site.address, site.caseworker, language, viewport=PHONE)
    context.add_init_script(path=AXE)
    page = context.new_page()
    for address in ("/my-work/", "/warnings/"):
        page.goto(address)
        assert found(page) == []
        assert settled_overflow(page) == 0
    page.locator("table a[href^='/warnings/']").first.click()
    page.wait_for_url("**/warnings/*/")
    assert found(page) == []
    page.set_viewport_size(TINY)
    assert settled_overflow(page) == 0
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_people_are_open_to_everyone(browser: Browser, site: Site, language: str):
    context = signed_in(browser, site.address, site.administrator, language, viewport=DESK)
    context.add_init_script(path=AXE)
    page = context.new_page()
    for address in ("/people/", "/people/open/", f"/people/{site.supervisor.pk}/"):
        page.set_viewport_size(DESK)
        assert page.goto(address).status == 200
        assert found(page) == []
        page.set_viewport_size(PHONE)
        assert settled_overflow(page) == 0
        assert found(page) == []
        page.set_viewport_size(TINY)
        assert settled_overflow(page) == 0
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_is_open_to_everyone(browser: Browser, site: Site, language: str):
    context = browser.new_context(locale=LANGUAGES[language], base_url=site.address, viewport=TINY)
    context.add_init_script(path=AXE)
    page = context.new_page()
    faults = heard(page, site.address)
    page.goto("/")
    assert found(page) == []
    assert overflow(page) == 0
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("wrong")
    page.locator("#id_password").press("Enter")
    page.locator("[role=alert]").wait_for()
    assert found(page) == []
    assert faults == []
    context.close()
