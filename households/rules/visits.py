"""Visits: why a household is visited, what a checklist may answer, and what a visit must satisfy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from common.names import Name


class Purpose(StrEnum):
    """Why a household is visited."""

    ROUTINE = "routine"
    VERIFICATION = "verification"
    MEASURES = "measures"
    ELIMINATION = "elimination"
    FOLLOW_UP = "follow_up"
    EMERGENCY = "emergency"


PURPOSES: dict[Purpose, Name] = {
    Purpose.ROUTINE: Name("日常走访", "regular visit"),
    Purpose.VERIFICATION: Name("入户核实", "verification at home"),
    Purpose.MEASURES: Name("查看措施落实", "check of measures"),
    Purpose.ELIMINATION: Name("风险消除核查", "check before elimination"),
    Purpose.FOLLOW_UP: Name("消除后回访", "visit after elimination"),
    Purpose.EMERGENCY: Name("突发情况", "emergency"),
}


class Answer(StrEnum):
    """What was found of one item of a checklist; an item without an answer was not looked at."""

    FINE = "fine"
    PROBLEM = "problem"


ANSWERS: dict[Answer, Name] = {
    Answer.FINE: Name("正常", "fine"),
    Answer.PROBLEM: Name("有问题", "problem"),
}

# How far the clock of a device may be ahead of ours before its visit counts as one of the future.
MOST_AHEAD = timedelta(minutes=5)
LONGEST_FINDINGS = 4000
MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True)
class Position:
    """Where the device was: degrees of latitude and longitude (WGS 84), and within how many metres."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int | None = None

    @property
    def is_on_earth(self) -> bool:
        """Whether there is such a place."""
        return abs(self.latitude) <= 90 and abs(self.longitude) <= 180 and (self.accuracy is None or self.accuracy >= 0)


# A checklist as it was asked: code, title and items with their codes, titles and items in zh and en, and since when and
# where it holds.
Checklist = Mapping[str, Any]
# By checklist and item, what was found.
Answers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One item of a checklist as it was asked on a visit, with what was found; None where it was not looked at."""

    code: str
    name: Name
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class ListTold:
    """A checklist as it was asked on a visit."""

    code: str
    title: Name
    items: tuple[ItemTold, ...]

    @property
    def problems(self) -> list[ItemTold]:
        """The items that were found to be in trouble."""
        return [item for item in self.items if item.answer is Answer.PROBLEM]


def told(checklists: Iterable[Checklist], answers: Answers) -> list[ListTold]:
    """The lists with their answers, in the words in which they were asked."""
    return [
        ListTold(
            code=each["code"],
            title=Name(each["title"]["zh"], each["title"]["en"]),
            items=tuple(
                ItemTold(item["code"], Name(item["zh"], item["en"]), _answer(answers, each["code"], item["code"]))
                for item in each["items"]
            ),
        )
        for each in checklists
    ]


def unknown_answer(checklists: Sequence[Checklist], answers: Answers) -> str | None:
    """The first answer that no list asks for, or that is none of the answers there are, as “list.item”."""
    asked = {(each["code"], item["code"]) for each in checklists for item in each["items"]}
    for code, found in answers.items():
        for item, answer in found.items():
            if (code, item) not in asked or answer not in set(Answer):
                return f"{code}.{item}"
    return None


def is_of_the_future(happened_at: datetime, received_at: datetime) -> bool:
    """Whether a visit lies in the future, by more than clocks of devices go wrong."""
    return happened_at > received_at + MOST_AHEAD


def _answer(answers: Answers, code: str, item: str) -> Answer | None:
    found = answers.get(code, {}).get(item)
    return Answer(found) if found else None
