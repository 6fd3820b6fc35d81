"""Relations are read by a small reader of our own, which survives whatever is written."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rules.expressions import (
    Comparison,
    ExpressionError,
    Figure,
    Negation,
    Number,
    Operation,
    figures_in,
    read_relation,
    write_relation,
)

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def test_products_bind_tighter_than_sums_and_both_from_the_left():
    assert read_relation("a - b - c * d / e = 1").left == Operation(
        "-",
        Operation("-", Figure("a"), Figure("b")),
        Operation("/", Operation("*", Figure("c"), Figure("d")), Figure("e")),
    )


def test_parentheses_and_signs_bind_tightest():
    assert read_relation("-a * (b + 2) = 1").left == Operation(
        "*", Negation(Figure("a")), Operation("+", Figure("b"), Number(Fraction(2)))
    )


def test_a_number_is_read_exactly():
    assert read_relation("67.55 = a").left == Number(Fraction(1351, 20))


def test_an_id_has_letters_digits_underscores_and_dots():
    assert read_relation("monitoring.total_2022.households <= b").left == Figure("monitoring.total_2022.households")


@pytest.mark.parametrize(
    ("written", "read"), [("=", "="), ("==", "="), ("!=", "!="), ("<=", "<="), (">=", ">="), ("<", "<"), (">", ">")]
)
def test_every_comparison_is_read(written, read):
    assert read_relation(f"a{written}b") == Comparison(read, Figure("a"), Figure("b"))


def test_figures_are_named_in_order_and_as_often_as_they_stand():
    assert list(figures_in(read_relation("a / (a + -b) = c"))) == ["a", "a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "expected a number, the id of a figure, - or (, found the end"),
        ("a = ", 5, "expected a number, the id of a figure, - or (, found the end"),
        ("a + ) = b", 5, "expected a number, the id of a figure, - or (, found ')'"),
        ("a b = c", 3, "expected one of = != < <= > >= or an operator, found 'b'"),
        ("a + b", 6, "expected one of = != < <= > >= or an operator, found the end"),
        ("(a = b", 4, "expected ) or an operator, found '='"),
        ("a < b < c", 7, "expected the end of the relation or an operator, found '<'"),
        ("a = 2b", 6, "expected the end of the relation or an operator, found 'b'"),
        ("a = b ** 2", 8, "expected a number, the id of a figure, - or (, found '*'"),
        ("a = __import__('os')", 15, "expected the end of the relation or an operator, found '('"),
        ("a = $b", 5, "expected a number, the id of a figure, an operator or a comparison, found '$'"),
        ("a = 1.2.3", 8, "expected a number, the id of a figure, an operator or a comparison, found '.'"),
    ],
)
def test_an_error_names_the_column_and_what_was_expected(text, column, expected):
    with pytest.raises(ExpressionError) as error:
        read_relation(text)
    assert error.value.column == column
    assert error.value.problem == expected
    assert str(error.value) == f"column {column}: {expected}"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("(" * 10_000 + "a" + ")" * 10_000 + " = b", "at most 4000 characters"),
        ("(" * 1_000 + "a" + ")" * 1_000 + " = b", "at most 50 levels"),
        ("-" * 1_000 + "a = b", "at most 50 levels"),
        ("a" + "+a" * 1_000 + " = b", "at most 200 operators"),
        ("9" * 31 + " = b", "a number of at most 30 characters"),
    ],
)
def test_hostile_length_and_depth_are_refused(text, limit):
    with pytest.raises(ExpressionError, match=limit):
        read_relation(text)


def test_a_relation_at_the_limits_is_read_and_written():
    text = "(" * 50 + "a" + ")" * 50 + " + a" * 200 + " = b"
    assert len(list(figures_in(read_relation(text)))) == 202
    assert read_relation(write_relation(read_relation(text))) == read_relation(text)


def test_a_relation_is_written_with_no_more_parentheses_than_it_needs():
    text = "a - (b - c) = -(d + 0.05) * 100 / (e / 2)"
    assert write_relation(read_relation(text)) == text


def test_a_fraction_without_an_end_cannot_be_written_as_a_number():
    with pytest.raises(ValueError, match="1/3 has no end"):
        write_relation(Comparison("=", Number(Fraction(1, 3)), Figure("a")))


leaves = st.one_of(
    st.builds(Figure, st.from_regex(r"[a-z_][a-z0-9_.]{0,8}", fullmatch=True)),
    st.builds(Number, st.decimals(0, 1000, places=3).map(Fraction)),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(Negation, inner), st.builds(Operation, st.sampled_from("+-*/"), inner, inner)),
    max_leaves=12,
)
comparisons = st.builds(Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), expressions, expressions)


@steady
@given(comparisons)
def test_reading_what_was_written_gives_the_same_relation(comparison):
    assert read_relation(write_relation(comparison)) == comparison


@steady
@given(st.text(alphabet="ab1.+-*/()=<>! $", max_size=40))
def test_any_text_is_either_read_or_refused_with_a_column_inside_it(text):
    column = 1
    try:
        written = write_relation(read_relation(text))
    except ExpressionError as error:
        column = error.column
    else:
        assert read_relation(written) == read_relation(text)
    assert 1 <= column <= len(text) + 1
