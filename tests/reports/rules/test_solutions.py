"""Which values of one figure make a comparison possible."""

import time
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.rules.enclosures import divides_by_zero, divisors_in, enclose, is_possible
from reports.rules.expressions import figures_in, read_relation
from reports.rules.intervals import EVERYTHING, NOT_NEGATIVE, POSITIVE, Interval, of_printed
from reports.rules.solutions import solve

F = Fraction
POINTS = {name: Interval.point(value) for name, value in {"a": 658, "b": 958, "c": 4, "zero": 0}.items()}
FIGURES = POINTS | {
    "at_least_3": Interval(low=F(3)),
    "any_number": EVERYTHING,
    "rate": of_printed(F("67.5"), F("0.1")),
    "nearly_zero": Interval(F(-1, 2), F(1, 2), high_open=True),
}


@pytest.mark.parametrize(
    ("relation", "figure", "solution"),
    [
        # named once, on either side, under each operation
        ("rate = 100 * a / b", "a", Interval(F("646.171"), F("647.129"), high_open=True)),
        ("100 * a / b = rate", "b", Interval(F(6580000, 6755), F(6580000, 6745), low_open=True)),
        ("rate = 100 * a / b", "rate", Interval.point(F(32900, 479))),
        ("a + c = b", "a", Interval.point(954)),
        ("c + a = b", "a", Interval.point(954)),
        ("b - a = c", "a", Interval.point(954)),
        ("a - b = c", "a", Interval.point(962)),
        ("a * c = b", "a", Interval.point(F(479, 2))),
        ("c * a = b", "a", Interval.point(F(479, 2))),
        ("a / c = b", "a", Interval.point(3832)),
        ("b / a = c", "a", Interval.point(F(479, 2))),
        ("-a = -b", "a", Interval.point(958)),
        ("a <= c", "a", Interval(F(0), F(4))),
        ("a < c", "a", Interval(F(0), F(4), high_open=True)),
        ("c >= a", "a", Interval(F(0), F(4))),
        ("c > a", "a", Interval(F(0), F(4), high_open=True)),
        ("a >= b", "a", Interval(low=F(958))),
        ("a > b", "a", Interval(low=F(958), low_open=True)),
        ("a <= rate", "a", Interval(F(0), F("67.55"), high_open=True)),
        ("a >= rate", "a", Interval(low=F("67.45"))),
        ("a != rate", "a", NOT_NEGATIVE),
        # zeros
        ("a * zero = zero", "a", NOT_NEGATIVE),
        ("zero / a = zero", "a", POSITIVE),
        ("c / a = nearly_zero", "a", Interval(low=F(8), low_open=True)),
        ("c * a = nearly_zero", "a", Interval(F(0), F(1, 8), high_open=True)),
        ("a * nearly_zero = c", "a", Interval(low=F(8), low_open=True)),
        # named several times, linear once divisions are cleared: 100 a = 67.5 (a + b) and its edges
        (
            "rate = 100 * a / (a + b)",
            "a",
            Interval(F("67.45") * 958 / F("32.55"), F("67.55") * 958 / F("32.45"), high_open=True),
        ),
        ("a + a = b", "a", Interval.point(479)),
        ("a = b - a", "a", Interval.point(479)),
        ("-a = a - b", "a", Interval.point(479)),
        ("a * c <= b + a", "a", Interval(F(0), F(958, 3))),
        ("c = 100 * (b - a) / a", "a", Interval.point(F(95800, 104))),
        ("a / (a + b) + c / (a + b) = 1 / 2", "a", Interval.point(950)),
        # beside an unbounded figure: at_least_3 * a >= 958 - a from a > 0 on, 2 a = 958 - at_least_3 up to 477.5
        ("at_least_3 * a >= b - a", "a", POSITIVE),
        ("a + a = b - at_least_3", "a", Interval(F(0), F(955, 2))),
        ("at_least_3 / a <= b / a - 2", "a", Interval(F(0), F(955, 2), low_open=True)),
        ("any_number * a = c - a", "a", POSITIVE),
    ],
)
def test_a_figure_is_solved_exactly(relation, figure, solution):
    assert solve(read_relation(relation), figure, FIGURES) == (solution,)


