"""How a rule of data quality is declared, and how rules are asked about a household."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from common.names import Name
from households.rules.conditions import Condition
from households.rules.quality.facts import CaseFacts, HomeFacts, PersonFacts

Facts = TypeVar("Facts")
Limits = Mapping[str, Decimal]
# Of each finding the member whom it is about, None where it is about the household.
Check = Callable[[Facts, Limits], Iterable[UUID | None]]


class Group(StrEnum):
    """What a rule looks at."""

    HOUSEHOLD = "household"
    PERSON = "person"
    IDENTIFICATION = "identification"
    MEASURES = "measures"
    ELIMINATION = "elimination"


GROUPS: dict[Group, Name] = {
    Group.HOUSEHOLD: Name("户信息", "household"),
    Group.PERSON: Name("人员信息", "members"),
    Group.IDENTIFICATION: Name("监测识别", "identification"),
    Group.MEASURES: Name("帮扶措施", "measures"),
    Group.ELIMINATION: Name("风险消除", "elimination"),
}


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts]):
    """A rule of data quality: a hit means "check this".

    `sources` are its numbers in the list of a province's rules that it is drawn from (DOMAIN §2.11, §3.5).
    """

    code: str
    group: Group
    sources: tuple[str, ...]
    name: Name
    sentence: Name
    check: Check[Facts]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a division holds a rule: its severity, and its limits by name."""

    severity: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that a household does not keep, with the member whom it is about, if it is about one."""

    rule: str
    severity: str
    member: UUID | None


OFF, BLOCK = "off", "block"


def findings(facts: Facts, rules: Sequence[Rule[Facts]], settings: Mapping[str, Setting]) -> Iterator[Found]:
    """What the rules find of a household; those that its division has turned off are not asked."""
    for rule in rules:
        setting = settings[rule.code]
        if setting.severity != OFF:
            for member in rule.check(facts, setting.limits):
                yield Found(rule.code, setting.severity, member)


def of_people(is_hit: Callable[[PersonFacts, Limits], bool]) -> Check[HomeFacts]:
    """One finding for each member who is hit."""
    return lambda home, limits: (person.key for person in home.people if is_hit(person, limits))


def of_conditions(is_hit: Callable[[PersonFacts, Condition, Limits], bool]) -> Check[HomeFacts]:
    """One finding for each member of whom something is recorded and who is hit."""
    return lambda home, limits: (
        person.key
        for person in home.people
        if person.condition is not None and is_hit(person, person.condition, limits)
    )


def of_home(is_hit: Callable[[HomeFacts, Limits], bool]) -> Check[HomeFacts]:
    """One finding where the household is hit."""
    return lambda home, limits: (None,) if is_hit(home, limits) else ()


def of_case(is_hit: Callable[[HomeFacts, CaseFacts, Limits], bool]) -> Check[HomeFacts]:
    """One finding where the household has a case and is hit."""
    return lambda home, limits: (None,) if home.case is not None and is_hit(home, home.case, limits) else ()
