"""Sentences about relations and their repairs, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from reports import documents, explanations
from reports.rules.expressions import read_relation
from reports.rules.relations import RelationResult, check_relation, check_source
from reports.rules.sources import PublishedFigure, PublishedRelation, parse_source

LANZHOU = Path(__file__).parents[2] / "data" / "published-lanzhou-2022-09-05.yaml"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def lanzhou() -> dict[str, RelationResult]:
    source = parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)
    return {result.id: result for result in check_source(source)}


def check(says: str, *figures: PublishedFigure) -> RelationResult:
    printed = {figure.id: figure for figure in figures}
    intervals = {name: figure.interval for name, figure in printed.items()}
    return check_relation(PublishedRelation("r", says, read_relation(says)), intervals, printed)


def figure(name: str, value: int | str, unit: str = "household", step: str = "0") -> PublishedFigure:
    return PublishedFigure(name, Fraction(value), Fraction(step), unit)


def mends(says: str, *figures: PublishedFigure) -> list[str]:
    return [explanations.of_repair(each) for each in check(says, *figures).repairs]


def test_of_many_whole_numbers_the_nearest_is_named(lanzhou):
    told = explanations.of_relation(lanzhou["r.measures"])
    assert "monitoring.total.households at most 867" in told
    assert "measures.minimum_per_household = 0, 1, 2" in told
    assert "measures.industry.households at least 801" in told
    told = explanations.of_relation(lanzhou["r.housing_cap"])
    assert "housing.planned at least 157" in told
    assert "housing.completed at most 151" in told


def test_values_between_two_ends_are_told_with_the_nearest():
    # 100 a / 1000 prints as 1 from a = 5 on, up to 14
    printed = (figure("rate", 1, "percent", "1"), figure("a", 100), figure("b", 1000))
    assert "a in [5, 14], nearest 14" in mends("rate = 100 * a / b", *printed)
    assert mends("a > 5", figure("a", 5)) == ["a more than 5, nearest 6"]
    assert mends("a > 5", figure("a", 5, "yuan")) == ["a more than 5"]
    assert mends("a < 5", figure("a", 5, "yuan")) == ["a less than 5"]
    assert mends("a <= -2", figure("a", 5, "percentage_point")) == ["a at most -2"]


def test_a_division_by_zero_is_told_as_what_it_is():
    result = check("rate = 100 * a / b", figure("rate", 50, "percent", "1"), figure("a", 7), figure("b", 0))
    assert explanations.of_relation(result) == "Cannot hold: a divisor is exactly 0. It would hold with b = 14."


def test_a_repair_as_plain_values_has_its_ends_and_its_nearest_value(lanzhou):
    (first, *_rest) = documents.relation(lanzhou["r.elimination_h"])["repairs"]
    assert first == {
        "figure": "elimination.households",
        "low": 646.171,
        "high": 647.129,
        "low_open": False,
        "high_open": True,
        "nearest": 647,
        "integers": [647],
        "printed": None,
    }
    by_figure = {each["figure"]: each for each in documents.relation(lanzhou["r.measures"])["repairs"]}
    assert by_figure["monitoring.total.households"]["nearest"] == 867
    assert by_figure["monitoring.total.households"]["integers"] == list(range(868))
