"""Finding a division by what people type, within their postings only."""

from __future__ import annotations

import pytest

from households import search
from households.models import Division
from households.rules.initials import initials
from tests.cast import CITY, COUNTY, FAR_VILLAGE, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, TOWNSHIP, VILLAGE, World


def codes(text: str, *within: str) -> list[str]:
    """The codes of what `text` finds."""
    return [found.code for found in search.search(text, within)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("永登", [COUNTY]),
        ("登", [COUNTY]),
        ("ydx", [COUNTY]),
        ("YD", [COUNTY]),
        ("gpc", [VILLAGE]),
        ("pc", [VILLAGE]),
        ("坪", [VILLAGE]),
        ("城", [TOWNSHIP, NEXT_VILLAGE]),
        ("620121", [COUNTY, TOWNSHIP, VILLAGE, NEXT_VILLAGE]),
        ("62012110", [TOWNSHIP, VILLAGE, NEXT_VILLAGE]),
        (" 永 登 ", [COUNTY]),
        ("", []),
        ("   ", []),
        ("北京", []),
        ("%", []),
        ("_", []),
        ("永\x00", []),
    ],
)
def test_a_name_its_initials_or_a_code_finds_the_upper_levels_first(world: World, text: str, expected: list[str]):
    assert codes(text, CITY) == expected


def test_nothing_outside_the_postings_is_found(world: World):
    assert codes("皋兰", COUNTY) == []
    assert codes("glx", COUNTY) == []
    assert codes(OTHER_COUNTY, COUNTY) == []
    assert codes("文山", COUNTY, OTHER_COUNTY) == [FAR_VILLAGE]
    assert codes("永登") == []


def test_in_a_whole_province_townships_and_villages_are_found_by_how_they_begin(world: World):
    assert codes("登", PROVINCE) == [COUNTY]
    assert codes("坪", PROVINCE) == []
    assert codes("高", PROVINCE) == [VILLAGE]
    assert codes("gp", PROVINCE) == [VILLAGE]
    assert codes("pc", PROVINCE) == []


def test_what_is_found_names_the_divisions_above_it(world: World):
    (found,) = search.search("高坪", [CITY])
    assert (found.name, found.above) == ("高坪村", ("甘肃省", "兰州市", "永登县", "城关镇"))


def test_no_more_are_found_than_can_be_looked_through(world: World):
    Division.objects.bulk_create(
        Division(code=f"{TOWNSHIP}{number}", name="新村", initials=initials("新村"), parent_id=TOWNSHIP)
        for number in range(300, 340)
    )
    assert len(codes("新", CITY)) == search.MOST
    assert len(codes("x", PROVINCE)) == search.MOST


def test_a_search_costs_three_queries_however_much_it_finds(world: World, django_assert_num_queries):
    for text in ("永登", "620", "c"):
        with django_assert_num_queries(3):
            assert codes(text, CITY)
