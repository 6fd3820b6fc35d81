"""What is sent again is known by its content."""

from datetime import date
from decimal import Decimal

import pytest

from common.fingerprints import check_repeated, fingerprint
from common.refusals import Conflict


def test_the_same_content_has_the_same_fingerprint_however_it_is_written():
    sent = {"on": date(2022, 3, 1), "amount": Decimal("900"), "item": "雨露计划"}
    again = {"item": "雨露计划", "amount": Decimal("900.00"), "on": date(2022, 3, 1)}
    assert fingerprint(sent) == fingerprint(again)
    for changed in ({"on": date(2022, 3, 2)}, {"amount": Decimal("901")}, {"item": ""}, {"more": None}):
        assert fingerprint(sent | changed) != fingerprint(sent)


def test_something_else_under_a_key_is_a_conflict_with_a_code():
    check_repeated("a", "a")
    with pytest.raises(Conflict) as refusal:
        check_repeated("a", "b")
    assert (refusal.value.stable_code, refusal.value.field) == ("id_taken", "id")
