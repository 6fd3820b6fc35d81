"""Relations among printed figures: the Lanzhou contradictions, and that no true relation is ever called one."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.rules.expressions import Comparison, Expression, Figure, Number, Operation, read_relation, write_relation
from reports.rules.intervals import EVERYTHING, Interval
from reports.rules.relations import check_relation, check_source
from reports.rules.sources import PublishedFigure, PublishedRelation, parse_source

steady = settings(derandomize=True, deadline=None, database=None, max_examples=300)

F = Fraction
LANZHOU = Path(__file__).parents[3] / "data" / "published-lanzhou-2022-09-05.yaml"


@pytest.fixture(scope="module")
def lanzhou():
    source = parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)
    return {result.id: result for result in check_source(source)}


def relation(says: str) -> PublishedRelation:
    return PublishedRelation("r", says, read_relation(says))


def verdict_on(says: str, *figures: PublishedFigure) -> str:
    intervals = {figure.id: figure.interval for figure in figures}
    return check_relation(relation(says), intervals, {figure.id: figure for figure in figures}).verdict


def test_four_of_the_lanzhou_relations_are_consistent_and_four_are_not(lanzhou):
    assert {name: result.verdict for name, result in lanzhou.items()} == {
        "r.expenditure": "consistent",
        "r.elimination_h": "inconsistent",
        "r.measures": "inconsistent",
        "r.housing": "inconsistent",
        "r.housing_cap": "inconsistent",
        "r.east_west": "consistent",
        "r.projects": "consistent",
        "r.new": "consistent",
    }


def test_an_expenditure_rate_of_rounded_amounts_is_no_false_alarm(lanzhou):
    # 506.5 / 777.5 = 65.14... % to 507.5 / 776.5 = 65.35... %, although 507 / 777 = 65.25 % is not the printed 65.29
    right = lanzhou["r.expenditure"].right
    assert right == Interval(F(50650 * 2, 1555), F(50750 * 2, 1553), low_open=True, high_open=True)
    assert lanzhou["r.expenditure"].repairs == ()


def test_each_side_says_what_it_can_be_worth(lanzhou):
    assert lanzhou["r.elimination_h"].left == Interval(F("67.45"), F("67.55"), high_open=True)
    assert lanzhou["r.elimination_h"].right == Interval.point(F(65800, 958))
    assert lanzhou["r.measures"].left == Interval.point(2603)
    assert lanzhou["r.measures"].right == Interval(low=F(2874))
    assert (lanzhou["r.housing_cap"].left, lanzhou["r.housing_cap"].right) == (
        Interval.point(157),
        Interval.point(151),
    )


def test_without_a_named_figure_a_relation_is_not_computable():
    result = check_relation(relation("a + lost = b * lost"), {"a": Interval.point(1), "b": Interval.point(2)}, {})
    assert result.verdict == "not_computable"
    assert result.missing == ("lost",)
    assert (result.left, result.right, result.repairs) == (EVERYTHING, EVERYTHING, ())


def test_rounded_parts_may_miss_their_rounded_sum_by_their_rounding():
    # 0.4 + 0.4 + 0.4 = 1.2 prints as 0 + 0 + 0 = 1
    parts = [PublishedFigure(name, F(0), F(1), "yuan") for name in "abc"]
    assert verdict_on("a + b + c = d", *parts, PublishedFigure("d", F(1), F(1), "yuan")) == "consistent"
    assert verdict_on("a + b + c = d", *parts, PublishedFigure("d", F(2), F(1), "yuan")) == "inconsistent"


def test_a_figure_at_the_open_end_of_its_rounding_decides():
    rate = PublishedFigure("rate", F(50), F(1), "percent")
    whole = PublishedFigure("whole", F(200), F(0), "household")
    assert verdict_on("rate = 100 * part / whole", rate, whole, PublishedFigure("part", F(99), F(0), "household")) == (
        "consistent"
    )
    assert verdict_on("rate = 100 * part / whole", rate, whole, PublishedFigure("part", F(101), F(0), "household")) == (
        "inconsistent"
    )


def test_at_least_leaves_a_relation_open_upwards_only():
    share = PublishedFigure("share", F(55), F(1), "percent", at_least=True)
    assert verdict_on("share >= 90", share) == "consistent"
    assert verdict_on("share < 55", share) == "inconsistent"
    assert verdict_on("share <= 55", share) == "consistent"


def test_a_divisor_that_is_exactly_zero_lets_nothing_hold():
    rate = PublishedFigure("rate", F(50), F(1), "percent")
    counts = [PublishedFigure("part", F(0), F(0), "household"), PublishedFigure("whole", F(0), F(0), "household")]
    printed = {figure.id: figure for figure in (rate, *counts)}
    intervals = {name: figure.interval for name, figure in printed.items()}
    result = check_relation(relation("rate = 100 * part / whole"), intervals, printed)
    assert (result.verdict, result.divides_by_zero) == ("inconsistent", True)
    # 100 * 0 / whole is 0 for every other whole, and never near 50
    assert result.repairs == ()
    mended = check_relation(relation("rate = 100 * 7 / whole"), intervals, printed).repairs
    # 700 / 50.5 = 13.86 and 700 / 49.5 = 14.14
    assert [(repair.figure, repair.integers) for repair in mended] == [("whole", (14,))]


def test_a_divisor_that_only_rounds_to_zero_may_be_more():
    rounded = PublishedFigure("whole", F(0), F(1), "yuan")
    assert verdict_on("10 = 1 / whole", rounded) == "consistent"


def test_a_share_that_is_printed_as_zero_is_not_negative_but_a_difference_may_be():
    share = PublishedFigure("share", F(0), F(1), "percent")
    change = PublishedFigure("change", F(0), F(1), "percentage_point")
    assert verdict_on("share < 0", share) == "inconsistent"
    assert verdict_on("1 + share >= 1", share) == "consistent"
    assert verdict_on("change < 0", change) == "consistent"


OUTCOMES = {"result", "total"}  # what other values give, which may be negative
STEPS = [F(0), F(1, 100), F(1, 10), F(1, 2), F(1), F(10), F(1000)]
TRUE_VALUES = st.one_of(st.integers(0, 5000).map(Fraction), st.fractions(0, 300, max_denominator=50))


def as_printed(draw, name: str, true: Fraction) -> PublishedFigure:
    """Print a true value: rounded half up to some step, or as "at least" something not above it."""
    unit = "percentage_point" if name in OUTCOMES else "yuan"
    step = draw(st.sampled_from(STEPS))
    if draw(st.integers(0, 4)) == 0:
        return PublishedFigure(name, true - draw(st.fractions(0, 3, max_denominator=10)), step, unit, at_least=True)
    value = true if step == 0 else (true / step + F(1, 2)) // 1 * step
    return PublishedFigure(name, value, step, unit)


def worth(node: Expression, true: dict[str, Fraction]) -> Fraction:
    """Return what an expression is worth for the true values, or refuse the example where it divides by zero."""
    match node:
        case Number(value):
            return value
        case Figure(id):
            return true[id]
        case Operation(operator, left, right):
            one, other = worth(left, true), worth(right, true)
            assume(operator != "/" or other != 0)
            return (
                {"+": one + other, "-": one - other, "*": one * other}.get(operator) if operator != "/" else one / other
            )
    raise AssertionError(node)


NAMES = "abcde"
TREES = st.recursive(
    st.one_of(st.sampled_from(NAMES).map(Figure), st.sampled_from([1, 2, 100]).map(lambda value: Number(F(value)))),
    lambda inner: st.builds(Operation, st.sampled_from("+-*/"), inner, inner),
    max_leaves=6,
)
DIFFERENCES = {"=": [0], "<=": [0, 1], "<": [1], ">=": [0, -1], ">": [-1], "!=": [1, -1]}


@st.composite
def true_relations(draw):
    """A relation that truly holds among true values, and those values as they are printed."""
    true = {name: draw(TRUE_VALUES) for name in NAMES}
    tree = draw(TREES)
    operator = draw(st.sampled_from(sorted(DIFFERENCES)))
    distance = draw(st.fractions(F(1, 100), 50, max_denominator=100)) * draw(st.sampled_from(DIFFERENCES[operator]))
    true["result"] = worth(tree, true) + distance
    comparison = Comparison(operator, tree, Figure("result"))
    return write_relation(comparison), [as_printed(draw, name, value) for name, value in true.items()]


@steady
@given(true_relations())
def test_a_relation_that_truly_holds_is_never_inconsistent(example):
    says, figures = example
    assert verdict_on(says, *figures) == "consistent"


FAMILIAR = {
    "total = a + b + c": lambda a, b, c: a + b + c,
    "total = 100 * a / b": lambda a, b, c: 100 * a / b,
    "total = 100 * a / (a + b)": lambda a, b, c: 100 * a / (a + b),
    "total = 100 * (a - b) / b": lambda a, b, c: 100 * (a - b) / b,
    "total / b = a / b + c / b": lambda a, b, c: a + c,
    "a * b + c <= total": lambda a, b, c: a * b + c + 1,
    "total < a / b - c": lambda a, b, c: a / b - c - 1,
}


@steady
@given(st.sampled_from(sorted(FAMILIAR)), st.data())
def test_sums_shares_and_bounds_that_truly_hold_are_never_inconsistent(says, data):
    true = {name: data.draw(TRUE_VALUES) for name in "abc"}
    assume(true["b"] != 0)
    true["total"] = FAMILIAR[says](**true)
    assert verdict_on(says, *(as_printed(data.draw, name, value) for name, value in true.items())) == "consistent"
