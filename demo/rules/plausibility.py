"""What a register usually looks like, where a source leaves it open: synthetic defaults, not official figures."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assistance.rules.categories import Category
from demo.rules.traits import SIZES, Trait
from households.rules.codes import EliminationWay, HouseholdType, Risk
from households.rules.standards import Kind, defaults
from households.workflow import Status
from reports.indicators import ELIMINATED
from reports.rules.populations import REGISTER, Population

# How common each household size is, 1 to 15 persons; the mean is near 3.4.
_SIZE_WEIGHTS = (9, 18, 26, 23, 13, 7, 3, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01)
USUAL_SIZE = 3.4
USUAL_SIZE_WITHOUT_LABOUR = 2.0
LEAST_MEASURES = 3
MOST_HOUSEHOLDS = 3_000_000

# (population, of which population, usual share)
USUAL_SHARES: tuple[tuple[Population, Population, float], ...] = (
    (Population(identified_in_period=True), REGISTER, 0.08),
    (Population(statuses=ELIMINATED), REGISTER, 0.55),
    (Population(statuses=ELIMINATED, eliminated_in_period=True), Population(statuses=ELIMINATED), 0.3),
    (Population(statuses=ELIMINATED, way=EliminationWay.NATURAL), Population(statuses=ELIMINATED), 0.1),
    (
        Population(statuses=ELIMINATED, way=EliminationWay.NATURAL, eliminated_in_period=True),
        Population(statuses=ELIMINATED, way=EliminationWay.NATURAL),
        0.3,
    ),
    (Population(has_no_labour=True), REGISTER, 0.05),
    (Population(has_no_labour=True, identified_in_period=True), Population(identified_in_period=True), 0.05),
    (Population(household_type=HouseholdType.UNSTABLE), REGISTER, 0.42),
    (Population(household_type=HouseholdType.MARGINAL), REGISTER, 0.38),
    (Population(household_type=HouseholdType.SUDDEN), REGISTER, 0.2),
)

RISK_WEIGHTS: dict[Risk, int] = {
    Risk.ILLNESS: 36,
    Risk.DISABILITY: 15,
    Risk.UNSTABLE_WORK: 13,
    Risk.SCHOOLING: 11,
    Risk.NO_LABOUR: 10,
    Risk.FAILED_BUSINESS: 5,
    Risk.NATURAL_DISASTER: 4,
    Risk.ACCIDENT: 4,
    Risk.UNSAFE_HOUSING: 2,
    Risk.UNSAFE_WATER: 1,
    Risk.OTHER: 2,
}
CATEGORY_WEIGHTS: dict[Category, int] = {
    Category.HEALTH: 20,
    Category.SOCIAL_SECURITY: 18,
    Category.INDUSTRY: 16,
    Category.EMPLOYMENT: 12,
    Category.INSURANCE: 9,
    Category.SOCIAL: 8,
    Category.FINANCE: 6,
    Category.LIVING_CONDITIONS: 6,
    Category.PUBLIC_POST: 5,
    Category.RELIEF: 5,
    Category.INFRASTRUCTURE: 3,
    Category.WATER: 3,
    Category.HOUSING: 2,
    Category.EDUCATION: 1,
    Category.COMPULSORY_EDUCATION: 1,
    # Forbidden by some provinces for households identified since 2021 (DOMAIN §3.3): only where a source prints it.
    Category.RELOCATION: 0,
}
SCHOOLING_CATEGORIES = frozenset({Category.EDUCATION, Category.COMPULSORY_EDUCATION})
DEVELOPMENT_CATEGORIES = frozenset({Category.INDUSTRY, Category.EMPLOYMENT, Category.FINANCE, Category.PUBLIC_POST})
# Risks that presuppose somebody who can work.
WORKING_RISKS = frozenset({Risk.UNSTABLE_WORK, Risk.FAILED_BUSINESS})
# Each risk asks for a measure of at least one of these categories (DOMAIN §3.3), as the standards that ship say.
ANSWERS: dict[Risk, tuple[Category, ...]] = {
    risk: tuple(Category(code) for code in defaults(Kind.MATRIX)[risk].value["any_of"]) for risk in Risk
}


def usual_size_of(trait: Trait, mean: float) -> float:
    """The usual mean size of households of a trait where all households have `mean` persons on average."""
    return USUAL_SIZE_WITHOUT_LABOUR if trait.has_no_labour else mean


def cost_of(trait: Trait, *, can_be_assisted_in_period: bool) -> float:
    """How unusual a household of this trait is; 0 is usual."""
    if trait.outcome is None or trait.outcome.status is not Status.ELIMINATED:
        return 0.0
    is_too_soon = trait.is_new and trait.outcome.way is EliminationWay.ASSISTED and not can_be_assisted_in_period
    # A whole household without labour is not marked as eliminated (DOMAIN §3.4).
    return 20.0 * bool(trait.has_no_labour) + 5.0 * bool(trait.is_new) + 500.0 * bool(is_too_soon)


def usual_size_shares(mean: float) -> dict[int, float]:
    """The share of each household size where households have `mean` persons on average."""
    weights = _tilted(mean)
    return {size: weight / sum(weights) for size, weight in zip(SIZES, weights, strict=True)}


def usual_sizes(households: int, persons: int) -> dict[int, int]:
    """Spread households over the sizes in the usual shape, so that their persons come out exactly.

    `households` <= `persons` <= 15 × `households`.
    """
    weights = _tilted(persons / households) if households else [0.0 for _ in SIZES]
    counts = dict(zip(SIZES, _whole(weights, households), strict=True))
    missing = persons - sum(size * count for size, count in counts.items())
    while missing:
        step = 1 if missing > 0 else -1
        movable = [size for size in SIZES if counts[size] and size + step in counts]
        size = max(movable, key=lambda size: (counts[size], size))
        moved = min(abs(missing), max(1, counts[size] // 4))
        counts[size] -= moved
        counts[size + step] += moved
        missing -= step * moved
    return counts


def spread(weights: Mapping[int, float], total: int) -> dict[int, int]:
    """Share a total over keys in proportion to their weights, in whole numbers."""
    return dict(zip(weights, _whole(list(weights.values()), total), strict=True))


def _tilted(mean: float) -> list[float]:
    """The usual shape tilted so that its mean is `mean` (bisection on the tilt)."""
    low, high = -20.0, 20.0
    weights = list(_SIZE_WEIGHTS)
    for _ in range(60):
        tilt = (low + high) / 2
        weights = [weight * math.exp(tilt * (size - mean)) for size, weight in zip(SIZES, _SIZE_WEIGHTS, strict=True)]
        total = sum(weights)
        if sum(size * weight for size, weight in zip(SIZES, weights, strict=True)) / total < mean:
            low = tilt
        else:
            high = tilt
    return weights


def _whole(weights: list[float], total: int) -> list[int]:
    """Largest remainders: whole numbers in proportion to the weights that add up to the total."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    exact = [weight / whole * total for weight in weights]
    counts = [int(value) for value in exact]
    by_remainder = sorted(range(len(weights)), key=lambda index: (counts[index] - exact[index], index))
    for index in by_remainder[: total - sum(counts)]:
        counts[index] += 1
    return counts
