"""The register as a whole-number program: unknowns per trait, size, category and risk, tied by the demands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from assistance.rules.categories import Category
from demo.rules.demands import Demand, Reading
from demo.rules.plausibility import LEAST_MEASURES, MOST_HOUSEHOLDS
from demo.rules.program import Program
from demo.rules.traits import (
    MOST_MEASURES,
    SIZES,
    Aspect,
    Block,
    Level,
    Trait,
    aspects_of,
    blocks_for,
    selects,
)
from households.rules.codes import MOST_RISKS, Risk
from reports.indicators import Basis, Kind
from reports.rules.intervals import Interval
from reports.rules.populations import REGISTER, Population

_FEWEST_LIKELY, _TIMES_PRINTED = 1000, 4
# A category set or a risk, with the trait and the size of the households that have it.
Feature = frozenset[Category] | Risk
FeatureCell = tuple[Feature, Trait, int]


class Register:
    """Unknown households by size, trait, category and risk, of which the demands must hold."""

    def __init__(
        self,
        demands: Iterable[Demand],
        readings: Iterable[Reading],
        *,
        only: Block | None = None,
        sizes: Mapping[int, int] | None = None,
        most: int = MOST_HOUSEHOLDS,
    ) -> None:
        """Build the program for at most `most` households: all blocks, or `only` one where the sizes are known."""
        self.demands, self.readings = tuple(demands), tuple(readings)
        self.program = Program()
        self.most = most
        self.levels = levels_of(self.demands)
        self.categories = printed_categories(self.demands)
        self.risks = printed_risks(self.demands)
        together = (_aspects(demand) for demand in self.demands)
        self.blocks = blocks_for(together, self.levels) if only is None else (only,)
        bounds = {size: (0, self.most) if sizes is None else (sizes[size], sizes[size]) for size in SIZES}
        self.sizes = {size: self.program.column(lower=low, upper=high) for size, (low, high) in bounds.items()}
        self.cells: dict[tuple[Trait, int], int] = {}
        self.features: dict[FeatureCell, int] = {}
        self.items: dict[tuple[Trait, int], int] = {}
        self.program.row(dict.fromkeys(self.sizes.values(), 1), upper=self.most)
        for block in self.blocks:
            self._add_block(block)
        for reading in self.readings:
            if only is None or _aspects(reading.demand) & only.aspects:
                self._require(reading)

    def quantity(self, population: Population, basis: Basis) -> dict[int, int]:
        """How many households or persons belong to a population."""
        worth = {size: size if basis is Basis.PERSON else 1 for size in SIZES}
        narrowed = aspects_of(population)
        if not narrowed:
            return {column: worth[size] for size, column in self.sizes.items()}
        feature = population.risk or population.categories
        if not feature:
            block = next(block for block in self.blocks if narrowed <= block.aspects)
            return {
                self.cells[trait, size]: worth[size]
                for trait in block.traits
                if selects(population, trait)
                for size in SIZES
            }
        return {
            column: worth[size]
            for (having, trait, size), column in self.features.items()
            if having == feature and selects(population, trait)
        }

    def landed(self) -> dict[int, int]:
        """How many measures have landed."""
        return dict.fromkeys(self.items.values(), 1)

    def _add_block(self, block: Block) -> None:
        for size in SIZES:
            for trait in block.traits:
                self.cells[trait, size] = self.program.column(upper=self.most)
            shares = {self.cells[trait, size]: 1 for trait in block.traits}
            self.program.row({**shares, self.sizes[size]: -1}, lower=0, upper=0)
            for trait in block.traits:
                if Aspect.CATEGORIES in block.aspects:
                    self._add_categories(trait, size)
                if Aspect.RISKS in block.aspects:
                    self._add_risks(trait, size)

    def _add_categories(self, trait: Trait, size: int) -> None:
        """Categories and measures of the households of one trait and size: enough of them, and not too many.

        Spread evenly, k categories over n households with at most h measures each fit exactly when k <= h × n.
        """
        cell, level = self.cells[trait, size], trait.level or Level(0, MOST_MEASURES)
        having = {chosen: self._feature(chosen, trait, size, cell) for chosen in self.categories}
        for inner, outer in nested(self.categories):
            self.program.row({having[inner]: 1, having[outer]: -1}, upper=0)
        outermost = {having[chosen]: 1 for chosen in outermost_of(self.categories)}
        self.program.row({**outermost, cell: -level.high}, upper=0)
        if level.low and not free_categories(self.categories):
            self.program.row({**outermost, cell: -1}, lower=0)
        if any(_counts_measures(demand) for demand in self.demands):
            items = self.items[trait, size] = self.program.column(upper=self.most * MOST_MEASURES)
            self.program.row({items: 1, cell: -level.low}, lower=0)
            self.program.row({items: 1, cell: -level.high}, upper=0)
            self.program.row({items: 1, **dict.fromkeys(outermost, -1)}, lower=0)

    def _add_risks(self, trait: Trait, size: int) -> None:
        cell = self.cells[trait, size]
        having = {self._feature(risk, trait, size, cell): 1 for risk in self.risks}
        self.program.row({**having, cell: -MOST_RISKS}, upper=0)
        if len(self.risks) == len(Risk):
            self.program.row({**having, cell: -1}, lower=0)

    def _feature(self, feature: Feature, trait: Trait, size: int, cell: int) -> int:
        column = self.features[feature, trait, size] = self.program.column(upper=self.most)
        self.program.row({column: 1, cell: -1}, upper=0)
        return column

    def _require(self, reading: Reading) -> None:
        indicator, interval = reading.demand.indicator, reading.demand.interval
        for basis in reading.bases:
            if indicator.kind is Kind.MINIMUM:
                self._require_minimum(interval)
            elif indicator.kind is Kind.COUNT:
                terms = self.count(reading.demand, basis)
                self.program.row(terms, lower=interval.first_whole, upper=interval.last_whole)
            else:
                self._require_ratio(*self.ratio(reading.demand, basis), interval)

    def count(self, demand: Demand, basis: Basis) -> dict[int, int]:
        """What a count counts."""
        return self.landed() if basis is Basis.MEASURE else self.quantity(demand.indicator.numerator, basis)

    def ratio(self, demand: Demand, basis: Basis) -> tuple[dict[int, int], dict[int, int]]:
        """Numerator (in hundredths for a percentage) and denominator of a rate or an average."""
        indicator = demand.indicator
        whole = indicator.denominator or REGISTER
        if basis is Basis.MEASURE:
            return self.landed(), self.quantity(whole, Basis.HOUSEHOLD)
        factor = 100 if indicator.unit == "percent" else 1
        part = self.quantity(indicator.numerator, basis)
        return {column: factor * worth for column, worth in part.items()}, self.quantity(whole, basis)

    def _require_ratio(self, part: Mapping[int, int], whole: Mapping[int, int], interval: Interval) -> None:
        self.program.row(whole, lower=1)
        if interval.low is not None:
            terms = _minus(part, whole, interval.low)
            self.program.row(terms, lower=1 if interval.low_open else 0)
        if interval.high is not None:
            terms = _minus(part, whole, interval.high)
            self.program.row(terms, upper=-1 if interval.high_open else 0)

    def _require_minimum(self, interval: Interval) -> None:
        self.program.row(dict.fromkeys(self.sizes.values(), 1), lower=1)
        least, most = interval.first_whole, interval.last_whole
        below, within = self._with_measures(at_most=(least or 0) - 1), self._with_measures(at_most=most)
        self.program.row(below, upper=0)
        if most is not None:
            self.program.row(within, lower=1)

    def _with_measures(self, *, at_most: int | None) -> dict[int, int]:
        """Households whose level begins at or below a number of measures."""
        levels = ((trait.level, column) for (trait, _), column in self.cells.items())
        return {column: 1 for level, column in levels if level and at_most is not None and level.low <= at_most}


def likely_most(demands: Iterable[Demand]) -> int:
    """More households than a register with these figures is likely to have; a tight bound makes the search quick."""
    counted = (demand.interval.first_whole for demand in demands if demand.indicator.kind is Kind.COUNT)
    return min(MOST_HOUSEHOLDS, max(_FEWEST_LIKELY, *(_TIMES_PRINTED * (count or 0) for count in counted), 0))


def levels_of(demands: Iterable[Demand]) -> tuple[Level, ...]:
    """Ranges of a household's number of landed measures, cut wherever a demand tells households apart."""
    cuts = {0, 1, LEAST_MEASURES}
    for demand in demands:
        cuts.add(demand.indicator.numerator.at_least_measures or 0)
        if demand.indicator.kind is Kind.MINIMUM:
            cuts.add(demand.interval.first_whole or 0)
            cuts.add((demand.interval.last_whole or 0) + 1)
    starts = sorted(cut for cut in cuts if 0 <= cut <= MOST_MEASURES)
    return tuple(Level(low, after - 1) for low, after in zip(starts, [*starts[1:], MOST_MEASURES + 1], strict=True))


