"""Where a reader stands in the feed, and what a change is to him or her."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.rules import changes
from exchange.rules.changes import KINDS, Cursor, Reach, Scoped, What, moved, what_happened

HOME, OTHER = UUID(int=1), UUID(int=2)
CODES = st.lists(st.sampled_from(["62", "6201", "620121", "620122100201"]), unique=True).map(tuple)


@pytest.mark.parametrize(
    ("before", "after", "was", "is_there", "seen", "expected"),
    [
        (False, True, False, True, True, What.CREATED),
        (True, True, True, True, True, What.CHANGED),
        (False, True, True, True, True, What.ENTERED),
        (True, False, True, True, False, What.LEFT),
        (True, False, True, False, False, What.REMOVED),
        # Out of sight by now, by a change that is told later.
        (True, True, True, True, False, What.REMOVED),
        # Gone from one place and still seen at another one.
        (True, False, True, True, True, What.CHANGED),
        (True, False, True, False, True, What.CHANGED),
    ],
)
def test_what_a_change_is_to_its_reader(before, after, was, is_there, seen, expected):
    assert what_happened(before, after, was, is_there, seen) is expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (Reach(("62",)), Reach(("62",)), []),
        (Reach(("620121",)), Reach(("6201",)), [Scoped(What.ENTERED, "6201")]),
        (Reach(("6201",)), Reach(("620121",)), [Scoped(What.LEFT, "6201"), Scoped(What.ENTERED, "620121")]),
        (Reach(("6201",)), Reach(()), [Scoped(What.LEFT, "6201")]),
        (
            Reach((), (HOME,)),
            Reach((), (OTHER,)),
            [Scoped(What.LEFT, household=HOME), Scoped(What.ENTERED, household=OTHER)],
        ),
    ],
)
def test_what_a_reader_takes_away_and_reads_anew(before, now, expected):
    assert moved(before, now) == expected


@pytest.mark.parametrize(
    ("place", "household", "kind", "expected"),
    [
        ("620121100201", None, "households", True),
        ("620122100201", None, "households", False),
        ("620122100201", HOME, "visits", True),
        ("62", None, "households", False),
        ("62", None, "monitoring-lines", True),
        ("", None, "standards", True),
        (None, HOME, "households", False),
    ],
)
def test_what_lies_within_reach(place, household, kind, expected):
    assert Reach(("620121",), (HOME,)).covers(place, household, kind) is expected


def test_all_above_a_county_are_its_prefecture_its_province_and_everywhere():
    assert Reach(("620121",)).above() == ["", "62", "6201", "620121"]


@given(
    epoch=st.uuids(),
    position=st.integers(0, 2**63 - 1),
    codes=CODES,
    homes=st.lists(st.uuids(), max_size=3).map(tuple),
    kinds=st.lists(st.sampled_from(sorted(KINDS)), unique=True).map(tuple),
)
def test_a_cursor_is_read_as_it_was_written(epoch, position, codes, homes, kinds):
    cursor = Cursor(epoch, position, Reach(codes, homes), kinds)
    assert changes.decode(changes.encode(cursor)) == cursor


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    with pytest.raises(ValueError):
        changes.decode(text)


def test_kinds_stand_in_their_own_order_and_all_of_them_are_none():
    assert changes.kinds_asked("visits,households") == ("households", "visits")
    assert changes.kinds_asked(",".join(KINDS)) == ()
    assert changes.kinds_asked("") == ()
