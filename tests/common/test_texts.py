"""Texts told back to whoever wrote them."""

from common.texts import shown


def test_a_text_is_shown_on_one_line_and_cut_where_it_is_long():
    assert shown("六二") == "'六二'"
    assert shown("a\x1b\nb") == r"'a\x1b\nb'"
    assert shown("x" * 41) == "'" + "x" * 40 + "…'"
