"""Lists of divisions: what a line must say, and which lines stand or fall together."""

from datetime import date

import pytest

from common.csv_lines import BadLine
from households.rules.division_lists import DivisionRow, Fault, read_rows, refuse_misdated, refuse_unconnected

COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")


def read(*lines: dict[str, str] | BadLine) -> list[DivisionRow | Fault]:
    return list(read_rows(enumerate(lines, start=2)))


def row(code: str, parent: str | None, line: int = 2, successor: str | None = None) -> DivisionRow:
    return DivisionRow(line, code, "名", parent, successor=successor)


def none_known(_codes):
    return []


def test_a_line_is_read_whole():
    cells = ("620121", "永登县", "county", "6201", "1949-10-01", "2030-01-01", "620122")
    assert read(dict(zip(COLUMNS, cells, strict=True))) == [
        DivisionRow(2, "620121", "永登县", "6201", date(1949, 10, 1), date(2030, 1, 1), "620122")
    ]


def test_level_and_parent_follow_from_the_code_where_they_are_not_given():
    assert read({"code": "620121100", "name": "城关镇"}) == [DivisionRow(2, "620121100", "城关镇", "620121")]
    assert read({"code": "62", "name": "甘肃省"}) == [DivisionRow(2, "62", "甘肃省", None)]


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"code": "62012", "name": "x"}, "digits"),
        ({"code": "6201a1", "name": "x"}, "digits"),
        ({"code": "六二", "name": "x"}, "digits"),
        ({"code": "62", "name": ""}, "1 to 100"),
        ({"code": "62", "name": "长" * 101}, "1 to 100"),
        ({"code": "6201", "name": "x", "level": "county"}, "level"),
        ({"code": "6201", "name": "x", "parent": "63"}, "parent"),
        ({"code": "62", "name": "x", "valid_from": "1/1/2020"}, "2022-09-05"),
        ({"code": "62", "name": "x", "valid_from": "2020-01-02", "valid_to": "2020-01-02"}, "valid_to"),
        ({"code": "62", "name": "x", "valid_from": "20220905"}, "2022-09-05"),
        ({"code": "62", "name": "x", "valid_to": "2022-W01-1"}, "2022-09-05"),
        (BadLine("a quote is not closed"), "quote"),
    ],
)
def test_a_line_that_cannot_be_so_is_a_fault_that_says_what_to_do(cells, word):
    [fault] = read(cells)
    assert isinstance(fault, Fault)
    assert (fault.line, word in fault.sentence) == (2, True)


def test_a_code_stands_in_a_list_once():
    first, second = read({"code": "62", "name": "甘肃省"}, {"code": "62", "name": "甘肃"})
    assert (first.name, second.line, "line 2" in second.sentence) == ("甘肃省", 3, True)


def test_a_row_without_its_parent_falls_with_all_below_it():
    rows = [row("620121100201", "620121100", 2), row("620121100", "620121", 3), row("63", None, 4)]
    kept, faults = refuse_unconnected(rows, none_known)
    assert ([each.code for each in kept], [fault.line for fault in faults]) == (["63"], [2, 3])


def test_a_parent_may_stand_later_in_the_list_or_be_known_elsewhere():
    asked = []

    def known(codes):
        asked.extend(codes)
        return ["62"]

    kept, faults = refuse_unconnected([row("620121", "6201", 2), row("6201", "62", 3)], known)
    assert ([each.code for each in kept], faults, asked) == (["6201", "620121"], [], ["62"])


def test_a_successor_that_falls_takes_its_predecessor_along():
    rows = [row("62", None, 2, successor="63"), row("63", None, 3, successor="64"), row("6201", "62", 4)]
    kept, faults = refuse_unconnected(rows, none_known)
    assert (kept, [fault.line for fault in faults]) == ([], [2, 3, 4])


def test_a_row_that_falls_leaves_those_below_it_to_a_division_that_is_known():
    rows = [row("6201", "62", 2, successor="6299"), row("620121", "6201", 3)]
    kept, faults = refuse_unconnected(rows, lambda codes: {"62", "6201"} & set(codes))
    assert ([each.code for each in kept], [fault.line for fault in faults]) == (["620121"], [2])


def told(rows: list[DivisionRow], pointing: dict[str, str]) -> tuple[list[str], list[tuple[int, str]]]:
    held = {*pointing, *pointing.values()}
    kept, faults = refuse_unconnected(rows, lambda codes: held & set(codes), pointing)
    return [each.code for each in kept], [(fault.line, fault.sentence) for fault in faults]


def test_a_division_does_not_succeed_itself():
    kept, [(line, sentence)] = told([row("62", None, 2, successor="62"), row("63", None, 3)], {})
    assert (kept, line, "(62 → 62)" in sentence) == (["63"], 2, True)


def test_successors_that_go_round_in_a_circle_fall_with_what_leads_to_them():
    rows = [row("61", None, 2, "62"), row("62", None, 3, "63"), row("63", None, 4, "62"), row("64", None, 5)]
    kept, faults = told(rows, {})
    assert (kept, [line for line, _sentence in faults]) == (["64"], [2, 3, 4])
    assert "successor '62' of 61 is not known" in faults[0][1]
    assert all("62 → 63 → 62" in sentence for _line, sentence in faults[1:])


def test_a_circle_may_close_through_what_is_held():
    kept, [(line, sentence)] = told([row("62", None, 2, "63")], {"63": "64", "64": "62"})
    assert (kept, line, "62 → 63 → 64 → 62" in sentence) == ([], 2, True)


def test_what_the_list_says_of_a_successor_counts_instead_of_what_is_held():
    assert told([row("62", None, 2, "63"), row("63", None, 3)], {"63": "62"}) == (["62", "63"], [])


def test_a_long_circle_is_told_in_short():
    codes = [str(number) for number in range(11, 21)]
    rows = [row(code, None, 2, after) for code, after in zip(codes, [*codes[1:], codes[0]], strict=True)]
    _kept, faults = told(rows, {})
    assert len(faults) == 10
    assert "(11 → 12 → 13 → 14 → 15 → … → 11)" in faults[0][1]


def test_a_list_of_last_days_alone_is_held_against_the_first_days_that_are_known():
    rows = [DivisionRow(2, "62", "名", None, valid_to=date(2000, 1, 1)), DivisionRow(3, "63", "名", None)]
    kept, [fault] = refuse_misdated(
        rows, {"code", "valid_to"}, {"62": (date(2010, 1, 1), None), "63": (date(2010, 1, 1), date(2011, 1, 1))}
    )
    assert ([each.code for each in kept], fault.line) == (["63"], 2)
    assert "62 would begin on 2010-01-01 and end on 2000-01-01" in fault.sentence


def test_a_list_of_first_days_alone_is_held_against_the_last_days_that_are_known():
    rows = [DivisionRow(2, "62", "名", None, valid_from=date(2011, 1, 1))]
    held = {"62": (date(2010, 1, 1), date(2011, 1, 1))}
    assert [fault.line for fault in refuse_misdated(rows, {"code", "valid_from"}, held)[1]] == [2]
