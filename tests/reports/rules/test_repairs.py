"""Repairs of contradictions: those of Lanzhou, and that every repair mends and nothing else does."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.rules.expressions import read_relation
from reports.rules.intervals import Interval
from reports.rules.relations import check_relation, check_source
from reports.rules.repairs import Repair
from reports.rules.sources import PublishedFigure, PublishedRelation, parse_source

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)

F = Fraction
LANZHOU = Path(__file__).parents[3] / "data" / "published-lanzhou-2022-09-05.yaml"


@pytest.fixture(scope="module")
def lanzhou():
    source = parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)
    return {result.id: {repair.figure: repair for repair in result.repairs} for result in check_source(source)}


def count(name: str, value: int, **more: object) -> PublishedFigure:
    return PublishedFigure(name, F(value), F(0), "household", **more)


def rounded(name: str, value: str, step: str, **more: object) -> PublishedFigure:
    return PublishedFigure(name, F(value), F(step), "percent", **more)


def repairs_of(says: str, *figures: PublishedFigure) -> tuple[Repair, ...]:
    result = check(says, {figure.id: figure for figure in figures})
    assert result.verdict == "inconsistent"
    return result.repairs


def check(says: str, printed: dict[str, PublishedFigure], **instead: Interval):
    intervals = {name: figure.interval for name, figure in printed.items()} | instead
    return check_relation(PublishedRelation("r", says, read_relation(says)), intervals, printed)


def test_the_elimination_rate_is_mended_by_975_households_or_647_eliminated_or_a_rate_of_68_7(lanzhou):
    repairs = lanzhou["r.elimination_h"]
    assert list(repairs) == ["elimination.households", "monitoring.total.households", "elimination.rate"]
    # 67.45 % and 67.55 % of 958; 65800 / 67.55 and 65800 / 67.45; 658 of 958
    assert repairs["elimination.households"] == Repair(
        "elimination.households", F("646.171"), F("647.129"), False, True, (647,), None, F(647)
    )
    assert repairs["monitoring.total.households"] == Repair(
        "monitoring.total.households", F(6580000, 6755), F(6580000, 6745), True, False, (975,), None, F(975)
    )
    assert repairs["elimination.rate"] == Repair(
        "elimination.rate", F(65800, 958), F(65800, 958), False, False, None, (F("68.7"),), F("68.7")
    )


def test_the_housing_rate_is_mended_by_another_plan_or_fewer_completed(lanzhou):
    repairs = lanzhou["r.housing"]
    assert repairs["housing.planned"].integers == (193, 194, 195)
    assert repairs["housing.completed"].integers == (122, 123)
    assert repairs["housing.completion_rate"].printed == (F(104),)


def test_more_completed_than_planned_is_mended_by_a_larger_plan_or_fewer_completed(lanzhou):
    repairs = lanzhou["r.housing_cap"]
    assert repairs["housing.planned"] == Repair("housing.planned", F(157), None, False, True, None, None, F(157))
    assert repairs["housing.completed"].integers == tuple(range(152))
    assert repairs["housing.completed"].nearest == 151


def test_too_few_measures_are_mended_by_fewer_households_or_fewer_measures_each(lanzhou):
    repairs = lanzhou["r.measures"]
    assert repairs["monitoring.total.households"].high == F(2603, 3)
    assert repairs["monitoring.total.households"].integers == tuple(range(868))
    assert repairs["measures.minimum_per_household"].integers == (0, 1, 2)
    # 271 measures are missing: 530 + 271 = 801
    assert (repairs["measures.industry.households"].low, repairs["measures.industry.households"].integers) == (
        801,
        None,
    )


def test_the_smallest_relative_change_comes_first():
    # a + b = 10: a from 8 to 5 is 37.5 %, b from 5 to 2 is 60 %, c from 10 to 13 is 30 %
    repairs = repairs_of("a + b = c", count("a", 8), count("b", 5), count("c", 10))
    assert [(repair.figure, repair.integers) for repair in repairs] == [("c", (13,)), ("a", (5,)), ("b", (2,))]


def test_a_change_from_zero_has_no_relative_size_and_comes_last():
    repairs = repairs_of("a = b", count("a", 0), count("b", 9))
    assert [repair.figure for repair in repairs] == ["b", "a"]


def test_a_count_that_no_whole_number_mends_has_no_repair():
    # 2 a = 7 has no whole solution; only the sum can be changed
    assert [repair.figure for repair in repairs_of("2 * a = b", count("a", 3), count("b", 7))] == ["b"]


def test_no_figure_is_repaired_to_a_negative_value():
    # a = 3 - 5 is below zero
    repairs = repairs_of("a + b = c", count("a", 4), count("b", 5), count("c", 3))
    assert [(repair.figure, repair.integers) for repair in repairs] == [("c", (9,))]


def difference(name: str, value: str, step: str, **more: object) -> PublishedFigure:
    return PublishedFigure(name, F(value), F(step), "percentage_point", **more)


def test_a_difference_is_repaired_to_a_negative_value_too():
    # 3 - 5 = -2; with a from 1.25 to 1.75 neither b = c + a nor c = b - a is whole
    repairs = repairs_of("a = b - c", difference("a", "1.5", "0.5"), count("b", 3), count("c", 5))
    assert [(repair.figure, repair.low, repair.printed, repair.nearest) for repair in repairs] == [
        ("a", F(-2), (F(-2),), F(-2)),
    ]


def test_a_difference_named_twice_is_repaired_below_zero_as_well():
    # a + 2 a = -6
    repairs = repairs_of("a + 2 * a = b - 10", difference("a", "5", "1"), count("b", 4))
    assert [(repair.figure, repair.low, repair.high, repair.printed) for repair in repairs if repair.figure == "a"] == [
        ("a", F(-2), F(-2), (F(-2),))
    ]


def test_a_difference_of_at_least_so_much_has_no_list_of_what_could_be_printed():
    repair = repairs_of("a = -3", difference("a", "2", "1", at_least=True))[0]
    assert (repair.low, repair.high, repair.printed, repair.nearest) == (-3, -3, None, -3)


def test_a_divisor_of_zero_is_repaired_and_nothing_beside_it():
    # 100 a / b = 50 to 51 with a = 10: b from 19.6 to 20; no other a or rate mends a division by 0
    repairs = repairs_of("rate = 100 * a / b", rounded("rate", "50.5", "1"), count("a", 10), count("b", 0))
    assert [(repair.figure, repair.integers) for repair in repairs] == [("b", (20,))]
    repairs = repairs_of("a / b + a / c = 3", count("a", 10), count("b", 0), count("c", 0))
    assert repairs == ()


def test_two_separate_stretches_are_two_repairs():
    repairs = repairs_of("a != 5", count("a", 5))
    assert [(repair.low, repair.high, repair.integers, repair.nearest) for repair in repairs] == [
        (0, 5, (0, 1, 2, 3, 4), 4),
        (5, None, None, 6),
    ]


def test_more_than_a_thousand_whole_numbers_are_not_listed():
    assert repairs_of("a < 1000", count("a", 1500))[0].integers == tuple(range(1000))
    repair = repairs_of("a < 1001", count("a", 1500))[0]
    assert (repair.integers, repair.low, repair.high, repair.nearest) == (None, 0, 1001, 1000)


def test_more_than_twenty_printed_values_are_not_listed():
    assert repairs_of("a <= 19", rounded("a", "30", "1"))[0].printed == tuple(F(value) for value in range(20))
    repair = repairs_of("a <= 20", rounded("a", "30", "1"))[0]
    assert (repair.printed, repair.nearest) == (None, 20)


def test_printed_values_are_those_that_some_mending_true_value_rounds_to():
    # a = 12.5 exactly prints as 13, half up; a from 2 to below 3 prints, in halves, as 2.0, 2.5 or 3.0
    assert repairs_of("2 * a = 25", rounded("a", "20", "1"))[0].printed == (F(13),)
    repair = next(each for each in repairs_of("a = b", rounded("a", "20", "0.5"), rounded("b", "2.5", "1")))
    assert (repair.low, repair.high, repair.high_open) == (2, 3, True)
    assert repair.printed == (F(2), F("2.5"), F(3))


def test_at_least_can_be_printed_for_everything_up_to_the_largest_mending_value():
    repair = repairs_of("a = 2.5", rounded("a", "4", "1", at_least=True))[0]
    assert (repair.low, repair.high, repair.printed) == (F("2.5"), F("2.5"), (F(0), F(1), F(2)))


def test_an_amount_without_step_has_neither_whole_numbers_nor_printed_values():
    amount = PublishedFigure("a", F(5), F(0), "yuan")
    assert repairs_of("a = 7", amount) == (Repair("a", F(7), F(7), False, False, None, None, F(7)),)


def test_a_figure_that_is_not_printed_is_not_repaired():
    printed = {"a": count("a", 3)}
    assert [repair.figure for repair in check("a = b", printed, b=Interval.point(4)).repairs] == ["a"]


def test_what_is_printed_already_is_no_repair():
    # the computed a = 3 contradicts b = 4, but a is printed as 4
    assert check("a = b", {"a": count("a", 4)}, a=Interval.point(3), b=Interval.point(4)).repairs == ()
    assert check("a = b", {"a": rounded("a", "4", "1")}, a=Interval.point(3), b=Interval.point(F("4.2"))).repairs == ()


def test_an_open_end_that_is_printed_now_does_not_hide_the_repair_beside_it():
    amount = PublishedFigure("a", F(5), F(0), "yuan")
    assert repairs_of("a < 5", amount) == (Repair("a", F(0), F(5), False, True, None, None, F(5)),)


def test_a_stretch_that_nothing_printed_rounds_to_is_no_repair():
    # on the grid -0.4, 0.6, 1.6 ... only -0.4 stands for zero, and no figure is negative
    assert repairs_of("a = 0", rounded("a", "0.6", "1")) == ()


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
    "-a != -b",
    "(a - c) / (b + 1) >= d",
]


@st.composite
def contradictions(draw):
    """A relation with printed figures that contradict it."""
    says = draw(st.sampled_from(RELATIONS))
    printed = {}
    for name in "abcd":
        value, step = draw(st.integers(0, 40)), draw(st.sampled_from(["0", "0", "0.1", "1", "5"]))
        at_least = draw(st.integers(0, 5)) == 0
        figure = rounded if step != "0" else count
        printed[name] = replace(figure(name, value, step) if step != "0" else figure(name, value), at_least=at_least)
    assume(check(says, printed).verdict == "inconsistent")
    return says, printed


@steady
@given(contradictions())
def test_every_repair_mends_the_relation(contradiction):
    says, printed = contradiction
    for repair in check(says, printed).repairs:
        figure = printed[repair.figure]
        ends = (repair.integers[:3] + repair.integers[-3:]) if repair.integers else ()
        for value in [*ends, *(repair.printed or ())]:
            assert value != figure.value
            mended = replace(figure, value=F(value))
            assert check(says, printed | {repair.figure: mended}).verdict == "consistent"
