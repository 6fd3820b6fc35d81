"""The page of components shows every one that there is."""

from __future__ import annotations

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
