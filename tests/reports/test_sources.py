"""Published sources by file or by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.refusals import Invalid, NotFound
from reports import sources

LANZHOU = "lanzhou-2022-09-05"


def test_a_source_is_found_by_its_id_and_by_its_file():
    path = next(Path(__file__).parents[2].glob(f"data/*{LANZHOU}.yaml"))
    assert sources.by_file_or_id(LANZHOU) == sources.by_file_or_id(str(path))


@pytest.mark.parametrize("name", ["x" * 5000, "\0", "", "data", "x/" * 3000, "atlantis"])
def test_what_is_neither_file_nor_id_is_not_found_and_told_in_a_short_sentence(name: str):
    with pytest.raises(NotFound) as refusal:
        sources.by_file_or_id(name)
    assert len(str(refusal.value)) < 120


def test_a_file_that_holds_no_text_is_refused(tmp_path: Path):
    path = tmp_path / "picture.yaml"
    path.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(Invalid, match=r"picture\.yaml"):
        sources.by_file_or_id(str(path))
