"""How many households of each kind meet every demand at once, spread over the sizes as registers usually are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistance.rules.categories import Category
from demo.rules.conflicts import Unsatisfiable, conflict_among
from demo.rules.demands import Demand, Reading, all_readings
from demo.rules.plausibility import (
    LEAST_MEASURES,
    MOST_HOUSEHOLDS,
    SCHOOLING_CATEGORIES,
    USUAL_SHARES,
    USUAL_SIZE,
    cost_of,
    spread,
    usual_size_of,
    usual_size_shares,
    usual_sizes,
)
from demo.rules.program import NotFound
from demo.rules.register import Feature, FeatureCell, Register, likely_most
from demo.rules.traits import LARGEST_HOUSEHOLD, SIZES, Aspect, Block, Trait, aspects_of, selects
from households.rules.codes import Risk
from reports.indicators import Basis, Kind
from reports.rules.populations import REGISTER, Population

# Identified at least so long before an assisted elimination (DOMAIN §3.4).
MONTHS_BEFORE_ELIMINATION = timedelta(days=183)

_NEAREST = 1000.0
_PER_HOUSEHOLD = 0.01
_UNLIKELY = 20.0
_FEW_MEASURES = 50.0
# Enough for a good answer; more only where not even a first one was found.
_FEW_NODES, _MOST_NODES = 100, 20_000


@dataclass(frozen=True, slots=True)
class Solution:
    """Numbers of households: by size, by trait and size, by category or risk with trait and size; and of measures."""

    readings: tuple[Reading, ...]
    blocks: tuple[Block, ...]
    categories: tuple[frozenset[Category], ...]
    risks: tuple[Risk, ...]
    sizes: Mapping[int, int]
    cells: Mapping[tuple[Trait, int], int]
    features: Mapping[FeatureCell, int]
    items: Mapping[tuple[Trait, int], int]

    @property
    def households(self) -> int:
        """How many households there are."""
        return sum(self.sizes.values())

    @property
    def persons(self) -> int:
        """How many persons they are."""
        return sum(size * count for size, count in self.sizes.items())

    def count(self, population: Population, basis: Basis) -> int:
        """How many households or persons of a population there are."""
        worth = {size: size if basis is Basis.PERSON else 1 for size in SIZES}
        feature = population.risk or population.categories
        if feature:
            having = ((trait, size, count) for (one, trait, size), count in self.features.items() if one == feature)
        else:
            narrowed = aspects_of(population)
            traits = next(block.traits for block in self.blocks if narrowed <= block.aspects)
            having = ((trait, size, self.cells[trait, size]) for trait in traits for size in SIZES)
        return sum(worth[size] * count for trait, size, count in having if selects(population, trait))


def solve(demands: tuple[Demand, ...], *, period_start: date, as_of: date) -> Solution:
    """Meet every demand at once; Unsatisfiable names a smallest set of figures that no records can meet together."""
    gave_up = False
    can_be_assisted = as_of - period_start >= MONTHS_BEFORE_ELIMINATION
    for most in dict.fromkeys((likely_most(demands), MOST_HOUSEHOLDS)):
        for readings in all_readings(demands):
            register = Register(demands, readings, most=most)
            _prefer_usual(register, can_be_assisted_in_period=can_be_assisted)
            values = _search(register)
            if not isinstance(values, NotFound):
                return _with_usual_sizes(_solution(register, values))
            gave_up |= values is NotFound.GAVE_UP
    if gave_up:
        raise Unsatisfiable.not_found(demands)
    raise Unsatisfiable.together(conflict_among(demands))


def _search(register: Register) -> list[int] | NotFound:
    values = register.program.solve(gap=5.0, most_nodes=_FEW_NODES)
    return register.program.solve(gap=5.0, most_nodes=_MOST_NODES) if values is NotFound.GAVE_UP else values


def _prefer_usual(register: Register, *, can_be_assisted_in_period: bool) -> None:
    program = register.program
    is_level_printed = any(demand.indicator.numerator.at_least_measures for demand in register.demands)
    for column in register.sizes.values():
        program.add_cost(column, _PER_HOUSEHOLD)
    for (trait, _), column in register.cells.items():
        program.add_cost(column, cost_of(trait, can_be_assisted_in_period=can_be_assisted_in_period))
        if trait.level is not None and trait.level.low < LEAST_MEASURES and not is_level_printed:
            program.add_cost(column, _FEW_MEASURES)
    for (feature, _, size), column in register.features.items():
        if size == 1 and needs_pupil(feature):
            program.add_cost(column, _UNLIKELY)
    _prefer_usual_shares(register)
    _prefer_usual_sizes(register)
    for reading in register.readings:
        if reading.demand.is_rounded:
            _prefer_printed(register, reading)


def _prefer_usual_sizes(register: Register) -> None:
    program, mean = register.program, _mean_size(register.readings)
    _prefer_usual_means(register, mean)
    for size, share in usual_size_shares(mean).items():
        shape = dict.fromkeys(register.sizes.values(), -share)
        shape[register.sizes[size]] += 1.0
        program.prefer(shape, 0.0, weight=_weight(size), leeway=1.0)


def _prefer_usual_shares(register: Register) -> None:
    for population, whole, share in USUAL_SHARES:
        terms: dict[int, float] = dict(register.quantity(population, Basis.HOUSEHOLD))
        for column, worth in register.quantity(whole, Basis.HOUSEHOLD).items():
            terms[column] = terms.get(column, 0.0) - share * worth
        register.program.prefer(terms, 0.0, weight=1.0, leeway=2.0)


def _prefer_usual_means(register: Register, mean: float) -> None:
    """Prefer that households of each trait are about as large as usual."""
    for block in register.blocks:
        if Aspect.OUTCOME in block.aspects:
            for trait in block.traits:
                usual = usual_size_of(trait, mean)
                register.program.prefer(
                    {register.cells[trait, size]: size - usual for size in SIZES}, 0.0, weight=0.2, leeway=2.0
                )


def _mean_size(readings: tuple[Reading, ...]) -> float:
    """Persons per household where the source prints both totals, else the usual mean; as a household can have."""
    printed = {
        basis: reading.demand.centre
        for reading in readings
        if reading.demand.indicator.kind is Kind.COUNT and reading.demand.indicator.numerator == REGISTER
        for basis in reading.bases
    }
    households, persons = printed.get(Basis.HOUSEHOLD), printed.get(Basis.PERSON)
    mean = persons / households if households and persons else USUAL_SIZE
    return min(max(mean, 1.0), float(LARGEST_HOUSEHOLD))


def _prefer_printed(register: Register, reading: Reading) -> None:
    """Of the values that print alike, prefer the one nearest to the printed one."""
    demand = reading.demand
    if demand.indicator.kind is Kind.MINIMUM:
        return
    for basis in reading.bases:
        if demand.indicator.kind is Kind.COUNT:
            terms = register.count(demand, basis)
            register.program.prefer(terms, demand.centre, weight=_NEAREST, leeway=0.5)
            continue
        part, whole = register.ratio(demand, basis)
        scale = 100.0 if demand.indicator.unit == "percent" else 1.0
        difference = {column: factor / scale for column, factor in part.items()}
        for column, factor in whole.items():
            difference[column] = difference.get(column, 0.0) - demand.centre / scale * factor
        register.program.prefer(difference, 0.0, weight=_NEAREST, leeway=0.5)


def needs_pupil(feature: Feature) -> bool:
    """Whether a household with this risk or category should have somebody at school."""
    return feature is Risk.SCHOOLING if isinstance(feature, Risk) else bool(feature & SCHOOLING_CATEGORIES)


def _with_usual_sizes(first: Solution) -> Solution:
    """The same households spread over the sizes in the usual shape, where the demands leave room for it."""
    course = next(block for block in first.blocks if Aspect.OUTCOME in block.aspects)
    targets: dict[tuple[Trait, int], float] = {}
    for trait in course.traits:
        counts = {size: first.cells[trait, size] for size in SIZES}
        households, persons = sum(counts.values()), sum(size * count for size, count in counts.items())
        targets |= {(trait, size): count for size, count in usual_sizes(households, persons).items()}
    sizes = {size: sum(round(targets[trait, size]) for trait in course.traits) for size in SIZES}
    demands = tuple(reading.demand for reading in first.readings)
    cells, features, items = dict(first.cells), dict(first.features), dict(first.items)
    for block in first.blocks:
        register = Register(demands, first.readings, only=block, sizes=sizes)
        _prefer_spread(register, block, first, targets if block is course else _proportional(block, first, sizes))
        values = register.program.solve(gap=1.0, most_nodes=_FEW_NODES)
        if isinstance(values, NotFound):
            return first
        part = _solution(register, values)
        cells |= part.cells
        features |= part.features
        items |= part.items
    return Solution(first.readings, first.blocks, first.categories, first.risks, sizes, cells, features, items)


def _proportional(block: Block, first: Solution, sizes: Mapping[int, int]) -> dict[tuple[Trait, int], float]:
    households = first.households or 1
    return {
        (trait, size): sum(first.cells[trait, other] for other in SIZES) / households * sizes[size]
        for trait in block.traits
        for size in SIZES
    }


def _prefer_spread(
    register: Register, block: Block, first: Solution, targets: Mapping[tuple[Trait, int], float]
) -> None:
    """Keep each trait's households, and prefer its sizes and those of its categories and risks near the targets."""
    # The targets of the block that set the sizes can be met exactly; the others are fractions.
    leeway = 0.0 if Aspect.OUTCOME in block.aspects else 1.0
    for trait in block.traits:
        columns = {register.cells[trait, size]: 1 for size in SIZES}
        households = sum(first.cells[trait, size] for size in SIZES)
        register.program.row(columns, lower=households, upper=households)
        for size in SIZES:
            register.program.prefer(
                {register.cells[trait, size]: 1.0}, targets[trait, size], weight=_weight(size), leeway=leeway
            )
    features = dict.fromkeys((feature, trait) for feature, trait, _ in register.features)
    for feature, trait in features:
        having = sum(first.features[feature, trait, size] for size in SIZES)
        shape = {size: targets[trait, size] * (size > 1 or not needs_pupil(feature)) for size in SIZES}
        for size, target in spread(shape, having).items():
            column = register.features[feature, trait, size]
            register.program.prefer({column: 1.0}, target, weight=_weight(size), leeway=1.0)


def _weight(size: int) -> float:
    return 1.0 + 0.1 * (size - USUAL_SIZE) ** 2


def _solution(register: Register, values: list[int]) -> Solution:
    return Solution(
        readings=register.readings,
        blocks=register.blocks,
        categories=register.categories,
        risks=register.risks,
        sizes={size: values[column] for size, column in register.sizes.items()},
        cells={key: values[column] for key, column in register.cells.items()},
        features={key: values[column] for key, column in register.features.items()},
        items={key: values[column] for key, column in register.items.items()},
    )
