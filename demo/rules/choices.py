"""What a plan chose where the source leaves it open, with the numbers and the reason in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from common.names import Name
from demo.rules.demands import Demand, Reading
from demo.rules.program import NotFound
from demo.rules.register import Register
from demo.rules.solution import Solution
from reports.indicators import BASES, Basis, Kind
from reports.rules.populations import REGISTER, Population

_MOST_NODES = 200
_HALF = 0.5
_UNITS = {Basis.HOUSEHOLD: Name("户", "households"), Basis.PERSON: Name("人", "persons")}


@dataclass(frozen=True, slots=True)
class RateReading:
    """A rate on one basis: what the records give, and whether it prints as the source does."""

    basis: Basis
    part: int
    whole: int
    fits: bool

    @property
    def percent(self) -> Fraction:
        """The exact rate in percent."""
        return Fraction(100 * self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One free unknown: the figure it belongs to, the range that all figures leave it, the value taken, and why."""

    figure: str
    basis: Basis
    low: int
    high: int
    chosen: int
    sentence: Name
    readings: tuple[RateReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Everything that a plan chose freely."""

    unknowns: tuple[Chosen, ...]

    @property
    def sentence(self) -> Name:
        """All reasons in one text; empty where nothing was free."""
        return Name(
            "".join(unknown.sentence.zh for unknown in self.unknowns),
            " ".join(unknown.sentence.en for unknown in self.unknowns),
        )


def choice_of(solution: Solution) -> Choice:
    """The choices that a solution made."""
    opened = [_OPEN[reading.demand.indicator.kind](reading, solution) for reading in _open(solution)]
    return Choice((*opened, *_totals_chosen(solution)))


def _open(solution: Solution) -> list[Reading]:
    return [reading for reading in solution.readings if reading.demand.is_open]


def _count_chosen(reading: Reading, solution: Solution) -> Chosen:
    """The basis on which a count of unstated basis is read: the unit that is printed, if records can meet it so."""
    demand, (basis,) = reading.demand, reading.bases
    low, high = range_of(solution, demand.indicator.numerator, basis)
    why = Name("按所公布单位", " as its unit says")
    if basis is not demand.readings[0][0]:
        why = Name("因按所公布单位不能成立，故", ", because no records can meet it as its unit says")
    sentence = Name(
        f"{demand.indicator.name.zh} {demand.printed} 未注明口径：{why.zh}{BASES[basis].zh}理解。",
        f"The basis of {demand.printed} ({demand.figure}) is not stated; it is read {BASES[basis].en}{why.en}.",
    )
    return Chosen(demand.figure, basis, low, high, solution.count(demand.indicator.numerator, basis), sentence)


def _rate_chosen(reading: Reading, solution: Solution) -> Chosen:
    demand = reading.demand
    readings = tuple(_rate_reading(solution, reading, basis) for basis in (Basis.HOUSEHOLD, Basis.PERSON))
    # Of two bases that both fit, persons are the less determined by the other figures.
    basis = reading.bases[-1]
    taken = next(one for one in readings if one.basis is basis)
    low, high = range_of(solution, demand.indicator.numerator, basis)
    return Chosen(demand.figure, basis, low, high, taken.part, _rate_sentence(reading, readings, low, high), readings)


_OPEN = {Kind.RATE: _rate_chosen, Kind.COUNT: _count_chosen}


def _rate_reading(solution: Solution, reading: Reading, basis: Basis) -> RateReading:
    indicator = reading.demand.indicator
    part = solution.count(indicator.numerator, basis)
    whole = solution.count(indicator.denominator or REGISTER, basis)
    return RateReading(basis, part, whole, Fraction(100 * part, whole) in reading.demand.interval)


def _rate_sentence(reading: Reading, readings: tuple[RateReading, ...], low: int, high: int) -> Name:
    demand, unit = reading.demand, _UNITS[reading.bases[-1]]
    shown = {one.basis: f"{one.part:,}/{one.whole:,} = {float(one.percent):.2f} %" for one in readings}
    taken = next(one for one in readings if one.basis is reading.bases[-1])
    span = Name(f"{low:,} 至 {high:,} {unit.zh}", f"{low:,} to {high:,} {unit.en}")
    if len(reading.bases) > 1:
        return Name(
            f"{demand.indicator.name.zh} {demand.printed} 未注明口径，按户（{shown[Basis.HOUSEHOLD]}）与按人"
            f"（{shown[Basis.PERSON]}）均成立；{span.zh}均可，取 {taken.part:,}。",
            f"The basis of the rate of {demand.printed} ({demand.figure}) is not stated; it holds by household "
            f"({shown[Basis.HOUSEHOLD]}) and by person ({shown[Basis.PERSON]}); its numerator may be {span.en}, "
            f"{taken.part:,} was chosen.",
        )
    other = next(one for one in readings if one.basis is not taken.basis)
    is_nearest = abs(taken.part - demand.centre / 100 * taken.whole) <= _HALF
    why = Name("取最接近所公布比率的", " as nearest to the printed rate") if is_nearest else Name("取", "")
    return Name(
        f"{demand.indicator.name.zh} {demand.printed} 未注明口径：{BASES[other.basis].zh}不成立"
        f"（{shown[other.basis]}），故{BASES[taken.basis].zh}理解；分子可为 {span.zh}，"
        f"{why.zh} {taken.part:,}（{shown[taken.basis]}）。",
        f"The rate of {demand.printed} ({demand.figure}) cannot be {BASES[other.basis].en} ({shown[other.basis]}), "
        f"so it is read {BASES[taken.basis].en}; its numerator may be {span.en}; "
        f"{taken.part:,} was chosen{why.en} ({shown[taken.basis]}).",
    )


def range_of(solution: Solution, population: Population, basis: Basis) -> tuple[int, int]:
    """The least and the greatest count of a population that all demands allow."""
    ends = []
    for sign in (1, -1):
        register = Register((reading.demand for reading in solution.readings), solution.readings)
        terms = register.quantity(population, basis)
        for column, factor in terms.items():
            register.program.add_cost(column, float(sign * factor))
        values = register.program.solve(most_nodes=_MOST_NODES)
        if isinstance(values, NotFound):
            ends.append(solution.count(population, basis))
        else:
            ends.append(sum(values[column] * factor for column, factor in terms.items()))
    return ends[0], ends[1]


def _totals_chosen(solution: Solution) -> list[Chosen]:
    """Totals of the register that the source does not print exactly."""
    printed = {
        basis: reading.demand
        for reading in solution.readings
        if reading.demand.indicator.kind is Kind.COUNT and reading.demand.indicator.numerator == REGISTER
        for basis in reading.bases
    }
    return [
        _total_chosen(solution, basis, printed.get(basis))
        for basis in _UNITS
        if basis not in printed or not printed[basis].interval.is_point
    ]


def _total_chosen(solution: Solution, basis: Basis, printed: Demand | None) -> Chosen:
    low, high = range_of(solution, REGISTER, basis)
    found = solution.count(REGISTER, basis)
    unit = _UNITS[basis]
    why = Name("按常见户规模", "as usual for registers of this kind")
    if printed is not None:
        why = Name(f"按所公布的 {printed.printed} ", f"for the printed {printed.printed}")
    return Chosen(
        f"monitoring.total.{unit.en}",
        basis,
        low,
        high,
        found,
        Name(
            f"数据源未给出确切的监测对象总{unit.zh}数：{low:,} 至 {high:,} 均可，{why.zh}取 {found:,}。",
            f"The source does not give the exact total of {unit.en}: {low:,} to {high:,} would do; "
            f"{found:,} was chosen {why.en}.",
        ),
    )
