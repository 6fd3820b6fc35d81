"""Whatever register is drawn, its own figures, rounded as a newspaper would, can be met again."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.rules.plan import plan_records
from tests.demo.rules.counting import CATEGORIES, RISKS, TYPES, figures_of, unmet
from tests.demo.rules.sources import VILLAGES, source_of

START, AS_OF = date(2022, 1, 1), date(2022, 9, 5)
BEFORE, WITHIN = date(2021, 5, 5), date(2022, 3, 3)


@dataclass
class Landed:
    category: str
    landed_on: date


@dataclass
class Drawn:
    members: list[None]
    household_type: str
    has_no_labour: bool
    risks: list[str]
    identified_on: date
    eliminated_on: date | None
    way: str | None
    measures: list[Landed]


@st.composite
def households(draw):
    identified = draw(st.sampled_from([BEFORE, WITHIN]))
    eliminated = draw(st.sampled_from([None, max(identified, date(2021, 12, 12)), date(2022, 9, 1)]))
    return Drawn(
        members=[None] * draw(st.integers(1, 15)),
        household_type=draw(st.sampled_from(TYPES)),
        has_no_labour=draw(st.booleans()),
        risks=draw(st.lists(st.sampled_from(RISKS), min_size=1, max_size=5, unique=True)),
        identified_on=identified,
        eliminated_on=eliminated,
        way=None if eliminated is None else draw(st.sampled_from(["assisted", "natural"])),
        measures=[Landed(name, WITHIN) for name in draw(st.lists(st.sampled_from(CATEGORIES), max_size=6))],
    )


@st.composite
def printed(draw, counts):
    """Some of the figures as they would be printed: exact, rounded, or at least so many."""
    names = draw(st.lists(st.sampled_from(sorted(counts)), min_size=1, max_size=10, unique=True))
    figures = {}
    for counted in names:
        name, value, basis = counted, counts[counted], ""
        if "rate." in counted:
            name, unit = counted.rsplit(".", 1)
            basis = ", basis: " + draw(st.sampled_from([unit.removesuffix("s"), "unstated"]))
        if draw(st.booleans()) and value == int(value) and not basis:
            figures[name] = (name, max(0, int(value) - draw(st.integers(0, 2))), "step: 0, at_least: true")
            continue
        is_measured = bool(basis) or name == "measures.average_per_household"
        step = Fraction(draw(st.sampled_from(["0.01", "0.1", "1"] if is_measured else ["0", "0", "10"])))
        rounded = (value / step + Fraction(1, 2)) // 1 * step if step else Fraction(value)
        figures[name] = (name, f"{float(rounded):.2f}".removesuffix(".00"), f"step: {float(step):g}{basis}")
    return list(figures.values())


@settings(max_examples=18, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(households(), min_size=1, max_size=12), st.data())
def test_the_figures_of_any_register_can_be_met_again(register, data):
    source = source_of(*data.draw(printed(figures_of(register, START, AS_OF))))
    plan = plan_records(source, villages=VILLAGES, seed=5)
    assert unmet(plan, source) == []
