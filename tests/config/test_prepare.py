"""What is laid into a data folder before the site starts, and what is left as it is."""

from __future__ import annotations

import pytest

from config import prepare
from households.models import Division
from tests.cast import World


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that are called, none of which is carried out."""
    names: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, *_given, **_named: names.append(name))
    monkeypatch.setattr(prepare, "take_statistics", lambda: None)
    return names


def test_a_register_of_lanzhou_is_brought_up_to_date_and_gets_its_demonstration(db: None, called: list[str]):
    prepare.fill()
    assert called == ["migrate", "import_divisions", "import_lines", "demo"]


def test_a_register_with_places_of_lanzhou_alone_counts_as_its_own(world: World, called: list[str]):
    prepare.fill()
    assert "demo" in called


def test_nothing_of_lanzhou_is_added_to_the_register_of_another_place(
    db: None, called: list[str], capsys: pytest.CaptureFixture[str]
):
    Division.objects.create(code="62", name="甘肃省")
    Division.objects.create(code="6202", name="嘉峪关市", parent_id="62")
    prepare.fill()
    assert called == ["migrate"]
    assert "nothing of Lanzhou is added" in capsys.readouterr().out
