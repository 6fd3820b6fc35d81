"""Intervals: exact arithmetic, ends that are open or closed, and what can hold between two of them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rules.intervals import EVERYTHING, Interval, can_hold, exact, merged, of_printed

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)

F = Fraction


def closed(low: int, high: int) -> Interval:
    return Interval(F(low), F(high))


def opened(low: int, high: int) -> Interval:
    return Interval(F(low), F(high), low_open=True, high_open=True)


def test_a_rounded_figure_stands_for_a_half_open_interval_around_it():
    assert of_printed(F("67.5"), F("0.1")) == Interval(F("67.45"), F("67.55"), high_open=True)


def test_an_exact_figure_stands_for_itself_alone():
    assert of_printed(F(958), F(0)) == Interval(F(958), F(958))


def test_at_least_stands_for_everything_from_the_value_on():
    assert of_printed(F(55), F(1), at_least=True) == Interval(low=F(55))


def test_a_negative_step_is_refused():
    with pytest.raises(ValueError, match="give 0 for an exact figure"):
        of_printed(F(1), F(-1))


def test_a_float_is_not_an_exact_number():
    with pytest.raises(TypeError, match=r"67\.5 is not an exact number"):
        Interval.point(67.5)


def test_a_truth_value_is_not_a_number():
    with pytest.raises(TypeError, match="True is not an exact number"):
        exact(True)


@pytest.mark.parametrize("ends", [(F(2), F(1), False, False), (F(1), F(1), True, False), (F(1), F(1), False, True)])
def test_an_interval_without_members_is_refused(ends):
    with pytest.raises(ValueError, match="no number"):
        Interval(*ends)


def test_an_unbounded_end_is_always_open():
    assert Interval(low=F(1)).high_open
    assert Interval(low=F(1)) == Interval(F(1), None, False, True)


@pytest.mark.parametrize(("value", "inside"), [(F(0), False), (F(1, 100), True), (F(1), True), (F(101, 100), False)])
def test_an_open_end_is_no_member_and_a_closed_end_is(value, inside):
    assert (value in Interval(F(0), F(1), low_open=True)) is inside


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (closed(1, 2) + opened(10, 20), opened(11, 22)),
        (closed(1, 2) - closed(10, 20), closed(-19, -8)),
        (closed(1, 2) - Interval(F(10), F(20), high_open=True), Interval(F(-19), F(-8), low_open=True)),
        (-Interval(F(1), F(2), high_open=True), Interval(F(-2), F(-1), low_open=True)),
        (closed(-1, 2) * closed(3, 4), closed(-4, 8)),
        (closed(-2, -1) * closed(-4, -3), closed(3, 8)),
        (opened(0, 1) * opened(0, 1), opened(0, 1)),
        (closed(0, 1) * opened(5, 6), Interval(F(0), F(6), high_open=True)),
        (closed(0, 0) * EVERYTHING, closed(0, 0)),
        (opened(0, 1) * Interval(low=F(1)), Interval(low=F(0), low_open=True)),
        (closed(-1, 1) * Interval(low=F(3)), EVERYTHING),
        (closed(1, 2) / closed(4, 5), Interval(F(1, 5), F(1, 2))),
        (closed(1, 2) / closed(-5, -4), Interval(F(-1, 2), F(-1, 5))),
        (closed(1, 1) / Interval(F(0), F(4), low_open=True), Interval(low=F(1, 4))),
        (closed(1, 1) / Interval(F(-4), F(0), high_open=True), Interval(high=F(-1, 4))),
        (closed(6, 6) / Interval(low=F(3)), Interval(F(0), F(2), low_open=True)),
        (closed(6, 6) / Interval(high=F(-3)), Interval(F(-2), F(0), high_open=True)),
        (closed(1, 2) / closed(-1, 1), EVERYTHING),
        (closed(1, 2) / closed(0, 1), EVERYTHING),
    ],
)
def test_arithmetic_keeps_exact_ends_and_knows_which_are_reached(result, expected):
    assert result == expected


@pytest.mark.parametrize(
    ("left", "comparison", "right", "expected"),
    [
        (closed(1, 2), "=", closed(2, 3), True),
        (closed(1, 2), "=", opened(2, 3), False),
        (closed(1, 1), "!=", closed(1, 1), False),
        (closed(1, 1), "!=", closed(1, 2), True),
        (closed(2, 3), "<", closed(1, 2), False),
        (closed(2, 3), "<=", closed(1, 2), True),
        (closed(2, 3), "<=", Interval(F(1), F(2), high_open=True), False),
        (closed(2, 3), "<=", closed(0, 1), False),
        (closed(1, 2), ">", closed(2, 3), False),
        (closed(1, 2), ">=", closed(2, 3), True),
        (closed(1, 2), ">=", Interval(low=F(3)), False),
        (Interval(low=F(1)), ">", closed(99, 99), True),
        (Interval(high=F(1)), "<", closed(-99, -99), True),
    ],
)
def test_a_comparison_can_hold_when_some_members_satisfy_it(left, comparison, right, expected):
    assert can_hold(left, comparison, right) is expected


def test_intervals_that_touch_without_a_common_member_do_not_intersect():
    assert closed(0, 1).intersection(opened(1, 2)) is None
    assert closed(0, 1).intersection(closed(1, 2)) == closed(1, 1)
    assert closed(0, 2).intersection(opened(0, 3)) == Interval(F(0), F(2), low_open=True)


def test_merging_joins_what_overlaps_or_touches_and_keeps_gaps():
    parts = [closed(5, 6), opened(0, 1), closed(1, 2), opened(6, 7), opened(8, 9), opened(9, 10)]
    assert merged(parts) == (
        Interval(F(0), F(2), low_open=True),
        Interval(F(5), F(7), high_open=True),
        opened(8, 9),
        opened(9, 10),
    )


def test_without_zero_splits_an_interval_at_zero():
    assert closed(-1, 2).without_zero() == (
        Interval(F(-1), F(0), high_open=True),
        Interval(F(0), F(2), low_open=True),
    )
    assert closed(0, 0).without_zero() == ()


@pytest.mark.parametrize(
    ("interval", "numbers"),
    [
        (opened(1, 4), (2, 3)),
        (closed(1, 4), (1, 2, 3, 4)),
        (Interval(F("192.64"), F("195.03"), low_open=True), (193, 194, 195)),
        (opened(1, 2), ()),
        (closed(1, 5), None),
        (Interval(low=F(1)), None),
        (Interval(high=F(1)), None),
    ],
)
def test_whole_numbers_are_listed_up_to_a_limit(interval, numbers):
    assert interval.whole_numbers(at_most=4) == numbers


fractions = st.fractions(min_value=-20, max_value=20, max_denominator=12)


@st.composite
def intervals_with_a_member(draw):
    """An interval, its ends open or closed or unbounded, with one number that lies in it."""
    member, low, high = sorted(draw(st.tuples(fractions, fractions, fractions)))[1], None, None
    if draw(st.booleans()):
        low = member - abs(draw(fractions))
    if draw(st.booleans()):
        high = member + abs(draw(fractions))
    low_open = low is not None and low < member and draw(st.booleans())
    high_open = high is not None and high > member and draw(st.booleans())
    return Interval(low, high, low_open, high_open), member


@steady
@given(intervals_with_a_member(), intervals_with_a_member())
def test_interval_arithmetic_encloses_the_arithmetic_of_members(one, other):
    (left, x), (right, y) = one, other
    assert x in left
    assert y in right
    assert x + y in left + right
    assert x - y in left - right
    assert x * y in left * right
    assert -x in -left
    if y:
        assert x / y in left / right


@steady
@given(intervals_with_a_member(), intervals_with_a_member())
def test_what_holds_for_two_members_can_hold_for_their_intervals(one, other):
    (left, x), (right, y) = one, other
    truths = {"=": x == y, "!=": x != y, "<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}
    for comparison, holds in truths.items():
        assert can_hold(left, comparison, right) or not holds


@steady
@given(intervals_with_a_member(), intervals_with_a_member())
def test_the_ends_of_a_product_are_as_tight_as_its_corners(one, other):
    (left, _), (right, _) = one, other
    if None in (left.low, left.high, right.low, right.high):
        return
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    product = left * right
    assert (product.low, product.high) == (min(corners), max(corners))


@steady
@given(fractions, st.sampled_from([F(0), F(1, 100), F(1, 10), F(1), F(10)]))
def test_the_true_value_lies_in_the_interval_of_what_is_printed(true, step):
    printed = true if step == 0 else ((true / step + F(1, 2)) // 1) * step
    assert true in of_printed(printed, step)
