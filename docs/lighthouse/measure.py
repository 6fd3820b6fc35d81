"""Lets Lighthouse judge the main pages as a phone sees them, and writes what it says: `make lighthouse`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from config.browser_libraries import npm
from docs.screenshots.take import SCOPE
from docs.showing import ROOT, browser_path, demonstration, launched, signed_in

DOCUMENT = Path(__file__).resolve().parent.parent / "lighthouse.md"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WANTED = 95
ROUNDS = 3
MEASURES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
}

TEXT = """# Lighthouse

Lighthouse {version}, as a phone on a slow line (its own simulation), medians of {rounds} runs, {day}. A supervisor is
signed in to the demonstration; {processors} processors, shared by site and browser. Written by `make lighthouse`; at
least {wanted} is wanted in every category.

| {heads} |
|{rule}
{lines}
"""


def addresses(address: str) -> tuple[dict[str, str], str]:
    """Overview, list and one household, and the cookies of a supervisor who is signed in."""
    with sync_playwright() as tool:
        browser = launched(tool)
        context = signed_in(browser, address, "zh-CN")
        page = context.new_page()
        page.goto(f"/figures/elimination.households/?{SCOPE}")
        page.locator("tr.record a").first.click()
        page.locator("h1").wait_for()
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
        household = page.url
        browser.close()
    return {
        "overview": f"{address}/?{SCOPE}",
        "list": f"{address}/households/?{SCOPE}",
        "household": household,
    }, cookies


def judged(address: str, cookies: str) -> dict[str, Any]:
    """One run of Lighthouse over a page, as a phone on a slow line."""
    command, environment = npm()
    node = command[0] if len(command) > 1 else "node"
    flags = "--headless=new --no-sandbox --disable-gpu"
    asked = [node, str(ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json"]
    asked += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"]
    asked += ["--extra-headers", json.dumps({"Cookie": cookies, "Accept-Language": "zh-CN"})]
    environment = {**os.environ, **environment, "CHROME_PATH": browser_path()}
    told = subprocess.run(  # noqa: S603 (a tool of the lock file)
        asked, capture_output=True, text=True, check=True, env=environment, timeout=300
    ).stdout
    return dict(json.loads(told))


def row(name: str, runs: list[dict[str, Any]]) -> tuple[str, list[int]]:
    """The medians of several runs as a row of the table, and its scores."""
    scores = [round(100 * statistics.median(run["categories"][each]["score"] for run in runs)) for each in CATEGORIES]
    times = [statistics.median(run["audits"][each]["numericValue"] for run in runs) for each in MEASURES]
    weight = statistics.median(run["audits"]["total-byte-weight"]["numericValue"] for run in runs)
    cells = [*map(str, scores), *(f"{each / 1000:.1f} s" for each in times), f"{weight / 1000:.0f} kB"]
    return f"| {name} | {' | '.join(cells)} |", scores


def faults(runs: list[dict[str, Any]]) -> list[str]:
    """What Lighthouse would have better, of all categories but speed."""
    return sorted(
        {
            f"{audit['id']}: {audit['title']}"
            for run in runs
            for category in CATEGORIES[1:]
            for each in run["categories"][category]["auditRefs"]
            if (audit := run["audits"][each["id"]])["score"] == 0 and each["weight"]
        }
    )


if __name__ == "__main__":
    with demonstration() as site:
        pages, signed = addresses(site)
        runs = {name: [judged(page, signed) for _round in range(ROUNDS)] for name, page in pages.items()}
    lines, low = [], []
    for name, held in runs.items():
        line, scores = row(name, held)
        lines.append(line)
        low += [f"{name}: {line}"] if min(scores) < WANTED else []
        print(line, *faults(held), sep="\n  ")
    version = next(iter(runs.values()))[0]["lighthouseVersion"]
    heads = ["page", *(each.replace("-", " ") for each in CATEGORIES), *MEASURES.values(), "weight"]
    told = TEXT.format(
        version=version,
        rounds=ROUNDS,
        day=datetime.now(UTC).date(),
        processors=os.cpu_count(),
        wanted=WANTED,
        heads=" | ".join(heads),
        rule="---|" * len(heads),
        lines="\n".join(lines),
    )
    DOCUMENT.write_text(told, encoding="utf-8")
    sys.exit(1 if low else 0)
