"""The reader of the API's document works from our own files, under the policy that forbids anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.visiting import PASSWORD

pytestmark = pytest.mark.browser
OPERATIONS = 33


def test_the_reader_shows_every_operation_and_asks_no_other_host(browser: Browser, site: Site):
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, locale="en")
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith((site.address, "data:")) else trouble.append(sent.url))
    page.goto(f"{site.address}/sign-in/?next=/api/v1/docs")
    page.fill("[name=username]", site.supervisor.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() >= OPERATIONS
    page.locator(".opblock", has_text="Your own postings").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response .response-col_status").first).to_contain_text("200")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / "api-docs.png"), full_page=False)
    context.close()
    assert trouble == []
