"""How the browser tests visit the site: sizes of window, languages, signing in, and what they measure of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from config import env

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "watch-and-help-2022"
TINY, PHONE, DESK = {"width": 320, "height": 640}, {"width": 360, "height": 740}, {"width": 1280, "height": 900}
LANGUAGES = {"en": "en-US", "zh-Hans": "zh-CN"}


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser of this machine; without one the tests are skipped, or fail where REQUIRE_BROWSER is set."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        reason = f"no browser in PATH ({', '.join(NAMES)})"
        if env.read()["REQUIRE_BROWSER"]:
            pytest.fail(reason)
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which the tests use the database all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, user: User, language: str, **options: object) -> BrowserContext:
    """A fresh browser in which `user` is signed in already."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(locale=LANGUAGES[language], base_url=address, **options)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": urlsplit(address).hostname, "path": "/"}]
    )
    return context


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def settled_overflow(page: Page) -> int:
    """The same once charts have followed a change of the window, which they do in the next frames."""
    for _frame in range(20):
        if overflow(page) == 0:
            break
        page.wait_for_timeout(50)
    return overflow(page)


def is_styled(page: Page) -> bool:
    """Whether the style sheets arrived."""
    return str(page.evaluate("getComputedStyle(document.querySelector('.tiles')).display")) == "grid"


def heard(page: Page, address: str) -> list[str]:
    """What goes wrong while the page is used: errors in the console, and requests to anywhere but the site."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else faults.append(asked.url))
    return faults
