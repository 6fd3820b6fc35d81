"""Tables for a terminal."""

from common.tables import render, width


def test_a_chinese_character_takes_two_places():
    assert (width("永登县"), width("ab"), width("永a")) == (6, 2, 3)


def test_columns_are_as_wide_as_their_text_and_the_last_is_not_padded():
    assert render(("id", "name", "n"), [("a", "永登", "1"), ("bcd", "x", "")]) == (
        "id   name  n\n"
        "a    永登  1\n"
        "bcd  x     \n"
    )  # fmt: skip


def test_a_table_may_be_empty():
    assert render(("id", "name"), []) == "id  name\n"
