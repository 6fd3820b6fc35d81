"""Cursors: opaque, of one list and one order, and refused when damaged."""

from __future__ import annotations

import base64

import orjson
import pytest

from common.keyset import Order, Position, decode, encode, order_asked
from common.refusals import Invalid
from households.models import Household

KEY = "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11"
VILLAGE = Order("village", ("village_id", "id"))
OFFERED = {"village": ("village_id", "id"), "registered_on": ("registered_on", "id")}


def written(*said: object) -> str:
    """A cursor that says just this."""
    return base64.urlsafe_b64encode(orjson.dumps(said)).rstrip(b"=").decode()


def test_a_cursor_is_read_as_it_was_written():
    for backward in (False, True):
        read = decode(encode(VILLAGE, Position(("620121100201", KEY), backward)), VILLAGE, Household.objects.all())
        assert (read.values[0], str(read.values[1]), read.backward) == ("620121100201", KEY, backward)


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "é",
        "AAAA",
        "a" * 3000,
        written(),
        written("village", False, False, "620121100201"),
        written("village", False, False, "620121100201", KEY, KEY),
        written("village", False, False, "620121100201", "not a key"),
        written("village", False, False, "\0", KEY),
        written("village", False, False, 7, KEY),
        written("village", False, "no", "620121100201", KEY),
        written("village", True, False, "620121100201", KEY),
        written("registered_on", False, False, "2022-04-01", KEY),
    ],
)
def test_a_damaged_cursor_or_one_of_another_order_is_refused(text: str):
    with pytest.raises(Invalid) as refused:
        decode(text, VILLAGE, Household.objects.all())
    assert (refused.value.stable_code, refused.value.field) == ("invalid_cursor", "cursor")


def test_the_first_order_is_the_usual_one_and_a_minus_turns_it_round():
    assert order_asked(None, OFFERED) == Order("village", ("village_id", "id"))
    assert order_asked("-registered_on", OFFERED) == Order("registered_on", ("registered_on", "id"), descending=True)


@pytest.mark.parametrize("text", ["colour", "--village", "village_id", " village"])
def test_an_order_that_is_not_offered_is_refused(text: str):
    with pytest.raises(Invalid):
        order_asked(text, OFFERED)
