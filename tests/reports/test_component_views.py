"""The page of components shows every one that there is."""

from __future__ import annotations

import re

import pytest

from config.env import ROOT
from tests.cast import SUN, World
from tests.pages import signed_in


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_component_is_shown_and_named(world: World, language: str):
    answer = signed_in(world[SUN], language).get("/components/")
    assert answer.status_code == 200
    used, text = {each.name for each in answer.templates}, answer.content.decode()
    files = sorted(path.name for path in (ROOT / "templates" / "components").glob("*.html"))
    assert [name for name in files if f"components/{name}" not in used] == []
    frame = {"account.html", "language.html", "navigation.html", "navigation_tasks.html"}
    assert [name for name in files if f">{name}<" not in text and name not in frame] == []


def test_a_component_that_no_page_uses_says_so():
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    showing = ROOT / "templates" / "reports" / "components.html"
    parts = [path.name for path in texts if path.parent.name == "components"]
    unused = {
        name
        for name in parts
        if not any(f"components/{name}" in text for path, text in texts.items() if path not in {showing})
    }
    heading = r"<code translate=.no.>([a-z_]+\.html)</code></h3>"
    told = re.findall(heading + r"\s*<p class=.hint.>{% translate .No page uses it", texts[showing])
    assert unused == set(told)
