"""What an item says is taken, or refused with a word: nothing that was sent is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from households.models import Household, Member
from tests.cast import VILLAGE, World
from tests.exchange.operations.test_runner import MARCH, NUMBER, son, take

HOME = {"village": VILLAGE, "head_name": "张三", "head_sex": "male", "registered_on": "2022-03-01"}


def told(world: World, item: dict[str, Any], **changed: Any) -> tuple[str, str, str]:
    (outcome,) = take(world, {**item, "values": {**item["values"], **changed}})
    return outcome.became.value, outcome.code, outcome.field


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"head_name": "李四"}, "other_head", "head_name"),
        ({"head_sex": "女"}, "other_head", "head_sex"),
        ({"head_birth_date": "1975-05-05"}, "other_head", "head_birth_date"),
        ({"head_number": NUMBER}, "other_head", "head_number"),
        ({"registered_on": "2022-03-02"}, "says_otherwise", "registered_on"),
    ],
)
def test_what_is_said_otherwise_of_a_household_or_its_head_is_refused_with_its_field(world, changed, code, field):
    item = {"kind": "household", "external": {"namespace": "civil", "value": "A-1"}, "values": HOME}
    assert [told(world, item)[0], told(world, item)[0]] == ["created", "unchanged"]
    assert told(world, item, **changed) == ("refused", code, field)
    # Also beside what would be taken: an item is taken as a whole or not at all.
    assert told(world, item, **changed, phone="13900000000") == ("refused", code, field)
    assert (Household.objects.get().phone, Member.objects.get().name) == ("", "张三")


@pytest.mark.parametrize(
    ("above", "code", "field"),
    [
        ({"township_name": "城关镇", "county_name": "永登县"}, "", ""),
        ({"township_name": "城关", "county_name": "永登"}, "", ""),
        ({"township_name": "永登县城关镇", "county_name": "兰州市永登县"}, "", ""),
        ({"township_name": "620121100", "county_name": "620121"}, "", ""),
        ({"township_name": "石洞镇"}, "lies_elsewhere", "township_name"),
        ({"township_name": "620122100"}, "lies_elsewhere", "township_name"),
        ({"township_name": "城关镇", "county_name": "皋兰县"}, "lies_elsewhere", "county_name"),
    ],
)
@pytest.mark.parametrize("village", [VILLAGE, None])
def test_a_township_or_county_beside_a_village_that_lies_elsewhere_is_refused_with_its_field(
    world, above, code, field, village
):
    item = {"kind": "household", "external": {"namespace": "civil", "value": "A-1"}, "values": HOME}
    if village is None:  # of a household that is there already, also where the village is not said again
        told(world, item)
        item = {**item, "values": {}}
    assert told(world, item, **above)[1:] == (code, field)


@pytest.mark.parametrize(("township", "became"), [("城关", "created"), ("石洞镇", "refused")])
def test_a_village_that_is_named_is_looked_for_in_the_township_that_is_named(world, township, became):
    item = {"kind": "household", "values": HOME | {"village": "高坪"}}
    assert told(world, item, township_name=township)[0] == became


def test_the_day_of_an_identification_is_one_by_which_the_household_is_registered(world):
    said = {name: value for name, value in HOME.items() if name != "registered_on"}
    item = {"kind": "household", "external": {"namespace": "civil", "value": "A-1"}, "values": said}
    assert told(world, item, identified_on="2999-01-01") == ("refused", "invalid", "identified_on")
    assert told(world, item, identified_on="2022-03-01")[0] == "created"
    assert Household.objects.get().registered_on == MARCH
    assert told(world, item, identified_on="2022-04-01")[0] == "unchanged"
    assert told(world, item, identified_on="2022-02-01") == ("refused", "says_otherwise", "identified_on")


def test_the_day_on_which_somebody_joined_is_not_passed_over(world):
    item = son(str(world.household(MARCH).pk), joined_on="2022-04-01")
    assert [told(world, item)[0], told(world, item)[0]] == ["created", "unchanged"]
    assert told(world, item, joined_on="2022-04-02") == ("refused", "says_otherwise", "joined_on")


SAID: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "case": (
        {"household_type": "脱贫不稳定户", "risks": ["因病", "unsafe_water"], "on": "2022-04-01"},
        {"risks": ["因病"], "on": "2022-04-02", "told": "另有线索", "has_no_labour": True},
    ),
    "visit": (
        {"purpose": "日常走访", "happened_at": "2022-04-01T10:00:00+08:00", "findings": "正常"},
        {"next_visit_on": "2022-06-01", "signed_name": "张三"},
    ),
    "measure": (
        {"category": "health", "item": "医疗救助", "on": "2022-04-01", "amount": "200"},
        {"amount": "300", "due_on": "2022-06-01", "responsible_unit": "县医保局", "risk": "因病", "evidence": "发票"},
    ),
}


@pytest.mark.parametrize("kind", SAID)
def test_a_record_that_is_recognised_without_a_key_is_the_same_or_says_otherwise_in_a_field(world, kind):
    held = world.household(MARCH) if kind == "case" else world.monitored(MARCH).household
    values, otherwise = SAID[kind]
    item = {"kind": kind, "values": {**values, "household": str(held.pk)}}
    assert [told(world, item)[0], told(world, item)[0]] == ["created", "unchanged"]
    for name, value in otherwise.items():
        assert told(world, item, **{name: value}) == ("refused", "says_otherwise", name)


def test_a_key_of_a_household_out_of_reach_is_answered_as_any_key_that_is_taken(world):
    far = world.household(MARCH, village="620122100201")
    world["li.mei"].postings.update(division_id="620121")
    (outcome,) = take(world, {"kind": "household", "id": str(far.pk), "values": HOME})
    assert (outcome.became.value, outcome.code, outcome.field, outcome.id) == ("refused", "id_taken", "id", "")
    assert "620122" not in outcome.message
