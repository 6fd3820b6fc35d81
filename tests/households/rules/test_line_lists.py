"""Lists of monitoring lines: what a line must say."""

from datetime import date
from decimal import Decimal

import pytest

from common.csv_lines import BadLine
from households.rules.line_lists import COLUMNS, LineRow, read_rows

GOOD = ("62", "2022-01-01", "6500", "Lanzhou Daily")


def read(*lines: tuple[str, ...] | BadLine) -> list[LineRow]:
    cells = [line if isinstance(line, BadLine) else dict(zip(COLUMNS, line, strict=True)) for line in lines]
    return list(read_rows(enumerate(cells, start=2)))


def test_a_line_is_read_whole():
    assert read(GOOD, ("6201", "2022-01-01", "99999999.99", "x")) == [
        LineRow(2, "62", date(2022, 1, 1), Decimal(6500), "Lanzhou Daily"),
        LineRow(3, "6201", date(2022, 1, 1), Decimal("99999999.99"), "x"),
    ]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        *[
            (("62", "2022-01-01", amount, "x"), "is no amount in yuan")
            for amount in ("", "1e400", "12345678901234", "0.001", "6,500", "-5", "NaN", "６５００", "6500 yuan")
        ],
        (("62", "2022-01-01", "0.00", "x"), "above zero"),
        (("62", "2022-01-01", "6500", ""), "the source"),
        (("62", "2022-01-01", "6500", "x" * 301), "the source"),
        (("62", "20220101", "6500", "x"), "write it as 2022-09-05"),
        (("6", "2022-01-01", "6500", "x"), "no division code"),
        (BadLine("the line has 3 cells"), "3 cells"),
        (GOOD, "line 2 sets 62 from 2022-01-01 on already"),
    ],
)
def test_a_line_that_cannot_be_so_is_named_with_what_to_do(line: tuple[str, ...] | BadLine, word: str):
    with pytest.raises(ValueError, match=word) as refusal:
        read(GOOD, line)
    assert str(refusal.value).startswith("line 3: ")
