"""Two people of one village who have the same name and birth date are shown, and never taken for two or for one."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from exchange.operations.runner import carry_out
from exchange.rules.kinds import KindCode
from exchange.rules.outcomes import Became, Item, Outcome
from tests.cast import LI, NEXT_VILLAGE, VILLAGE, World, evening

BORN = date(1971, 3, 4)
HEAD = {"village": VILLAGE, "head_name": "张三", "head_sex": "male", "head_birth_date": BORN}
NUMBER = "629999197103040010"


def take(world: World, *given: tuple[KindCode, dict[str, object]]) -> list[Outcome]:
    items = [Item(number, kind, values) for number, (kind, values) in enumerate(given)]
    return carry_out(items=items, by=world[LI], at=evening(date(2022, 9, 1)), trusts_present=True)


def household(number: str, **told: object) -> tuple[KindCode, dict[str, object]]:
    return KindCode.HOUSEHOLD, HEAD | {"national_number": number} | told


def test_two_households_of_a_file_whose_heads_may_be_one_person_are_not_both_made(world):
    with translation.override("en"):
        first, second = take(world, household("1"), household("2"))
    assert first.became is Became.CREATED
    assert (second.became, second.code, second.field) == (Became.REFUSED, "maybe_known", "head_name")
    assert "Another record that was sent" in second.message


def test_a_head_who_may_live_in_the_village_already_is_asked_about(world):
    take(world, household("1"))
    [asked] = take(world, household("2"))
    assert (asked.code, asked.field) == ("maybe_known", "head_name")
    [made] = take(world, household("2", is_another_person=True))
    assert made.became is Became.CREATED


@pytest.mark.parametrize(
    "told",
    [
        {"head_number": NUMBER, "head_birth_date": None},
        {"head_name": "张三丰"},
        {"head_birth_date": date(1971, 3, 5)},
        {"village": NEXT_VILLAGE},
        {"is_another_person": True},
    ],
)
def test_heads_that_can_be_told_apart_are_both_made(world, told):
    second = household("2", **told)
    second = (second[0], {name: value for name, value in second[1].items() if value is not None})
    assert [each.became for each in take(world, household("1"), second)] == [Became.CREATED, Became.CREATED]


def test_a_person_with_a_number_may_be_the_one_without_in_another_household(world):
    numbered = (KindCode.HOUSEHOLD, {**HEAD, "national_number": "1", "head_number": NUMBER})
    assert [each.code for each in take(world, numbered, household("2"))] == ["", "maybe_known"]


def test_two_members_of_a_file_in_two_households_of_a_village_who_may_be_one_person_are_not_both_made(world):
    homes = [household(number, head_name=name) for number, name in (("1", "李一"), ("2", "李二"))]
    son = {"name": "小明", "sex": "male", "birth_date": date(2010, 1, 1), "relationship": "son"}
    told = take(world, *homes, (KindCode.MEMBER, son | {"household": "1"}), (KindCode.MEMBER, son | {"household": "2"}))
    assert [each.code for each in told] == ["", "", "", "maybe_known"]


def test_a_head_who_stands_among_the_members_again_is_one_person(world):
    head = {"name": "张三", "sex": "male", "birth_date": BORN, "relationship": "head", "household": "1"}
    told = take(world, household("1"), (KindCode.MEMBER, head))
    assert [each.became for each in told] == [Became.CREATED, Became.UNCHANGED]
