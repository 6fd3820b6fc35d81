"""What the documents say is so: generated parts are fresh, links lead somewhere, commands and variables exist."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

from common.commands import DIFFERENCES
from config import references
from config.env import ROOT, VARIABLES
from config.references import commands, terms, workflow

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
LINK = re.compile(r"""(?:\]\(|src=")([^)"\s]+)""")
SHELL_BLOCK = re.compile(r"```(?:sh|bash|ini)\n(.*?)```", re.DOTALL)


def relative(path: Path) -> str:
    """A path as the failure of a test names it."""
    return str(path.relative_to(ROOT))


def shell_lines(path: Path) -> list[str]:
    """The lines of the blocks of a document that a reader types or puts into a file."""
    return [line for block in SHELL_BLOCK.findall(path.read_text()) for line in block.splitlines()]


def test_generated_documents_are_fresh():
    assert list(references.stale()) == []


def test_the_command_names_stale_documents_and_writes_them(tmp_path, monkeypatch, capsys):
    for name in references.REFERENCES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "docs/reference/roles.md").write_text("Everyone may do everything.")
    stale, write = references.stale, references.write
    monkeypatch.setattr(references, "stale", lambda: stale(tmp_path))
    with pytest.raises(SystemExit) as ended:
        call_command("docs", check=True)
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "docs/reference/roles.md is stale" in told
    assert "workflow" not in told
    monkeypatch.setattr(references, "stale", stale)
    assert write(tmp_path) == ["docs/reference/roles.md"]
    assert stale(tmp_path) == {}


def test_what_people_wrote_around_the_generated_part_of_the_glossary_stays():
    held = f"# Words\n\nBefore.\n\n{terms.BEGIN}\n\nSince long wrong.\n{terms.END}\n\nAfter.\n"
    written = terms.glossary(held)
    assert written.startswith("# Words\n\nBefore.\n\n<!--")
    assert written.endswith("-->\n\nAfter.\n")
    assert "Since long wrong." not in written
    assert "| 脱贫不稳定户 | unstable household lifted out of poverty | `unstable` |" in written


def test_the_diagram_shows_each_transition_once():
    lines = workflow.diagram().splitlines()
    assert lines.count("    eliminated --> monitored : roll_back_case") == 1
    assert sum(" --> " in line for line in lines) == 29 + 15 + 1 + 3  # moves, ends with the household, begin, ends


def test_each_command_that_can_find_differences_says_which():
    finding = {
        name for name, command in commands.ours() if "DIFFERENCES" in inspect.getsource(inspect.getmodule(command))
    }
    assert DIFFERENCES == 1
    assert finding == set(commands.FOUND)


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_links_within_the_project_lead_somewhere(path: Path):
    targets = [target.partition("#")[0] for target in LINK.findall(path.read_text()) if "://" not in target]
    missing = [target for target in targets if target and not (path.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_commands_and_targets_exist(path: Path):
    text = path.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z]+)", text)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_variables_that_are_set_exist(path: Path):
    named = {match[1] for line in shell_lines(path) if (match := re.match(r"(?:export )?([A-Z_]{3,})=", line))}
    assert named <= {variable.name for variable in VARIABLES}


def test_every_document_is_reached_from_the_index():
    listed = {target.partition("#")[0] for target in LINK.findall((ROOT / "docs/index.md").read_text())}
    reached = {(ROOT / "docs" / target).resolve() for target in listed}
    assert [relative(path) for path in DOCUMENTS if "docs" in path.parts and path.resolve() not in reached] == [
        "docs/index.md"
    ]


def test_decisions_are_numbered_without_gaps_and_told_in_three_parts():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        assert re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE) == ["Context", "Decision", "Consequences"], path
