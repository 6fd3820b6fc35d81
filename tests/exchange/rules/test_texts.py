"""Texts are read in the encodings and with the signs that offices write them."""

from io import BytesIO

import pytest

from exchange.rules.archives import Unusable
from exchange.rules.texts import Text

TOLD = "户编号,户主姓名\n0012,张三\n"


def cells(content: bytes) -> list[tuple[int, list]]:
    return [(row.line, row.cells) for row in Text(BytesIO(content)).rows(0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_usual_encodings_are_read_without_being_named(encoding):
    assert cells(TOLD.encode(encoding)) == [(1, ["户编号", "户主姓名"]), (2, ["0012", "张三"])]


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_the_sign_between_the_cells_is_found(sign):
    assert cells(TOLD.replace(",", sign).encode())[1] == (2, ["0012", "张三"])


def test_a_cell_of_several_lines_and_an_empty_line_keep_the_count():
    assert cells(b'a,"b\nc"\n\n,\nd,e\n') == [(1, ["a", "b\nc"]), (5, ["d", "e"])]


def test_a_number_that_another_system_guarded_from_rounding_loses_its_guard():
    assert cells(b'"=""620121199001010017""",x\n') == [(1, ["620121199001010017", "x"])]


def test_a_formula_in_a_text_is_a_text():
    assert cells(b"=1+1,@x\n") == [(1, ["=1+1", "@x"])]


@pytest.mark.parametrize(("content", "code"), [(b"a,\xff\xff\xff\n", "encoding"), (b"a" * 9000 + b"\0", "not_a_sheet")])
def test_what_is_no_text_is_refused(content, code):
    with pytest.raises(Unusable) as refusal:
        cells(content)
    assert refusal.value.code == code


def test_a_row_of_too_many_columns_is_refused():
    with pytest.raises(Unusable) as refusal:
        cells(b"," * 16_384 + b"x")
    assert refusal.value.code == "too_many_columns"


def test_signs_that_stand_in_the_texts_do_not_cut_them():
    told = "户编号;家庭住址\n1;三社，12号，东，西，南\n2;四社,1号\n3;五社\n"
    assert cells(told.encode()) == [
        (1, ["户编号", "家庭住址"]), (2, ["1", "三社，12号，东，西，南"]), (3, ["2", "四社,1号"]), (4, ["3", "五社"]),
    ]  # fmt: skip


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows():
    with pytest.raises(Unusable) as refusal:
        cells(b'a,b\n1,"x\n2,y\n3,z\n')
    assert refusal.value.code == "damaged"
    assert "2" in str(refusal.value)


def test_a_last_cell_of_several_lines_is_whole():
    assert cells(b'a,b\n1,"x\ny"') == [(1, ["a", "b"]), (2, ["1", "x\ny"])]


def test_a_text_that_was_kept_from_being_a_formula_is_what_it_was():
    assert cells(b"'=1+1,'-3,'abc\n") == [(1, ["=1+1", "-3", "'abc"])]


def test_a_stray_quotation_mark_in_the_last_row_is_taken_as_it_stands():
    assert cells(b'a,b\n1,"x"y') == [(1, ["a", "b"]), (2, ["1", "xy"])]
