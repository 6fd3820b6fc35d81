"""What a visit may say, and when it lies in the future."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from households.rules.visits import Answer, Position, is_of_the_future, told, unknown_answer

NOON = datetime(2022, 4, 1, 4, tzinfo=UTC)
LISTS = [
    {
        "code": "see",
        "title": {"zh": "必看", "en": "to see"},
        "items": [
            {"code": "housing", "zh": "住房", "en": "housing"},
            {"code": "water", "zh": "饮水", "en": "water"},
            {"code": "power", "zh": "用电", "en": "power"},
        ],
    },
]


@pytest.mark.parametrize(
    ("minutes", "is_future"), [(timedelta(minutes=5), False), (timedelta(minutes=5, microseconds=1), True)]
)
def test_the_clock_of_a_device_may_be_five_minutes_ahead(minutes, is_future):
    assert is_of_the_future(NOON + minutes, NOON) is is_future
    assert not is_of_the_future(NOON - minutes, NOON)


@pytest.mark.parametrize(
    ("latitude", "longitude", "accuracy", "is_there"),
    [
        ("36.06", "103.83", 12, True),
        ("36.06", "103.83", None, True),
        ("36.06", "103.83", 0, True),
        ("36.06", "103.83", -1, False),
        ("90", "180", None, True),
        ("-90", "-180", None, True),
        ("90.000001", "0", None, False),
        ("-90.000001", "0", None, False),
        ("0", "180.000001", None, False),
        ("0", "-180.000001", None, False),
    ],
)
def test_a_position_is_a_place_on_earth(latitude, longitude, accuracy, is_there):
    assert Position(Decimal(latitude), Decimal(longitude), accuracy).is_on_earth is is_there


@pytest.mark.parametrize(
    ("answers", "unknown"),
    [
        ({}, None),
        ({"see": {"housing": "fine", "water": "problem"}}, None),
        ({"see": {"housing": "fine", "roof": "fine"}}, "see.roof"),
        ({"see": {"housing": "well"}}, "see.housing"),
        ({"ask": {"housing": "fine"}}, "ask.housing"),
    ],
)
def test_an_answer_is_to_what_was_asked_and_one_of_those_there_are(answers, unknown):
    assert unknown_answer(LISTS, answers) == unknown


def test_a_list_is_told_with_its_answers_and_what_was_not_looked_at():
    [seen] = told(LISTS, {"see": {"housing": "fine", "water": "problem"}})
    assert [item.answer for item in seen.items] == [Answer.FINE, Answer.PROBLEM, None]
    assert [item.code for item in seen.problems] == ["water"]
    assert [item.answer for item in told(LISTS, {})[0].items] == [None, None, None]
