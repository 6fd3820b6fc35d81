"""Hostile and mistaken files are refused with a sentence before anything in them is opened."""

from io import BytesIO

import pytest

from exchange.rules import archives
from exchange.rules.archives import COMPOUND, Form, Unusable, form_of
from tests.exchange.sheets import altered, with_part, workbook


def judged(content: bytes) -> str:
    """What becomes of a file: its form, or the code of the refusal."""
    try:
        return form_of(BytesIO(content), len(content)).value
    except Unusable as refusal:
        return refusal.code if str(refusal) else "no sentence"


def test_a_workbook_and_a_text_are_told_by_their_content():
    assert judged(workbook(户=[["户编号"]])) == Form.XLSX
    assert judged("户编号,户主\n1,张三\n".encode()) == Form.CSV
    assert judged("户编号,户主\n1,张三\n".encode("gb18030")) == Form.CSV


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"%PDF-1.7 ...", "not_a_sheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_sheet"),
        (b"\xef\xbb\xbf<!DOCTYPE HTML><html>", "not_a_sheet"),
        (b"<?xml version='1.0'?><Workbook/>", "not_a_sheet"),
        (b"a,b\0c\n", "not_a_sheet"),
        ("户编号\n".encode("utf-16"), "not_a_sheet"),
        (COMPOUND + b"\0" * 600, "old_format"),
        (COMPOUND + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (workbook(户=[["户编号"]])[:-60], "damaged"),
    ],
)
def test_what_is_no_spreadsheet_is_told_what_it_is(content, code):
    assert judged(content) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/activeX/activeX1.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external_links"),
        ("xl/embeddings/oleObject1.bin", "objects"),
    ],
)
def test_a_workbook_that_holds_more_than_cells_is_refused(part, code):
    assert judged(with_part(part)) == code


def test_a_workbook_that_declares_macros_is_refused_whatever_its_name():
    def declare(parts):
        told = parts["[Content_Types].xml"].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
        return {**parts, "[Content_Types].xml": told}

    assert judged(altered(workbook(户=[["户编号"]]), declare)) == "macros"


def test_an_archive_without_a_workbook_is_none():
    assert judged(altered(workbook(户=[["1"]]), lambda parts: {"readme.txt": b"x"})) == "not_a_sheet"
    other = altered(workbook(户=[["1"]]), lambda parts: {n: t for n, t in parts.items() if n != "xl/workbook.xml"})
    assert judged(other) == "not_a_sheet"


def test_a_part_that_swells_is_refused_before_it_is_unpacked():
    assert judged(with_part("xl/media/image1.png", b"0" * (5 * 2**20))) == "bomb"


def test_many_parts_that_are_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 2000)
    assert judged(workbook(户=[["户编号"]])) == "bomb"


def test_a_file_larger_than_the_limit_is_not_even_read():
    class Untouched:
        def read(self, _size=0):
            raise AssertionError

        seek = read

    with pytest.raises(Unusable) as refusal:
        form_of(Untouched(), 2 * 2**30)
    assert refusal.value.code == "too_large"
