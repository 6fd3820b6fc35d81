"""Ways through the site in a real browser: with eyes, keyboard, no script, a slow line, a narrow phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SOURCE, Site
from tests.browser.visiting import (
    DESK,
    LANGUAGES,
    PASSWORD,
    PHONE,
    TINY,
    heard,
    is_styled,
    overflow,
    signed_in,
)
from tests.cast import CITY, COUNTY

pytestmark = pytest.mark.browser
SCOPE = f"division={CITY}&as_of=2022-09-05"
TOTAL = "monitoring.total.households"
WORDS = {
    "en": {"sign in": "Sign in", "title": "Monitored, eliminated included (households)"},
    "zh-Hans": {"sign in": "登录", "title": "监测对象（户）"},
}
# As on a village's mobile network: 50 kB a second, and a third of a second until an answer begins.
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50 * 1024, "uploadThroughput": 20 * 1024}


@pytest.fixture
def visitor(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The supervisor at a desk, in English unless the test asks otherwise."""
    asked = {"language": "en", "viewport": DESK} | getattr(request, "param", {})
    language = asked.pop("language")
    context = signed_in(browser, site.address, site.supervisor, language, **asked)
    yield context.new_page()
    context.close()


def rows(page: Page) -> int:
    """How many households the list on the page shows."""
    return page.locator("tr.record").count()


