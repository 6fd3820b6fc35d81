"""Spreadsheets are written row by row, over as many sheets as they need."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from common import workbooks
from common.workbooks import Column

COLUMNS = [Column("甲"), Column("乙", "number"), Column("丙", "money")]


def written(path: Path, rows: list[list[object]], expected: int) -> openpyxl.Workbook:
    workbooks.write(path / "book.xlsx", "农户", COLUMNS, iter(rows), expected)
    return openpyxl.load_workbook(path / "book.xlsx")


def test_texts_stay_texts_and_numbers_are_numbers(tmp_path: Path):
    sheet = written(tmp_path, [["=1+1", "5", "7.50"], [None, None, None], ["0123", 3, 1.5]], 3).active
    assert [[cell.value for cell in row] for row in sheet] == [
        ["甲", "乙", "丙"], ["=1+1", 5, 7.5], [None, None, None], ["0123", 3, 1.5]]  # fmt: skip
    formula = sheet["A2"]
    assert (formula.data_type, formula.quotePrefix, formula.number_format) == ("s", True, "@")
    assert sheet["C2"].number_format == "0.00"
    assert sheet.freeze_panes == "A2"


def test_a_table_without_rows_has_its_headings(tmp_path: Path):
    assert [cell.value for cell in written(tmp_path, [], 0).active[1]] == ["甲", "乙", "丙"]


def test_more_rows_than_a_sheet_holds_go_on_the_next_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "ROWS_A_SHEET", 2)
    book = written(tmp_path, [[str(number), number, 0] for number in range(7)], 5)
    assert book.sheetnames == ["农户", "农户 2", "农户 3"]
    assert [[row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book] == [
        ["0", "1"], ["2", "3"], ["4", "5", "6"]]  # fmt: skip


def test_what_the_rows_raise_ends_the_writing(tmp_path: Path):
    def rows():
        yield ["a", 1, 1]
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        workbooks.write(tmp_path / "book.xlsx", "农户", COLUMNS, rows(), 1)
