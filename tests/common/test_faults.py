"""Faults: each of many is refused for its own reason, and all refusals are told at once."""

import pytest

from common.faults import Faults, standing_at
from common.refusals import Conflict, Invalid


def test_the_first_refusal_is_raised_and_tells_of_all_by_place():
    faults = Faults()
    for place, number in enumerate((4, -1, 7, -2)):
        with faults.of(place):
            if number < 0:
                raise Invalid(f"{number}", field="number")
    with pytest.raises(Invalid) as refusal:
        faults.stop()
    assert str(refusal.value) == "-1"
    assert {place: str(fault) for place, fault in refusal.value.at_fault.items()} == {1: "-1", 3: "-2"}


def test_nothing_found_stops_nothing():
    faults = Faults()
    with faults.of(0):
        pass
    faults.stop()


def test_the_first_reason_of_one_counts():
    faults = Faults()
    faults.add(2, Invalid("first"))
    faults.add(2, Conflict("second"))
    with pytest.raises(Invalid, match="first"):
        faults.stop()


def test_what_is_no_refusal_ends_the_block():
    with pytest.raises(ZeroDivisionError), Faults().of(0):
        _ = 1 / 0


def test_who_repeats_what_one_before_said_is_refused_and_who_says_nothing_is_not():
    faults = Faults()
    faults.add_repeated(["a", None, "b", None, "a", "a"], Conflict("again"))
    with pytest.raises(Conflict) as refusal:
        faults.stop()
    assert sorted(refusal.value.at_fault) == [4, 5]


def test_the_faults_of_some_are_told_by_their_places_among_all():
    faults = Faults()
    faults.add(1, Invalid("no"))
    with pytest.raises(Invalid) as refusal, standing_at([3, 8]):
        faults.stop()
    assert list(refusal.value.at_fault) == [8]
