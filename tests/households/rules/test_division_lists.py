"""Lists of divisions: what a line must say, and which lines stand or fall together."""

from datetime import date

import pytest

from households.rules.division_lists import BadList, DivisionRow, Fault, check_header, read_rows, refuse_orphans

COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")


def read(*lines: dict[str | None, str | None]) -> list[DivisionRow | Fault]:
    return list(read_rows(enumerate(lines, start=2)))


def row(code: str, parent: str | None, line: int = 2, successor: str | None = None) -> DivisionRow:
    return DivisionRow(line, code, "名", parent, successor=successor)


def test_a_line_is_read_whole():
    cells = ("620121", "永登县", "county", "6201", "1949-10-01", "2030-01-01", "620122")
    assert read(dict(zip(COLUMNS, cells, strict=True))) == [
        DivisionRow(2, "620121", "永登县", "6201", date(1949, 10, 1), date(2030, 1, 1), "620122")
    ]


def test_level_and_parent_follow_from_the_code_where_they_are_not_given():
    assert read({"code": " 620121100 ", "name": " 城关镇 "}) == [DivisionRow(2, "620121100", "城关镇", "620121")]
    assert read({"code": "62", "name": "甘肃省"}) == [DivisionRow(2, "62", "甘肃省", None)]


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"code": "62012", "name": "x"}, "digits"),
        ({"code": "6201a1", "name": "x"}, "digits"),
        ({"code": "六二", "name": "x"}, "digits"),
        ({"code": "62", "name": " "}, "1 to 100"),
        ({"code": "62", "name": "长" * 101}, "1 to 100"),
        ({"code": "62", "name": "a\x00b"}, "1 to 100"),
        ({"code": "6201", "name": "x", "level": "county"}, "level"),
        ({"code": "6201", "name": "x", "parent": "63"}, "parent"),
        ({"code": "62", "name": "x", "valid_from": "1/1/2020"}, "2022-09-05"),
        ({"code": "62", "name": "x", "valid_from": "2020-01-02", "valid_to": "2020-01-02"}, "valid_to"),
        ({"code": "62", "name": None}, "cells"),
        ({"code": "62", "name": "x", None: ["more"]}, "cells"),
    ],
)
def test_a_line_that_cannot_be_so_is_a_fault_that_says_what_to_do(cells, word):
    [fault] = read(cells)
    assert isinstance(fault, Fault)
    assert (fault.line, word in fault.sentence) == (2, True)


def test_a_code_stands_in_a_list_once():
    first, second = read({"code": "62", "name": "甘肃省"}, {"code": "62", "name": "甘肃"})
    assert (first.name, second.line, "line 2" in second.sentence) == ("甘肃省", 3, True)


@pytest.mark.parametrize("columns", [None, [], ["code"], ["name"], ["code", "name", "colour"]])
def test_a_header_names_its_columns(columns):
    with pytest.raises(BadList, match="code,name,level"):
        check_header(columns)


def test_a_header_may_leave_out_what_is_optional_and_order_is_free():
    check_header(["name", "parent", "code"])
    check_header(COLUMNS)


def test_a_row_without_its_parent_falls_with_all_below_it():
    rows = [row("620121100201", "620121100", 2), row("620121100", "620121", 3), row("63", None, 4)]
    kept, faults = refuse_orphans(rows, lambda _codes: [])
    assert ([each.code for each in kept], [fault.line for fault in faults]) == (["63"], [2, 3])


def test_a_parent_may_stand_later_in_the_list_or_be_known_elsewhere():
    asked = []

    def known(codes):
        asked.extend(codes)
        return ["62"]

    kept, faults = refuse_orphans([row("620121", "6201", 2), row("6201", "62", 3)], known)
    assert ([each.code for each in kept], faults, asked) == (["6201", "620121"], [], ["62"])


def test_a_successor_that_falls_takes_its_predecessor_along():
    rows = [row("62", None, 2, successor="63"), row("63", None, 3, successor="64"), row("6201", "62", 4)]
    kept, faults = refuse_orphans(rows, lambda _codes: [])
    assert (kept, [fault.line for fault in faults]) == ([], [2, 3, 4])
