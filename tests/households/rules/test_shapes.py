"""What the keys of a standard's value may hold."""

import pytest

from common.names import Name
from households.rules.shapes import Choice, Choices, Items, Key, Money, Numbers, Switch, Unfit, Whole, Words, read

FRUIT = {"apple": Name("苹果", "apple"), "pear": Name("梨", "pear")}
TEXT = {"zh": "饮水", "en": "water"}


@pytest.mark.parametrize(
    ("shape", "value", "kept"),
    [
        (Whole(1, 9), 9, 9),
        (Money(), 5000, "5000"),
        (Money(), "5000.50", "5000.50"),
        (Money(), "5e3", "5000"),
        (Money(), "0e9", "0"),
        (Switch(), False, False),
        (Choice(FRUIT), "pear", "pear"),
        (Choices(FRUIT), ["pear", "apple"], ["apple", "pear"]),
        (Words(), {"zh": " 饮水 ", "en": "water"}, TEXT),
        (Items(), [{"code": "water", **TEXT}], [{"code": "water", **TEXT}]),
        (Numbers(), {"most_days": 30}, {"most_days": "30"}),
    ],
)
def test_each_shape_keeps_what_fits(shape, value, kept):
    assert shape.read("key", value) == kept


@pytest.mark.parametrize(
    ("shape", "value", "key"),
    [
        (Whole(1, 9), 0, "key"),
        (Whole(1, 9), 10, "key"),
        (Whole(1, 9), True, "key"),
        (Whole(1, 9), "5", "key"),
        (Money(), "-1", "key"),
        (Money(), "0.001", "key"),
        (Money(), 0.5, "key"),
        (Money(), "NaN", "key"),
        (Money(), "1e12", "key"),
        (Words(), {"zh": "\0", "en": "water"}, "key"),
        (Money(), None, "key"),
        (Switch(), 1, "key"),
        (Choice(FRUIT), "plum", "key"),
        (Choice(FRUIT), ["pear"], "key"),
        (Choices(FRUIT), [], "key"),
        (Choices(FRUIT), ["plum"], "key"),
        (Choices(FRUIT), ["pear", "pear"], "key"),
        (Choices(FRUIT), [["pear"]], "key"),
        (Choices(FRUIT), "pear", "key"),
        (Words(), {"zh": "饮水"}, "key"),
        (Words(), {"zh": "饮水", "en": "  "}, "key"),
        (Words(), {"zh": "饮水", "en": "w" * 201}, "key"),
        (Items(), [], "key"),
        (Items(), [{"code": "Water", **TEXT}], "key.1"),
        (Items(), ["water"], "key.1"),
        (Items(), [{"code": "water", **TEXT}, {"code": "house", "zh": "房"}], "key.2"),
        (Items(), [{"code": "water", **TEXT}] * 2, "key"),
        (Numbers(), {"Most": 1}, "key"),
        (Numbers(), {"most": "many"}, "key.most"),
    ],
)
def test_each_shape_names_the_key_of_what_does_not_fit(shape, value, key):
    with pytest.raises(Unfit) as refusal:
        shape.read("key", value)
    assert refusal.value.key == key


KEYS = {"days": Key(FRUIT["apple"], Whole()), "note": Key(FRUIT["pear"], Words(), is_required=False)}


def test_a_value_is_read_key_by_key_and_what_may_be_left_out_may():
    assert read(KEYS, {"days": 5}) == {"days": 5}
    assert read(KEYS, {"note": TEXT, "days": 5}) == {"days": 5, "note": TEXT}


@pytest.mark.parametrize(("value", "key"), [({}, "days"), ({"days": 5, "day": 6}, "day"), ([5], "value")])
def test_a_key_that_is_missing_or_unknown_is_named(value, key):
    with pytest.raises(Unfit) as refusal:
        read(KEYS, value)
    assert refusal.value.key == key