@pytest.mark.parametrize(
    ("relation", "solutions"),
    [
        ("a != c", (Interval(F(0), F(4), high_open=True), Interval(low=F(4), low_open=True))),
        (
            "c / (a - c) != 1",
            (Interval(F(0), F(4), high_open=True), Interval(F(4), F(8), True, True), Interval(low=F(8), low_open=True)),
        ),
        ("a / a = 1", (POSITIVE,)),
        ("a + c = zero", ()),
        ("zero * a = c", ()),
        ("c / a = zero", ()),
    ],
)
def test_several_stretches_or_none_can_be_the_solution(relation, solutions):
    assert solve(read_relation(relation), "a", FIGURES) == solutions


@pytest.mark.parametrize(
    "relation",
    [
        "a * a = b",  # not linear
        "a + a = rate - rate",  # another rounded figure is named twice
        "a / zero = a",  # says nothing
        "b = a" + " + a" * 12,  # named 13 times
        "a + a = " + " + ".join(f"r{number}" for number in range(9)),  # 512 corners
    ],
)
def test_where_the_ends_do_not_decide_no_solution_is_claimed(relation):
    figures = FIGURES | {f"r{number}": of_printed(F(number), F(1)) for number in range(9)}
    assert solve(read_relation(relation), "a", figures) == ()


RELATIONS = [
    "a + b = c",
    "a - b = c + d",
    "d = 100 * a / b",
    "d = 100 * a / (a + b)",
    "d = 100 * (a - b) / b",
    "a * b <= c",
    "a + b + c >= 3 * d",
    "a < b / c",
    "a + a > b + c",
    "a * (b + 1) = c + a",
    "a / b = 1 - c / b",
    "-a != -b",
    "(a - c) / (b + 1) >= d",
]


@st.composite
def printed_intervals(draw):
    """What four printed figures stand for: exact counts, rounded figures, and some "at least"."""
    return {
        name: of_printed(
            Fraction(draw(st.integers(0, 30))),
            draw(st.sampled_from([F(0), F(0), F(1, 10), F(1), F(5)])),
            at_least=draw(st.integers(0, 5)) == 0,
        )
        for name in "abcd"
    }


def may_divide_by_zero(comparison, figures):
    divisors = [divisor for side in (comparison.left, comparison.right) for divisor in divisors_in(side)]
    return any(0 in found and not found.is_point for found in (enclose(divisor, figures) for divisor in divisors))


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(st.sampled_from(RELATIONS), printed_intervals())
def test_a_value_makes_the_relation_possible_exactly_when_it_lies_in_the_solution(says, figures):
    comparison = read_relation(says)
    assume(not is_possible(comparison, figures) or divides_by_zero(comparison, figures))
    for figure in dict.fromkeys(figures_in(comparison)):
        signed = solve(comparison, figure, figures, domain=EVERYTHING)
        unsigned = solve(comparison, figure, figures)
        for value in (F(number, 2) for number in range(-60, 80)):
            changed = figures | {figure: Interval.point(value)}
            if may_divide_by_zero(comparison, changed):
                continue  # the quotient is then called anything, where the solution is exact
            possible = is_possible(comparison, changed) and not divides_by_zero(comparison, changed)
            assert possible == any(value in part for part in signed)
            assert (possible and value >= 0) == any(value in part for part in unsigned)


def test_a_long_relation_is_solved_or_given_up_quickly():
    others = " + ".join(f"r{number} / a" for number in range(1, 9))
    begun = time.perf_counter()
    solve(read_relation(f"zero = a * a + {others}"), "a", FIGURES | {f"r{n}": of_printed(F(n), F(1)) for n in range(9)})
    solve(read_relation("c = a" + " * a" * 200), "a", FIGURES)
    solve(read_relation("c = b" + " / b" * 199 + " / a"), "a", FIGURES | {"b": of_printed(F(5), F(1))})
    assert time.perf_counter() - begun < 5
