"""A demonstration in a data folder of its own, running while somebody looks at it, with somebody signed in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "showing"
PATIENCE = 600  # seconds; the first start fills the folder
NAME, PASSWORD = "supervisor", "shouwang-demo"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a running demonstration; it ends with the block, its records stay for the next time."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "DATA_DIR": str(FOLDER), "PORT": port, "ENVIRONMENT": "development", "DEBUG": "off"}
    command = [sys.executable, "-m", "config.supervisor"]
    site = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 (our own program)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/sign-in/", site)
        yield address
    finally:
        site.terminate()
        site.wait(60)


def browser_path() -> str:
    """The browser of this machine."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        raise SystemExit(
            f"There is no browser in PATH ({', '.join(BROWSERS)}). Install one, such as Debian's chromium."
        )
    return found


def launched(tool: Playwright) -> Browser:
    """The browser, without a window."""
    return tool.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--hide-scrollbars"])


def signed_in(browser: Browser, address: str, language: str, name: str = NAME, **options: object) -> BrowserContext:
    """A fresh browser in which a user of the demonstration, its supervisor unless told, reads that language."""
    context = browser.new_context(base_url=address, locale=language, **options)
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) [type=submit]").click()
    page.locator("h1").first.wait_for()
    page.wait_for_url(lambda found: "/sign-in/" not in found)
    page.close()
    return context


def _wait_for(address: str, site: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if site.poll() is not None:
            raise SystemExit("The demonstration did not start; the reason stands above.")
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (our own address)
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"The demonstration did not answer within {PATIENCE} seconds.")
