"""CSV for spreadsheets: what is written, and what a spreadsheet must not execute."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from common.sheets import answer, lines, text_of


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("高坪村", "高坪村"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        (-5, "-5"),
        (1234567, "1234567"),
        (Decimal("-1.50"), "-1.5"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(777_000_000), "777000000"),
        (date(2022, 9, 5), "2022-09-05"),
    ],
)
def test_a_cell_is_plain_and_never_a_formula(cell, text):
    assert text_of(cell) == text


def test_lines_begin_with_the_mark_of_utf_8_and_quote_what_needs_it():
    assert "".join(lines([["户", "a,b"]], [['say "x"', 2]])) == '\ufeff户,"a,b"\r\n"say ""x""",2\r\n'


def test_an_answer_is_a_download_with_a_name():
    response = answer("figures", ["id"], [["x"]])
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert b"".join(response.streaming_content).decode("utf-8-sig") == "id\r\nx\r\n"
