"""Takes the README's pictures from a running demonstration: `python docs/screenshots/take.py http://127.0.0.1:8000`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
# name: (width, height, pixels a point, language)
SCREENS = {
    "desk-zh": (1280, 900, 1, "zh-CN"),
    "desk-en": (1280, 900, 1, "en"),
    "phone-zh": (390, 844, 2, "zh-CN"),
}


def overview(browser: Browser, address: str, name: str) -> Page:
    """The overview of the supervisor on one of the screens."""
    width, height, scale, language = SCREENS[name]
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale, locale=language)
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", "supervisor")
    page.fill("[name=password]", "shouwang-demo")
    page.locator("form:has([name=password]) [type=submit]").click()
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    with sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for screen in SCREENS:
            overview(chromium, sys.argv[1].rstrip("/"), screen).screenshot(path=HERE / f"dashboard-{screen}.png")
        page = overview(chromium, sys.argv[1].rstrip("/"), "desk-zh")
        page.locator("table", has_text="r.expenditure").first.screenshot(path=HERE / "relations-desk-zh.png")
        chromium.close()
