"""Faults: an operation on many records finds at once which of them it refuses, so that the others can be taken."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

from django.db import DataError, IntegrityError, transaction

from common.refusals import Refused

Given = TypeVar("Given")
Made = TypeVar("Made")


class Faults:
    """
    What is refused of many, each by its place among them.

        faults = Faults()
        for place, each in enumerate(given):
            with faults.of(place):
                check(each)
        faults.stop()

    Checked in turns, of which each ends with `stop`: what is at fault for one reason is not compared with the others.
    """

    def __init__(self) -> None:
        self._found: dict[int, Refused] = {}
        self._place = 0

    def of(self, place: int) -> Faults:
        """What the block refuses is the fault of the one at that place; the block ends, what follows goes on."""
        self._place = place
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Refused):
            self.add(self._place, error)
            return True
        return False

    def add(self, place: int, refusal: Refused) -> None:
        """The one at that place is refused; the first reason counts."""
        self._found.setdefault(place, refusal)

    def add_repeated(self, values: Iterable[Hashable], refusal: Refused) -> None:
        """Whoever says what one before said already is refused; None is nothing said."""
        seen: set[Hashable] = set()
        for place, value in enumerate(values):
            if value is not None and value in seen:
                self.add(place, refusal)
            seen.add(value)

    def stop(self) -> None:
        """Refuse where anything was found: with the first of the refusals, which tells of all."""
        if self._found:
            first = self._found[min(self._found)]
            first.at_fault = dict(self._found)
            raise first


@contextmanager
def standing_at(places: Sequence[int]) -> Iterator[None]:
    """What the block refuses of some of many is told by the places of these among all."""
    try:
        yield
    except Refused as refusal:
        refusal.at_fault = {places[place]: fault for place, fault in refusal.at_fault.items()}
        raise


def sorted_out(
    given: Sequence[Given], act: Callable[[Sequence[Given]], Sequence[Made]]
) -> tuple[list[tuple[Given, Made]], list[tuple[Given, Exception]]]:
    """Act on all at once but those that are refused; gives what was made of each, and why others were refused.

    Who is refused by name is set aside. Which of them the database does not take, it does not say: each half is tried
    by itself, until those at fault stand alone.
    """
    refused: list[tuple[Given, Exception]] = []
    while given:
        try:
            with transaction.atomic():
                return list(zip(given, act(given), strict=True)), refused
        except (Refused, IntegrityError, DataError) as refusal:
            at_fault = getattr(refusal, "at_fault", None) or ({0: refusal} if len(given) == 1 else {})
            if not at_fault:
                middle = len(given) // 2
                (first, wrong), (second, also) = (sorted_out(half, act) for half in (given[:middle], given[middle:]))
                return first + second, refused + wrong + also
            refused += [(given[place], fault) for place, fault in at_fault.items()]
            given = [each for place, each in enumerate(given) if place not in at_fault]
    return [], refused