def printed_categories(demands: Iterable[Demand]) -> tuple[frozenset[Category], ...]:
    """The sets of categories whose households or persons are printed; of two that overlap one contains the other."""
    found = {counted.categories for demand in demands for counted in _populations(demand)}
    printed = tuple(sorted((categories for categories in found if categories), key=sorted))
    for one in printed:
        for other in printed:
            if one & other and not (one <= other or other <= one):
                raise NotImplementedError("Indicators count overlapping categories: make one set contain the other.")
    return printed


def printed_risks(demands: Iterable[Demand]) -> tuple[Risk, ...]:
    """The risks whose households or persons are printed."""
    found = (population.risk for demand in demands for population in _populations(demand))
    return tuple(sorted({risk for risk in found if risk}))


def nested(printed: tuple[frozenset[Category], ...]) -> list[tuple[frozenset[Category], frozenset[Category]]]:
    """Every pair of printed sets of which the first is a part of the second."""
    return [(inner, outer) for inner in printed for outer in printed if inner < outer]


def outermost_of(printed: tuple[frozenset[Category], ...]) -> tuple[frozenset[Category], ...]:
    """The printed sets that are part of no other."""
    inner = {one for one, _ in nested(printed)}
    return tuple(one for one in printed if one not in inner)


def free_categories(printed: tuple[frozenset[Category], ...]) -> tuple[Category, ...]:
    """The categories of which nothing is printed, so that any household may have them."""
    taken = frozenset[Category]().union(*printed)
    return tuple(category for category in Category if category not in taken)


def _minus(part: Mapping[int, int], whole: Mapping[int, int], bound: Fraction) -> dict[int, int]:
    """part - bound × whole, in whole numbers."""
    terms = {column: bound.denominator * factor for column, factor in part.items()}
    for column, factor in whole.items():
        terms[column] = terms.get(column, 0) - bound.numerator * factor
    scale = math.gcd(*terms.values()) or 1
    return {column: factor // scale for column, factor in terms.items()}


def _populations(demand: Demand) -> tuple[Population, Population]:
    return demand.indicator.numerator, demand.indicator.denominator or REGISTER


def _counts_measures(demand: Demand) -> bool:
    return Basis.MEASURE in demand.indicator.bases and demand.indicator.kind is not Kind.MINIMUM


def _aspects(demand: Demand) -> frozenset[Aspect]:
    indicator = demand.indicator
    own = frozenset({Aspect.LEVEL}) if Basis.MEASURE in indicator.bases else frozenset()
    return own | aspects_of(indicator.numerator) | aspects_of(indicator.denominator or REGISTER)
