"""Rows of exchange that the database must refuse, by the name of the constraint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from exchange.models import Change, Epoch
from tests.cast import VILLAGE

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


def told(**changed: object) -> None:
    """A change in the village, but for what is changed of it."""
    given = {"position": 10**9, "kind": "standards", "record": "r", "place_after": VILLAGE, "at": NOON}
    Change.objects.create(**{**given, **changed})


VIOLATIONS: dict[str, Callable[[Any], object]] = {
    "change_position_is_positive": lambda _rows: told(position=0),
    "change_is_somewhere": lambda _rows: told(place_after=None),
    "epoch_begins_at_a_position": lambda _rows: Epoch.objects.create(database="d", first_position=-1, began_at=NOON),
}
