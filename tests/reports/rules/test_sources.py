"""Published sources are read exactly, and what is wrong in one is said in one sentence."""

import time
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from reports.rules.intervals import Interval
from reports.rules.sources import PublishedFigure, SourceError, parse_source

LANZHOU = Path(__file__).parents[3] / "data" / "published-lanzhou-2022-09-05.yaml"

VALID = """\
source:
  id: town-2021
  title: A year of work
  publisher: Town News
  published_on: 2022-01-10
  division: "620102"
  as_of: 2021-12-31
  period_start: 2021-01-01
parameters:
  line: 6500
figures:
  - {id: total, value: 90, step: 0, unit: household}
  - {id: rate, value: 67.5, step: 0.1, unit: percent, basis: unstated, doubt: "perhaps by person"}
relations:
  - {id: r.one, says: "rate <= 100 * total"}
"""


def refused(old: str, new: str) -> str:
    """Return the sentence with which the valid source is refused once `old` is replaced by `new`."""
    assert VALID.count(old) == 1
    with pytest.raises(SourceError) as error:
        parse_source(VALID.replace(old, new), name="town.yaml")
    return str(error.value)


def test_the_lanzhou_source_is_read_whole():
    source = parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)
    assert (source.id, source.division) == ("lanzhou-2022-09-05", "6201")
    assert (source.period_start, source.as_of) == (date(2022, 1, 1), date(2022, 9, 5))
    assert source.parameters["monitoring_line_per_person_year"] == 6500
    assert (len(source.figures), len(source.relations)) == (63, 8)
    assert source.printed["measures.minimum_per_household"].at_least
    assert source.printed["monitoring.new.persons"].basis is None


def test_numbers_are_the_numbers_that_were_written():
    rate = parse_source(VALID, name="town.yaml").printed["rate"]
    assert rate == PublishedFigure(
        "rate", Fraction(135, 2), Fraction(1, 10), "percent", "unstated", doubt="perhaps by person"
    )
    assert rate.interval == Interval(Fraction(1349, 20), Fraction(1351, 20), high_open=True)


def test_a_sentence_keeps_its_commas_without_quotes():
    source = parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)
    assert source.printed["monitoring.total.households"].from_ == "cases of the three types, eliminated ones included"


def test_parameters_and_relations_may_be_left_out():
    text = VALID.replace("parameters:\n  line: 6500\n", "").split("relations:", maxsplit=1)[0]
    source = parse_source(text, name="town.yaml")
    assert (dict(source.parameters), source.relations) == ({}, ())


def test_only_amounts_for_a_person_and_year_have_to_be_plausible():
    text = VALID.replace("line: 6500", "raised_by_percent: -5\n  line_per_person_year: 1000000")
    assert parse_source(text, name="town.yaml").parameters == {
        "raised_by_percent": -5,
        "line_per_person_year": 1_000_000,
    }


