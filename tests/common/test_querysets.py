"""Selection by hierarchical code."""

import pytest

from common.querysets import begins_with, begins_with_any
from households.models import Division
from tests.cast import COUNTY, FAR_VILLAGE, NEXT_VILLAGE, TOWNSHIP, VILLAGE, World


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    World.begin()
    Division.objects.create(code="6202", name="嘉峪关市")


def codes(condition) -> list[str]:
    return list(Division.objects.filter(condition).values_list("code", flat=True))


def test_what_begins_with_a_code_is_the_code_and_all_below_it():
    assert codes(begins_with("code", COUNTY)) == [COUNTY, TOWNSHIP, VILLAGE, NEXT_VILLAGE]
    assert "6202" not in codes(begins_with("code", "6201"))
    assert codes(begins_with("code", VILLAGE)) == [VILLAGE]


def test_every_code_begins_with_nothing():
    assert len(codes(begins_with("code", ""))) == Division.objects.count()


def test_any_of_several_codes_will_do_and_of_none_nothing_does():
    assert codes(begins_with_any("code", [TOWNSHIP, FAR_VILLAGE])) == [TOWNSHIP, VILLAGE, NEXT_VILLAGE, FAR_VILLAGE]
    assert codes(begins_with_any("code", [])) == []
