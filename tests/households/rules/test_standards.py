"""Standards as they ship, what they may hold, and which holds where and when."""

from dataclasses import dataclass
from datetime import date

import pytest

from households.rules.codes import RISKS
from households.rules.levels import path_of
from households.rules.shapes import Unfit
from households.rules.standards import KINDS, Kind, defaults, holding, keys_of, name_of, read_value
from tests.cast import CITY, COUNTY, OTHER_COUNTY, VILLAGE

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))
CLOCK = {
    "is_on": True,
    "starts": ["reported"],
    "stops": ["verified"],
    "length": 5,
    "unit": "working_days",
    "owner": "caseworker",
    "limit": "latest",
}


@dataclass
class Row:
    code: str
    division_id: str | None
    valid_from: date


@pytest.mark.parametrize("kind", Kind)
def test_what_ships_can_be_read_and_says_in_both_languages_what_it_is_and_where_from(kind):
    for code, each in defaults(kind).items():
        assert read_value(kind, code, each.value) == each.value
        assert all((each.name.zh, each.name.en, each.source.zh, each.source.en))


def test_the_defaults_are_those_that_were_found_and_only_what_is_laid_down_is_called_official():
    clocks = defaults(Kind.CLOCK)
    told = {code: (each.value["length"], each.value["unit"], each.value["limit"]) for code, each in clocks.items()}
    assert told == {
        "verify": (5, "working_days", "latest"),
        "decide": (15, "working_days", "latest"),
        "feedback": (5, "working_days", "latest"),
        "first_measure": (1, "months", "latest"),
        "before_elimination": (6, "months", "not_before"),
        "notice": (5, "days", "not_before"),
    }
    official = {each.code for kind in Kind for each in defaults(kind).values() if each.is_official}
    assert official == {"verify", "decide", "feedback", "notice"}


def test_every_risk_has_measures_that_answer_it():
    matrix = defaults(Kind.MATRIX)
    assert [risk for risk in RISKS if "any_of" not in matrix[risk.value].value] == []
    assert matrix["illness"].value == {"any_of": ["health", "social"]}
    assert matrix["identified_since_2021"].value == {"none_of": ["relocation"]}


def test_the_three_lists_of_a_visit_have_six_items_each():
    lists = defaults(Kind.CHECKLIST)
    assert {code: len(each.value["items"]) for code, each in lists.items()} == {
        "must_visit": 6,
        "must_see": 6,
        "must_check": 6,
    }


@pytest.mark.parametrize(
    ("kind", "code", "value", "key"),
    [
        (Kind.CLOCK, "verify", CLOCK | {"stops": ["reported"]}, "stops"),
        (Kind.CLOCK, "verify", CLOCK | {"unit": "weeks"}, "unit"),
        (Kind.CLOCK, "verify", {**CLOCK, "pause": 1}, "pause"),
        (Kind.CLOCK, "dance", CLOCK, "code"),
        (Kind.MATRIX, "illness", {}, "any_of"),
        (Kind.MATRIX, "illness", {"any_of": ["magic"]}, "any_of"),
        (Kind.GATE_RULE, "has_labour", {"is_on": True, "months": 6}, "months"),
        (Kind.GATE_RULE, "risks_gone", {"is_on": True}, "months"),
        (Kind.WARNING, "self_paid", {"is_on": True, "former_poor": 5000}, "other"),
        (Kind.LATENESS, "reported", {"days": 0}, "days"),
        (Kind.CHECKLIST, "Six", {}, "code"),
    ],
)
def test_what_a_standard_cannot_hold_is_refused_by_its_key(kind, code, value, key):
    with pytest.raises(Unfit) as refusal:
        read_value(kind, code, value)
    assert refusal.value.key == key


def test_a_division_may_have_a_checklist_of_its_own_and_it_is_called_by_its_title():
    value = {
        "title": {"zh": "春节走访", "en": "New Year"},
        "items": [{"code": "heating", "zh": "取暖", "en": "heating"}],
    }
    assert read_value(Kind.CHECKLIST, "new_year", value) == value
    assert name_of(Kind.CHECKLIST, "new_year", value).zh == "春节走访"
    assert name_of(Kind.CHECKLIST, "must_see", value).zh == "六必看"


@pytest.mark.parametrize(
    ("rows", "place", "on", "number"),
    [
        ([("days", None, MARCH)], VILLAGE, APRIL, 0),
        ([("days", None, MAY)], VILLAGE, APRIL, None),
        ([("days", None, APRIL)], VILLAGE, APRIL, 0),
        ([("days", CITY, MARCH), ("days", CITY, APRIL), ("days", CITY, MAY)], VILLAGE, APRIL, 1),
        ([("days", COUNTY, MARCH), ("days", CITY, APRIL), ("days", None, APRIL)], VILLAGE, APRIL, 0),
        ([("days", OTHER_COUNTY, MARCH), ("days", CITY, MARCH)], VILLAGE, APRIL, 1),
        ([("days", VILLAGE, MARCH)], COUNTY, APRIL, None),
    ],
)
def test_the_nearest_division_counts_and_there_the_latest_day(rows, place, on, number):
    made = [Row(*row) for row in rows]
    expected = {} if number is None else {"days": made[number]}
    assert holding(made, path_of(place), on) == expected


def test_each_kind_has_its_name_and_its_keys():
    assert set(KINDS) == set(Kind)
    assert set(keys_of(Kind.GATE_RULE, "spending_controlled")) == {"is_on", "former_poor", "other"}
