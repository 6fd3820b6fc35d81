"""Takes the pictures of the main pages from a demonstration of its own: `make screenshots`."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from docs.showing import FOLDER, ROOT, demonstration, launched, signed_in

HERE = Path(__file__).resolve().parent
LARGEST = 250_000
# name: (width, height, pixels a point)
SCREENS = {"desk": (1280, 1480, 1), "phone": (390, 1180, 2)}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SCOPE = "division=6201&as_of=2022-09-05&period_start=2022-01-01"
PAGES = {
    "overview": f"/?{SCOPE}",
    "households": f"/households/?{SCOPE}",
    "reconciliation": "/reconciliations/lanzhou-2022-09-05/?show=attention",
    "indicator": f"/indicators/elimination.rate/?{SCOPE}",
    "quality": "/quality/",
}
# What a caseworker finds at some homes, so that the warnings have something to show.
TROUBLES = ("is_housing_safe", "is_water_safe", "is_schooling_kept", "is_everyone_insured")
ASK_FOR_WARNINGS = ("-m", "celery", "-A", "config.celery", "call", "households.tasks.propose_clues_everywhere")
# The work of a caseworker.
WORK = {"work": "/my-work/", "warnings": "/warnings/"}


def take(page: Page, name: str) -> None:
    """What the window shows, as a WebP of at most 250 kB."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)  # charts are drawn after their library has come
    tool = page.context.new_cdp_session(page)
    for quality in (82, 70, 55, 40):
        shot = tool.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) <= LARGEST:
            break
    (HERE / f"{name}.webp").write_bytes(picture)
    print(f"{name}.webp: {len(picture) // 1000} kB")


def figures(context: BrowserContext, suffix: str) -> None:
    """The pages of a supervisor; household and case are reached as a reader reaches them."""
    page = context.new_page()
    for name, address in PAGES.items():
        page.goto(address)
        take(page, f"{name}-{suffix}")
    page.goto(f"/figures/elimination.households/?{SCOPE}")
    page.locator("tr.record a").first.click()
    take(page, f"household-{suffix}")
    page.locator("main a[href*='/cases/']").first.click()
    take(page, f"case-{suffix}")
    page.goto("/notices/")
    sheet = page.locator("main a[href$='/notice/']")
    if sheet.count():
        sheet.first.click()
    take(page, f"notice-{suffix}")


def casework(context: BrowserContext, suffix: str) -> None:
    """The pages of a caseworker, from the work of the day to a visit, a plan and what stands before an elimination."""
    page = context.new_page()
    for name, address in WORK.items():
        page.goto(address)
        take(page, f"{name}-{suffix}")
    page.goto("/my-work/")
    page.locator("main a[href$='/visit/']").first.click()
    take(page, f"visit-{suffix}")
    page.goto("/cases/?status=monitored")
    page.locator("tr.record a").first.click()
    page.wait_for_load_state()
    if "/cases/" not in page.url:
        page.locator("main a[href*='/cases/']").first.click()
        page.wait_for_load_state()
    page.locator("#gate").scroll_into_view_if_needed()
    page.locator("#gate").evaluate("part => part.scrollIntoView()")
    take(page, f"gate-{suffix}")
    page.locator("main a[href$='/plan/']").first.click()
    take(page, f"plan-{suffix}")


def troubled(context: BrowserContext) -> None:
    """Checks at four homes that are no longer monitored, each with something wanting, and the warnings of them."""
    page = context.new_page()
    page.goto("/cases/?status=eliminated")
    homes = page.locator("tr.record a[href*='/cases/']").evaluate_all("found => found.map(each => each.href)")
    for home, trouble in zip(homes, TROUBLES, strict=False):
        page.goto(home)
        page.goto(page.locator("main a[href*='/households/']").nth(1).get_attribute("href") or "")
        page.goto(page.url.split("?")[0] + "guarantees/")
        page.locator(f"[name={trouble}]").select_option("no")
        page.locator("main form[method=post] [type=submit]").last.click()
        page.wait_for_load_state()
    environment = {**os.environ, "DATA_DIR": str(FOLDER), "ENVIRONMENT": "development", "DEBUG": "off"}
    subprocess.run([sys.executable, *ASK_FOR_WARNINGS], cwd=ROOT, env=environment, check=True)  # noqa: S603 (ours)
    for _second in range(60):
        page.goto("/warnings/")
        if page.locator("main a[href^='/warnings/']").count() >= len(TROUBLES):
            break
        page.wait_for_timeout(1000)
    page.close()


@contextmanager
def screen(browser: Browser, address: str, language: str, name: str, user: str) -> Iterator[BrowserContext]:
    """One person on one screen in one language."""
    width, height, scale = SCREENS[name]
    size = {"width": width, "height": height}
    context = signed_in(browser, address, LANGUAGES[language], user, viewport=size, device_scale_factor=scale)
    yield context
    context.close()


if __name__ == "__main__":
    with demonstration() as address, sync_playwright() as tool:
        browser = launched(tool)
        with screen(browser, address, "zh", "desk", "caseworker") as context:
            troubled(context)
        for name in SCREENS:
            for language in LANGUAGES:
                with screen(browser, address, language, name, "supervisor") as context:
                    figures(context, f"{name}-{language}")
                with screen(browser, address, language, name, "caseworker") as context:
                    casework(context, f"{name}-{language}")
        browser.close()
