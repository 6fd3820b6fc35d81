"""The traits by which figures tell households apart, and which of them must be decided together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from households.rules.codes import EliminationWay, HouseholdType
from households.workflow import Status
from reports.rules.populations import REGISTER, Population

LARGEST_HOUSEHOLD = 15
SIZES = tuple(range(1, LARGEST_HOUSEHOLD + 1))
# No household of the demonstration has more landed measures than this.
MOST_MEASURES = 60


class Aspect(StrEnum):
    """One side of a household that a population may narrow."""

    NEW = auto()
    OUTCOME = auto()
    LABOUR = auto()
    TYPE = auto()
    LEVEL = auto()
    CATEGORIES = auto()
    RISKS = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the case of a household stands on the day of the source."""

    status: Status
    way: EliminationWay | None = None
    is_in_period: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """From how many to how many landed measures a household has."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trait:
    """What is decided about a household; None where it is decided elsewhere."""

    is_new: bool | None = None
    outcome: Outcome | None = None
    has_no_labour: bool | None = None
    household_type: HouseholdType | None = None
    level: Level | None = None

    @property
    def is_possible(self) -> bool:
        """Whether time allows it: what was identified in the period cannot have been eliminated before it."""
        ended_before = self.outcome is not None and self.outcome.way is not None and not self.outcome.is_in_period
        return not (self.is_new and ended_before)


OUTCOMES = (
    Outcome(Status.MONITORED),
    *(Outcome(Status.ELIMINATED, way, is_in_period) for way in EliminationWay for is_in_period in (False, True)),
)

FIELDS = {
    Aspect.NEW: "is_new",
    Aspect.OUTCOME: "outcome",
    Aspect.LABOUR: "has_no_labour",
    Aspect.TYPE: "household_type",
    Aspect.LEVEL: "level",
}
# Decided together whatever the source prints: dates bind the first three, the number of measures their categories.
_ALWAYS_TOGETHER = (
    frozenset({Aspect.NEW, Aspect.OUTCOME, Aspect.LABOUR}),
    frozenset({Aspect.TYPE}),
    frozenset({Aspect.LEVEL, Aspect.CATEGORIES}),
    frozenset({Aspect.RISKS}),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Aspects decided together, and the traits a household can have in them."""

    aspects: frozenset[Aspect]
    traits: tuple[Trait, ...]


def aspects_of(population: Population) -> frozenset[Aspect]:
    """Which aspects a population narrows."""
    narrowed = {
        Aspect.NEW: population.identified_in_period,
        Aspect.OUTCOME: population.statuses != REGISTER.statuses
        or population.way is not None
        or population.eliminated_in_period,
        Aspect.LABOUR: population.has_no_labour,
        Aspect.TYPE: population.household_type is not None,
        Aspect.LEVEL: bool(population.at_least_measures) or population.categories == frozenset(),
        Aspect.CATEGORIES: bool(population.categories),
        Aspect.RISKS: population.risk is not None,
    }
    return frozenset(aspect for aspect, is_narrowed in narrowed.items() if is_narrowed)


def selects(population: Population, trait: Trait) -> bool:
    """Whether households of a trait belong to a population, as far as the trait tells (risk and category apart)."""
    outcome, level = trait.outcome, trait.level
    least = max(population.at_least_measures or 0, 1 if population.categories is not None else 0)
    return (
        (not population.identified_in_period or bool(trait.is_new))
        and (not population.has_no_labour or bool(trait.has_no_labour))
        and population.household_type in (None, trait.household_type)
        and (outcome is None or _ended_so(population, outcome))
        and (level is None or level.low >= least)
    )


def blocks_for(together: Iterable[frozenset[Aspect]], levels: tuple[Level, ...]) -> tuple[Block, ...]:
    """Group the aspects so that each set of `together` lies within one block, and list each block's traits."""
    groups = list(_ALWAYS_TOGETHER)
    for narrowed in together:
        touched = [group for group in groups if group & narrowed]
        if len(touched) > 1:
            groups = [group for group in groups if group not in touched] + [frozenset().union(*touched)]
    return tuple(Block(group, _traits(group, levels)) for group in groups)


def _ended_so(population: Population, outcome: Outcome) -> bool:
    return (
        outcome.status in population.statuses
        and population.way in (None, outcome.way)
        and (not population.eliminated_in_period or outcome.is_in_period)
    )


def _traits(aspects: frozenset[Aspect], levels: tuple[Level, ...]) -> tuple[Trait, ...]:
    choices: dict[Aspect, tuple[object, ...]] = {
        Aspect.NEW: (False, True),
        Aspect.OUTCOME: OUTCOMES,
        Aspect.LABOUR: (False, True),
        Aspect.TYPE: tuple(HouseholdType),
        Aspect.LEVEL: levels,
    }
    decided = [aspect for aspect in choices if aspect in aspects]
    combinations = itertools.product(*(choices[aspect] for aspect in decided))
    traits = (
        Trait(**dict(zip((FIELDS[aspect] for aspect in decided), values, strict=True)))  # type: ignore[arg-type]
        for values in combinations
    )
    return tuple(trait for trait in traits if trait.is_possible)
