"""How a command line ends."""

from __future__ import annotations

import pytest

from config import commands


def test_a_fault_of_ours_is_told_apart_from_differences_that_were_found(monkeypatch, capsys):
    def fail(arguments: list[str]) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(commands, "execute_from_command_line", fail)
    assert commands.run(["manage.py", "version"]) == 2
    assert "ZeroDivisionError: a fault" in capsys.readouterr().err


def test_the_status_that_a_command_leaves_with_is_kept(monkeypatch):
    def leave(arguments: list[str]) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(commands, "execute_from_command_line", leave)
    with pytest.raises(SystemExit) as left:
        commands.run(["manage.py", "version"])
    assert left.value.code == 1
