"""Verdicts on single figures."""

from decimal import Decimal
from fractions import Fraction

import pytest

from reports.rules.intervals import Interval
from reports.rules.sources import PublishedFigure
from reports.rules.verdicts import Verdict, VerdictKind, judge, of_all

RATE = PublishedFigure("elimination.rate", Fraction("67.5"), Fraction("0.1"), "percent", "unstated")
HOUSEHOLDS = PublishedFigure("monitoring.total.households", Fraction(958), Fraction(0), "household")
INDUSTRY = PublishedFigure("funds.industry_share", Fraction(55), Fraction(1), "percent", at_least=True)


def test_a_rate_at_the_lower_edge_of_its_interval_matches():
    assert judge(RATE, Fraction("67.45")).kind == "matches"


def test_a_rate_at_the_upper_edge_of_its_interval_differs():
    assert judge(RATE, Fraction("67.55")).kind == "differs"


def test_the_household_rate_differs_by_how_much_it_lies_above_the_printed_value():
    # 658 / 958 = 68.684...; 65800/958 - 67.5 = (65800 - 64665) / 958 = 1135 / 958
    expected = Verdict("differs", Interval(Fraction("67.45"), Fraction("67.55"), high_open=True), Fraction(1135, 958))
    assert judge(RATE, Fraction(65800, 958)) == expected


def test_a_matching_rate_still_says_how_far_it_is_from_what_is_printed():
    # 2192 of 3248 persons: 219200/3248 - 67.5 = (219200 - 219240) / 3248 = -40 / 3248
    verdict = judge(RATE, Fraction(219200, 3248))
    assert (verdict.kind, verdict.difference) == ("matches", Fraction(-40, 3248))


@pytest.mark.parametrize(("computed", "kind"), [(957, "differs"), (958, "matches"), (959, "differs")])
def test_an_exact_count_matches_only_itself(computed, kind):
    verdict = judge(HOUSEHOLDS, computed)
    assert (verdict.kind, verdict.difference) == (kind, computed - 958)


@pytest.mark.parametrize(
    ("computed", "kind"), [(Decimal("54.99"), "differs"), (Decimal("55"), "matches"), (Decimal("90.5"), "matches")]
)
def test_at_least_matches_from_the_printed_value_on(computed, kind):
    assert judge(INDUSTRY, computed).kind == kind


def test_without_a_computed_value_the_figure_is_not_computable():
    verdict = judge(HOUSEHOLDS, None)
    assert verdict.kind == "not_computable"
    assert verdict.difference is None
    assert verdict.interval == Interval(Fraction(958), Fraction(958))


def test_a_float_is_refused_because_it_is_not_exact():
    with pytest.raises(TypeError, match=r"67\.5 is not an exact number"):
        judge(RATE, 67.5)


@pytest.mark.parametrize(
    ("kinds", "whole"),
    [
        (("matches",), "matches"),
        (("matches", "matches"), "matches"),
        (("matches", "differs"), "matches_one_basis"),
        (("differs", "matches"), "matches_one_basis"),
        (("differs", "differs"), "differs"),
        (("not_judged", "not_judged"), "not_judged"),
        (("not_computable", "differs"), "differs"),
        (("not_computable",), "not_computable"),
    ],
)
def test_a_figure_matches_only_where_no_reading_of_it_differs(kinds, whole):
    assert of_all([VerdictKind(kind) for kind in kinds]) == whole
