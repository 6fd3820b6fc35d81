"""CSV read line by line."""

import gzip
from pathlib import Path

import pytest

from common.csv_lines import BadFile, BadLine, check_columns, opened, read


def records(content: str | bytes) -> list[tuple[int, dict[str, str] | str]]:
    """Each line's number with its cells, or with the sentence that refuses it."""
    raw = content if isinstance(content, bytes) else content.encode()
    _columns, lines = read(raw.splitlines(keepends=True))
    return [(number, str(found) if isinstance(found, BadLine) else dict(found)) for number, found in lines]


def test_cells_are_told_by_column_without_the_spaces_around_them():
    assert records("code, name \n 62 , 甘肃省\n") == [(2, {"code": "62", "name": "甘肃省"})]


def test_a_mark_of_the_byte_order_lines_of_windows_and_empty_lines_do_no_harm():
    assert records("\ufeffcode,name\r\n\r\n62,甘肃省\r\n") == [(3, {"code": "62", "name": "甘肃省"})]


def test_a_quoted_cell_may_hold_commas_and_quotes():
    assert records('code,name\n62,"甘肃, ""陇"""\n') == [(2, {"code": "62", "name": '甘肃, "陇"'})]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('62,"open', "quote"),
        ('62,"西"x', "quote"),
        ("62", "1 cells"),
        ("62,a,b", "3 cells"),
        ("62," + "x" * 131_073, "131076 characters"),
        ('62,"' + "x" * 131_073 + '"', "131078 characters"),
        ("62,a\x1b[31mb", "U+001B"),
        ("62,a\x00b", "U+0000"),
        ("62,a\u200bb", "U+200B"),
        ("62,a\u2028b", "U+2028"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_still_read(line: str, word: str):
    before, bad, after = records(f"code,name\n61,陕西省\n{line}\n63,青海省\n".encode())
    assert (before, after) == ((2, {"code": "61", "name": "陕西省"}), (4, {"code": "63", "name": "青海省"}))
    assert (bad[0], word in bad[1]) == (3, True)


def test_a_character_that_is_merely_rare_is_taken():
    assert records("name\n\ue170村\n甲\u3000乙\n") == [(2, {"name": "\ue170村"}), (3, {"name": "甲\u3000乙"})]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"code,name\n62,a\n63,\xff\xfe\n", "line 3 is not UTF-8"),
        (b"code,name,name\n", "'name' twice"),
        (b'code,"name\n', "first line"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(content: bytes, word: str):
    with pytest.raises(BadFile, match=word):
        records(content)


def test_columns_are_those_required_and_perhaps_those_optional():
    check_columns(("name", "code"), required=("code", "name"))
    check_columns(("name", "code", "level"), required=("code", "name"), optional=("level", "parent"))


@pytest.mark.parametrize("columns", [(), ("code",), ("code", "name", "colour")])
def test_other_columns_are_refused_with_those_that_are_meant(columns: tuple[str, ...]):
    with pytest.raises(BadFile, match=r"code,name,level, not .*level may be left out"):
        check_columns(columns, required=("code", "name"), optional=("level",))


@pytest.mark.parametrize("name", ["list.csv.gz", "LIST.CSV.GZ", "list.csv"])
def test_a_compressed_file_is_told_by_its_content(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(gzip.compress(b"a\nb\n"))
    with opened(tmp_path / name) as stream:
        assert list(stream) == [b"a\n", b"b\n"]


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path):
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"a\nb\n" * 1000)[:-9])
    with pytest.raises(BadFile, match="end-of-stream"), opened(tmp_path / "cut.gz") as stream:
        list(stream)
    with pytest.raises(BadFile, match=r"^No such file or directory$"), opened(tmp_path / "none.csv"):
        pass
    with pytest.raises(BadFile, match=r"^Is a directory$"), opened(tmp_path):
        pass
