"""Every indicator, declared once: what it counts, on which basis, and how it adds up (DESIGN §6, DOMAIN §6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistance.rules.categories import CATEGORIES, COUNTED_AS
from common.names import Name
from households.rules.codes import ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS
from households.workflow import UNDER_MONITORING, Status
from reports.rules.outside import OUTSIDE
from reports.rules.populations import REGISTER, Population


class Basis(StrEnum):
    """What one unit of a count is."""

    HOUSEHOLD = "household"
    PERSON = "person"
    MEASURE = "measure"


BASES: dict[Basis, Name] = {
    Basis.HOUSEHOLD: Name("按户", "by household"),
    Basis.PERSON: Name("按人", "by person"),
    Basis.MEASURE: Name("按项", "by measure"),
}


class Kind(StrEnum):
    """How a figure is made from its rows, and so how it adds up over divisions."""

    COUNT = "count"  # adds up
    RATE = "rate"  # numerator and denominator add up, the rate does not
    AVERAGE = "average"  # measures and households add up, the average does not
    MINIMUM = "minimum"  # the least of the divisions' minima
    OUTSIDE = "outside"  # a kind of record that is not kept yet


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure's declaration; a rate that can be read both ways has both bases, anything else has one or none."""

    code: str
    name: Name
    unit: str
    kind: Kind
    bases: tuple[Basis, ...] = ()
    numerator: Population = REGISTER
    denominator: Population | None = None
    needs: Name | None = None

    @property
    def is_computable(self) -> bool:
        """Whether our records can give this figure."""
        return self.kind is not Kind.OUTSIDE


ELIMINATED = frozenset({Status.ELIMINATED})

# (stem of the code, name, whom it counts): each becomes one indicator by household and one by person.
COUNTED: tuple[tuple[str, Name, Population], ...] = (
    ("monitoring.total", Name("监测对象", "Monitored, eliminated included"), REGISTER),
    ("monitoring.new", Name("本期新识别", "Newly identified"), Population(identified_in_period=True)),
    ("monitoring.current", Name("风险未消除", "Risk not yet eliminated"), Population(statuses=UNDER_MONITORING)),
    ("monitoring.no_labour", Name("整户无劳动能力", "Whole household without labour"), Population(has_no_labour=True)),
    *((f"monitoring.{code}", name, Population(household_type=code)) for code, name in HOUSEHOLD_TYPES.items()),
    *(
        (f"risks.{code}", Name(f"{name.zh}（风险）", f"At risk: {name.en}"), Population(risk=code))
        for code, name in RISKS.items()
    ),
    ("elimination", Name("风险已消除", "Risk eliminated"), Population(statuses=ELIMINATED)),
    (
        "elimination.new",
        Name("本期消除风险", "Risk eliminated in the period"),
        Population(statuses=ELIMINATED, eliminated_in_period=True),
    ),
    *(
        (f"elimination.{code}", name, Population(statuses=ELIMINATED, way=code))
        for code, name in ELIMINATION_WAYS.items()
    ),
    *(
        (f"measures.{code}", Name(f"享受{name.zh}", f"Assisted: {name.en}"), Population(categories=COUNTED_AS[code]))
        for code, name in CATEGORIES.items()
    ),
    ("measures.any", Name("已落实帮扶措施", "With a landed measure"), Population(categories=frozenset())),
    (
        "measures.three_or_more",
        Name("落实三项以上措施", "With three or more landed measures"),
        Population(at_least_measures=3),
    ),
)

# (code, name, numerator, denominator), each by household and by person.
RATES: tuple[tuple[str, Name, Population, Population], ...] = (
    ("elimination.rate", Name("风险消除率", "Risk-elimination rate"), Population(statuses=ELIMINATED), REGISTER),
    (
        "measures.coverage_rate",
        Name("帮扶措施覆盖率", "Coverage by landed measures"),
        Population(categories=frozenset()),
        REGISTER,
    ),
)

BY_HOUSEHOLD_AND_PERSON = (Basis.HOUSEHOLD, Basis.PERSON)
_PLURAL = {Basis.HOUSEHOLD: "households", Basis.PERSON: "persons"}

INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        *(
            Indicator(f"{stem}.{_PLURAL[basis]}", name, basis.value, Kind.COUNT, (basis,), population)
            for stem, name, population in COUNTED
            for basis in BY_HOUSEHOLD_AND_PERSON
        ),
        *(
            Indicator(code, name, "percent", Kind.RATE, BY_HOUSEHOLD_AND_PERSON, numerator, denominator)
            for code, name, numerator, denominator in RATES
        ),
        Indicator("measures.landed", Name("已落实措施", "Landed measures"), "measure", Kind.COUNT, (Basis.MEASURE,)),
        Indicator(
            "measures.minimum_per_household",
            Name("每户最少措施数", "Fewest landed measures of a household"),
            "measure",
            Kind.MINIMUM,
            (Basis.MEASURE,),
        ),
        Indicator(
            "measures.average_per_household",
            Name("户均措施数", "Landed measures per household"),
            "measure",
            Kind.AVERAGE,
            (Basis.MEASURE,),
        ),
        *(Indicator(code, name, unit, Kind.OUTSIDE, needs=needs) for code, (name, unit, needs) in OUTSIDE.items()),
    )
}

UNITS: dict[str, Name] = {
    "household": Name("户", "households"),
    "person": Name("人", "persons"),
    "measure": Name("项", "measures"),
    "percent": Name("%", "%"),
    "percentage_point": Name("个百分点", "percentage points"),
    "yuan": Name("元", "yuan"),
    "mu": Name("亩", "mu"),
    "clinic": Name("所", "clinics"),
    "sample": Name("份", "samples"),
    "project": Name("个", "projects"),
    "insurance_kind": Name("种", "kinds"),
    "workshop": Name("个", "workshops"),
    "post": Name("个", "posts"),
    "unit": Name("家", "units"),
    "team": Name("支", "teams"),
    "case": Name("件", "cases"),
    "unclear": Name("（单位不明）", "(unit unclear)"),
}