@pytest.mark.parametrize(
    ("value", "step", "unit", "is_count"),
    [
        (958, 0, "household", True),
        (52, 0, "unclear", True),
        (16000, 1000, "household", False),
        (81, 0, "percent", False),
        (500, 0, "yuan", False),
    ],
)
def test_a_count_is_exact_whole_and_not_measured(value, step, unit, is_count):
    assert PublishedFigure("a", Fraction(value), Fraction(step), unit).is_count is is_count


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "value: 90",
            "value: ninety",
            (
                "town.yaml, line 12, figure total: value cannot be 'ninety'; "
                "write a number in up to 30 digits, such as 958 or 67.5."
            ),
        ),
        (
            "value: 90, ",
            "",
            "town.yaml, line 12, figure total: has no value; add value.",
        ),
        (
            "unit: household",
            "unit: household, colour: red",
            (
                "town.yaml, line 12, figure total: has the unknown key 'colour'; "
                "use id, value, step, unit, basis, at_least, from, doubt."
            ),
        ),
        (
            "id: rate",
            "id: total",
            "town.yaml, line 13, figure total: the id stands already in line 12; give every entry its own id.",
        ),
        (
            "step: 0.1",
            "step: -0.1",
            (
                "town.yaml, line 13, figure rate: the step is negative; "
                "write one unit of the last printed digit, or 0 for an exact count."
            ),
        ),
        (
            "rate <= 100",
            "share <= 100",
            "town.yaml, line 15, relation r.one: names the unknown figure share; use the id of a figure in this file.",
        ),
        (
            "rate <= 100 * total",
            "rate <= 100 * * total",
            (
                "town.yaml, line 15, relation r.one: cannot be read at column 15 of says: expected a number, the id of "
                "a figure, - or (, found '*'; correct it to a comparison such as a = 100 * b / c."
            ),
        ),
        (
            '"620102"',
            "Lanzhou",
            (
                "town.yaml, line 6, source town-2021: division cannot be 'Lanzhou'; "
                "write a division code of 2, 4, 6, 9 or 12 digits."
            ),
        ),
        (
            "as_of: 2021-12-31",
            "as_of: 2020-12-31",
            (
                "town.yaml, line 7, source town-2021: as_of 2020-12-31 lies before period_start 2021-01-01; "
                "correct one of the two days."
            ),
        ),
        (
            "as_of: 2021-12-31",
            "as_of: 2021-02-30",
            (
                "town.yaml, line 2, source town-2021: as_of 2021-02-30 is not in the calendar; "
                "write a day, such as 2022-09-05."
            ),
        ),
    ],
)
def test_an_error_names_file_line_entry_what_is_wrong_and_what_to_do(old, new, sentence):
    assert refused(old, new) == sentence


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("value: 90", "value: true", "value cannot be 'true'"),
        ("value: 90", "value: 1e999999999", "value cannot be '1e999999999'"),
        ("value: 90", "value: .inf", "value cannot be '.inf'"),
        ("value: 90", "value: 0x5A", "value cannot be '0x5A'"),
        ("value: 90", "value: ٩٠", "value cannot be "),
        ("value: 90", f"value: {'9' * 31}", "value cannot be "),
        ("value: 90", "value: ", "figure total: has no value"),
        ("value: 90", "value: ~", "figure total: has no value"),
        ("value: 90", "value: [90]", "value is not a single value"),
        ("value: 90", "value: 90.5", "an exact count in unit household is not a whole number"),
        ("value: 90", "value: -90", "the value in unit household is negative"),
        ("value: 67.5", "value: -67.5", "the value in unit percent is negative"),
        ("value: 90", "value: 90, value: 91", "the key 'value' stands twice"),
        ("step: 0,", "step: none,", "step cannot be 'none'"),
        ("unit: household", "unit: Household", "unit cannot be 'Household'"),
        ("unit: household", "unit: household, at_least: 1", "at_least cannot be '1'"),
        ("unit: household", "unit: household, at_least", "at_least has no value"),
        ("unit: household", "unit: household, eliminated ones", "has the unknown key 'eliminated ones'"),
        ("unit: household", 'unit: household, from: " "', "from is blank"),
        ("basis: unstated", "basis: sheep", "basis cannot be 'sheep'"),
        ("id: total", "id: 2total", "id cannot be '2total'"),
        ("id: total, ", "", "figure 1: has no id"),
        ("  title: A year of work\n", "", "source town-2021: has no title"),
        ("  period_start: 2021-01-01\n", "", "source town-2021: has no period_start"),
        ("published_on: 2022-01-10", "published_on: 10.1.2022", "published_on cannot be '10.1.2022'"),
        ("as_of: 2021-12-31", "as_of: 20211231", "as_of cannot be '20211231'"),
        ('"620102"', "62010", "division cannot be '62010'"),
        ("id: town-2021", "id: ../town", "id cannot be '../town'"),
        ("line: 6500", "line: false", "parameters: line cannot be 'false'"),
        ("line: 6500", "line_per_person_year: -5", "parameters: line_per_person_year cannot be -5; write yuan for one"),
        ("line: 6500", "line_per_person_year: 0", "line_per_person_year cannot be 0"),
        ("line: 6500", "line_per_person_year: 99999999999999", "more than 0 and at most 1,000,000."),
        ("as_of: 2021-12-31", "as_of: 0001-01-01", "as_of 0001-01-01 is too long ago; write a day from 1949-10-01 on."),
        ("period_start: 2021-01-01", "period_start: 1949-09-30", "period_start 1949-09-30 is too long ago"),
        ("parameters:\n  line: 6500", "parameters: 5", "parameters: is not a mapping"),
        ("figures:\n", "numbers:\n", "the file: has the unknown key 'numbers'"),
        ("relations:\n", "relations: 5\nx:\n", "has the unknown key 'x'"),
        ('  - {id: r.one, says: "rate <= 100 * total"}', "  r.one: {}", "relations is not a list"),
        ('  - {id: r.one, says: "rate <= 100 * total"}', "  - rate", "relation 1: is not a mapping"),
        ("  publisher: Town News", "  publisher: &p Town News", "anchors and aliases"),
        ("  publisher: Town News", "  publisher: !!str Town News", "tags"),
        ("  publisher: Town News", "  publisher: [Town, News", "the YAML cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused(old, new, problem):
    sentence = refused(old, new)
    assert problem in sentence
    assert sentence.startswith("town.yaml, line ")
    assert sentence.endswith(".")


def test_a_difference_in_percentage_points_may_be_negative():
    text = VALID.replace("value: 67.5, step: 0.1, unit: percent,", "value: -1.8, step: 0.1, unit: percentage_point,")
    assert parse_source(text, name="town.yaml").printed["rate"].value == Fraction(-9, 5)


@pytest.mark.parametrize(("text", "problem"), [("", "the file is empty"), ("- 1\n", "the file: is not a mapping")])
def test_a_file_without_a_source_is_refused(text, problem):
    with pytest.raises(SourceError, match=problem):
        parse_source(text, name="empty.yaml")


def test_a_source_without_figures_is_refused():
    text = VALID.split("figures:", maxsplit=1)[0] + "figures: []\n"
    with pytest.raises(SourceError, match=r"figures is an empty list; add the figures that the source prints\."):
        parse_source(text, name="town.yaml")


def test_a_very_long_number_is_refused_quickly():
    begun = time.perf_counter()
    with pytest.raises(SourceError, match="value cannot be"):
        parse_source(VALID.replace("value: 90", "value: " + "9" * 150_000), name="town.yaml")
    assert time.perf_counter() - begun < 2
