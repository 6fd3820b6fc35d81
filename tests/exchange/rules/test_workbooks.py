"""Workbooks are read as they are shown, row by row, and never run."""

import tracemalloc
from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter

from exchange.rules.archives import Unusable
from exchange.rules.grid import NoValue
from exchange.rules.workbooks import Workbook
from tests.exchange.sheets import altered, with_sheet, workbook


def cells(content: bytes, sheet: int = 0) -> list[tuple[int, list]]:
    return [(row.line, row.cells) for row in Workbook(BytesIO(content)).rows(sheet)]


def refusal(content: bytes) -> str:
    with pytest.raises(Unusable) as found:
        cells(content)
    return found.value.code


def test_texts_numbers_days_and_truths_come_as_they_are_with_their_lines():
    content = workbook(户=[["户编号", None, "金额"], [], ["0012", True, 12.5], ["x", date(2022, 9, 5), 7]])
    assert cells(content) == [
        (1, ["户编号", None, "金额"]),
        (3, ["0012", True, 12.5]),
        (4, ["x", datetime(2022, 9, 5), 7]),  # noqa: DTZ001 (a cell knows no zone)
    ]


@pytest.mark.parametrize("form", ["0%", "0.00%", "#,##0.0%"])
def test_a_number_that_is_shown_as_a_percentage_is_no_amount(form):
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 0.5, book.add_format({"num_format": form}))
        sheet.write_number(0, 1, 1234.5, book.add_format({"num_format": "¥#,##0.00"}))
        sheet.write_number(0, 2, 7, book.add_format({"num_format": '0"%"'}))
    [(_line, (share, amount, other))] = cells(written.getvalue())
    assert isinstance(share, NoValue)
    assert (share.code, amount, other) == ("cell_in_percent", 1234.5, 7)


def test_each_sheet_is_read_by_its_place_and_told_by_its_name():
    content = workbook(户=[["a"]], 家庭成员=[["b"]])
    book = Workbook(BytesIO(content))
    assert [(sheet.number, sheet.name) for sheet in book.sheets] == [(0, "户"), (1, "家庭成员")]
    assert cells(content, 1) == [(1, ["b"])]


def test_of_a_formula_the_value_is_taken_and_one_without_is_told():
    told = with_sheet(
        '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c>'
        '<c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="str"><f>"a"</f><v>a</v></c></row></sheetData>'
    )
    [(_line, [two, never, error, text])] = cells(told)
    assert (two, text) == (2, "a")
    assert isinstance(never, NoValue)
    assert never.code == "formula_without_value"
    assert isinstance(error, NoValue)
    assert error.code == "cell_error"
    assert "#N/A" in error.sentence


def test_rich_text_is_joined_and_the_reading_aid_above_it_left_out():
    told = with_sheet(
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r>'
        "<rPh><t>zhang</t></rPh></is></c></row></sheetData>"
    )
    assert cells(told) == [(1, ["张三"])]


def test_names_with_a_namespace_before_them_are_the_same_names():
    told = (
        '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="2"><x:c r="B2"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert cells(with_sheet(told)) == [(2, [None, 5])]


def test_a_sheet_whose_two_cells_lie_in_its_corners_costs_nothing():
    tracemalloc.start()
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    far = f"<sheetData>{corners}</sheetData>"
    read = cells(with_sheet(far))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(line, len(row)) for line, row in read] == [(1, 1), (1_048_576, 16_384)]
    assert most < 20 * 2**20


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData>', "too_many_columns"),
        ('<sheetData><row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row></sheetData>', "damaged"),
        ('<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData>', "damaged"),
        ('<sheetData><row r="1"><c r="A1"><v>twelve</v></c></row></sheetData>', "damaged"),
        ('<sheetData><row r="1"><c r="A1">', "damaged"),
        (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
            "damaged",
        ),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(xml, code):
    assert refusal(with_sheet(xml)) == code


def test_a_workbook_without_one_of_its_sheets_is_damaged():
    content = altered(workbook(户=[["a"]]), lambda p: {n: t for n, t in p.items() if "worksheets" not in n})
    with pytest.raises(Unusable):
        cells(content)


def test_memory_does_not_grow_with_the_rows():
    """Ten times the rows, the same texts: the reader holds one reading's rows, whatever the file's length."""

    def most(rows: int) -> int:
        content = BytesIO(workbook(户=[["户编号", "户主", "性别"], *[["1", "张三", "男"]] * rows]))
        tracemalloc.start()
        count = sum(1 for _row in Workbook(content).rows(0))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows + 1
        return held

    short, long = most(2000), most(20_000)
    assert long < short * 1.5