def number_of(page: Page, code: str) -> int:
    """The figure as the overview shows it."""
    return int(page.locator(f"a.number[href*='{code}']").first.inner_text())


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_signing_in_to_the_households_behind_a_number(
    browser: Browser, site: Site, language: str, size: dict[str, int]
):
    context = browser.new_context(locale=LANGUAGES[language], viewport=size, base_url=site.address)
    page = context.new_page()
    faults = heard(page, site.address)
    page.goto("/")
    page.locator("#id_username").fill(site.supervisor.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=WORDS[language]["sign in"]).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert is_styled(page)
    count = number_of(page, TOTAL)
    page.locator(f"a.number[href*='{TOTAL}']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["title"])
    assert rows(page) == count == 7
    assert "as_of=2022-09-05" in page.url
    assert overflow(page) == 0
    assert faults == []
    context.close()


def test_the_headline_figures_are_seen_without_scrolling(visitor: Page):
    visitor.goto("/")
    for code in (TOTAL, "monitoring.new.households", "elimination.households", "elimination.rate"):
        box = visitor.locator(f"a.number[href*='{code}']").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= DESK["height"]


def test_from_a_number_to_a_household_and_back_with_everything_as_it_was(visitor: Page):
    visitor.goto(f"/?{SCOPE}&known_at=2022-12-31T00:00:00%2B08:00")
    overview, count = visitor.url, number_of(visitor, TOTAL)
    visitor.locator(f"a.number[href*='{TOTAL}']").first.click()
    the_list = visitor.url
    assert "known_at=2022-12-31" in the_list
    visitor.locator("tr.record a").first.click()
    expect(visitor).to_have_url(re.compile(r"/households/[0-9a-f-]{36}/\?.*as_of=2022-09-05.*known_at=2022-12-31"))
    visitor.go_back()
    assert visitor.url == the_list
    assert rows(visitor) == count
    visitor.go_back()
    assert visitor.url == overview
    assert number_of(visitor, TOTAL) == count


def test_switching_division_day_and_language_keeps_the_rest(visitor: Page):
    visitor.goto(f"/indicators/{TOTAL}/?{SCOPE}")
    visitor.locator(".switcher summary").click()
    visitor.locator("#division-q").press_sequentially("永登")
    visitor.locator("#division-matches a").first.click()
    expect(visitor).to_have_url(re.compile(rf"/indicators/{TOTAL}/\?.*division={COUNTY}"))
    assert "as_of=2022-09-05" in visitor.url
    visitor.locator("details.scope summary").click()
    visitor.locator("#as_of").fill("2021-12-31")
    visitor.locator("#period_start").fill("2021-01-01")
    visitor.locator("details.scope button[type=submit]").click()
    expect(visitor).to_have_url(re.compile(rf"division={COUNTY}.*as_of=2021-12-31"))
    assert visitor.locator(".figure-now a.number").inner_text() == "1"
    address = visitor.url
    visitor.get_by_role("button", name="中文").click()
    expect(visitor.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert visitor.url == address
    assert visitor.locator(".figure-now a.number").inner_text() == "1"


def test_the_keyboard_alone_signs_in_reaches_the_content_and_opens_a_list(browser: Browser, site: Site):
    context = browser.new_context(locale="en-US", viewport=DESK, base_url=site.address)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(site.supervisor.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".tiles").wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _step in range(25):
        page.keyboard.press("Tab")
        if TOTAL in (page.locator(":focus").get_attribute("href") or ""):
            break
    assert page.locator(":focus").evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Monitored")
    context.close()


@pytest.mark.parametrize("visitor", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_everything_can_be_read_searched_and_switched(visitor: Page, site: Site):
    visitor.goto("/")
    expect(visitor.locator(".chart").first).to_be_hidden()
    expect(visitor.locator("#months-table")).to_be_visible()
    visitor.goto(f"/households/?{SCOPE}")
    visitor.locator("#q").fill("文山村")
    visitor.locator("#q").press("Enter")
    assert rows(visitor) == 2
    visitor.locator(".switcher summary").click()
    visitor.locator("#division-q").fill("永登")
    visitor.locator("#division-q").press("Enter")
    visitor.locator(".matches a").first.click()
    assert f"division={COUNTY}" in visitor.url
    visitor.goto(f"/households/{site.case.household_id}/?{SCOPE}")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    visitor.goto(f"/reconciliations/{SOURCE}/")
    visitor.get_by_role("link", name="What needs attention").click()
    expect(visitor.locator("#elimination\\.rate")).to_be_visible()


@pytest.mark.parametrize("visitor", [{"viewport": PHONE}], indirect=True)
def test_on_a_slow_line_the_figures_come_before_the_charts_and_nothing_breaks(visitor: Page, site: Site):
    faults = heard(visitor, site.address)
    line = visitor.context.new_cdp_session(visitor)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    visitor.goto("/", wait_until="commit")
    expect(visitor.locator(f"a.number[href*='{TOTAL}']").first).to_be_visible(timeout=15_000)
    assert visitor.locator("canvas").count() == 0
    line.send("Network.emulateNetworkConditions", SLOW | {"downloadThroughput": -1})
    visitor.wait_for_load_state("load")
    visitor.locator(".chart").first.scroll_into_view_if_needed()
    expect(visitor.locator(".chart canvas").first).to_be_visible(timeout=15_000)
    assert faults == []


def test_the_trend_of_an_indicator_is_drawn_beside_its_table(visitor: Page, site: Site):
    faults = heard(visitor, site.address)
    visitor.goto(f"/indicators/elimination.rate/?{SCOPE}")
    visitor.locator(".chart").scroll_into_view_if_needed()
    expect(visitor.locator(".chart canvas")).to_be_visible()
    assert visitor.locator("#months-table tbody tr").count() == 13
    assert faults == []


@pytest.mark.parametrize("visitor", [{"viewport": TINY}], indirect=True)
def test_on_the_narrowest_phone_the_menu_opens_and_leads_on(visitor: Page):
    visitor.goto("/")
    assert overflow(visitor) == 0
    visitor.locator(".navigation-phone summary").click()
    visitor.locator(".navigation-phone").get_by_role("link", name="Households").click()
    assert rows(visitor) == 9
    assert overflow(visitor) == 0


@pytest.mark.parametrize(
    "visitor", [{"viewport": PHONE, "language": each} for each in LANGUAGES], indirect=True, ids=list(LANGUAGES)
)
def test_the_frame_of_a_phone_s_page_takes_one_row(visitor: Page, site: Site):
    site.supervisor.full_name = "阿卜杜热合曼·买买提依明"
    site.supervisor.save(update_fields=("full_name",))
    visitor.goto("/")
    tops = visitor.locator(".top-row > *").evaluate_all("all => all.map(each => each.getBoundingClientRect().bottom)")
    assert max(tops) - min(tops) < 10
    assert overflow(visitor) == 0


def test_a_desk_shows_the_tasks_in_one_row_and_the_pages_of_the_present_one_below(visitor: Page):
    visitor.goto("/reconciliations/")
    rows = visitor.locator(".navigation-desk ul").all()
    tasks, present = (row.get_by_role("link").all_inner_texts() for row in rows)
    assert tasks == ["My work", "Overview", "Households", "Cases", "Reports", "Administration"]
    assert present == ["Indicators", "Reconciliation", "Data quality"]
    heights = visitor.locator(".navigation-desk a").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert max(heights) < 60, "a name is broken over two lines"


def test_a_reconciliation_prints_as_tables_without_the_frame(visitor: Page):
    visitor.goto(f"/reconciliations/{SOURCE}/")
    visitor.emulate_media(media="print")
    expect(visitor.locator("header.top")).to_be_hidden()
    expect(visitor.locator("details.scope")).to_be_hidden()
    visitor.set_viewport_size({"width": 718, "height": 1000})  # what A4 leaves between its margins
    assert visitor.locator("table.figures").first.evaluate("each => getComputedStyle(each).display") == "table"
    assert overflow(visitor) == 0
