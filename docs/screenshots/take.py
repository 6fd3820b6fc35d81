"""Takes the pictures of the main pages from a demonstration of its own: `make screenshots`."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from docs.showing import demonstration, launched, signed_in

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
}


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


def all_of(context: BrowserContext, suffix: str) -> None:
    """Every page on one screen in one language; household and case are reached as a reader reaches them."""
    page = context.new_page()
    for name, address in PAGES.items():
        page.goto(address)
        take(page, f"{name}-{suffix}")
    page.goto(f"/figures/elimination.households/?{SCOPE}")
    page.locator("tr.record a").first.click()
    take(page, f"household-{suffix}")
    page.locator("main a[href*='/cases/']").first.click()
    take(page, f"case-{suffix}")


if __name__ == "__main__":
    with demonstration() as address, sync_playwright() as tool:
        browser = launched(tool)
        for screen, (width, height, scale) in SCREENS.items():
            for language, locale in LANGUAGES.items():
                size = {"width": width, "height": height}
                options = {"viewport": size, "device_scale_factor": scale}
                context = signed_in(browser, address, locale, **options)
                all_of(context, f"{screen}-{language}")
                context.close()
        browser.close()
