"""A supervisor's first minutes in a real browser: signing in, from a number to its list, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from assistance.rules.categories import Category
from tests.browser.visiting import DESK, LANGUAGES, PASSWORD, PHONE, is_styled, overflow
from tests.cast import CITY, NEXT_VILLAGE, SUN, World

WORDS = {
    "en": {"sign in": "Sign in", "title": "Monitored, eliminated included (households)", "head": "Head of household"},
    "zh-Hans": {"sign in": "登录", "title": "监测对象（户）", "head": "户主"},
}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def supervisor() -> User:
    """The supervisor of a city in which five households are monitored, two of them eliminated."""
    world = World.begin()
    day, later = date(2022, 4, 1), date(2022, 8, 1)
    for village in ("620121100201", NEXT_VILLAGE, "620122100201"):
        world.help(world.monitored(day, village=village), Category.HEALTH, later)
    for persons in (2, 4):
        world.eliminated(day, later, persons=persons)
    user = world[SUN]
    user.set_password(PASSWORD)
    user.save(update_fields=("password",))
    return user


def opened(browser: Browser, server: LiveServer, language: str, size: dict[str, int]) -> Page:
    """A page of a fresh browser at the site's first address."""
    page = browser.new_context(locale=LANGUAGES[language], viewport=size).new_page()
    page.goto(server.url)
    return page


def sign_in(page: Page, user: User, language: str) -> None:
    """Fill in the form and send it."""
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=WORDS[language]["sign in"]).click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_signing_in_to_the_households_behind_a_number(
    browser: Browser, live_server: LiveServer, supervisor: User, language: str, size: dict[str, int]
):
    page = opened(browser, live_server, language, size)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(live_server.url) else None)
    sign_in(page, supervisor, language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto(f"{live_server.url}/?division={CITY}&as_of=2022-09-05")
    assert is_styled(page)
    assert overflow(page) == 0
    number = page.locator("a.number[href*='monitoring.total.households']")
    count = int(number.inner_text())
    number.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["title"])
    assert page.locator("tr.record").count() == count == 5
    expect(page.get_by_role("table")).to_be_visible()
    assert overflow(page) == 0
    assert "as_of=2022-09-05" in page.url
    assert faults == []
    page.context.close()


def test_the_language_is_changed_with_one_button_and_the_page_stays(
    browser: Browser, live_server: LiveServer, supervisor: User
):
    page = opened(browser, live_server, "zh-Hans", DESK)
    sign_in(page, supervisor, "zh-Hans")
    page.goto(f"{live_server.url}/figures/elimination.rate/?division={CITY}&as_of=2022-09-05")
    expect(page.get_by_role("columnheader").first).to_have_text(WORDS["zh-Hans"]["head"])
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("columnheader").first).to_have_text(WORDS["en"]["head"])
    assert re.search(r"/figures/elimination\.rate/\?division=6201&as_of=2022-09-05$", page.url)
    page.context.close()


def test_the_keyboard_alone_reaches_the_content_and_opens_a_list(
    browser: Browser, live_server: LiveServer, supervisor: User
):
    page = opened(browser, live_server, "en", DESK)
    sign_in(page, supervisor, "en")
    page.goto(f"{live_server.url}/?division={CITY}&as_of=2022-09-05")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _step in range(20):
        page.keyboard.press("Tab")
        if "monitoring.total.households" in (page.locator(":focus").get_attribute("href") or ""):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Monitored")
    page.context.close()
