"""Published sources: the figures somebody printed, with unit, rounding step and basis, and the relations among them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from reports.rules import plain_yaml
from reports.rules.entries import Entry, SourceError
from reports.rules.expressions import Comparison, ExpressionError, figures_in, read_relation
from reports.rules.intervals import EVERYTHING, NOT_NEGATIVE, Interval, of_printed

UNSTATED = "unstated"
BASES = ("household", "person", "money", UNSTATED)
# What is measured rather than counted; everything else (household, person, clinic, project ...) comes in whole numbers.
MEASURED_UNITS = frozenset({"percent", "percentage_point", "yuan", "mu", "unclear"})
# A difference may be negative; a share, an amount or a count may not.
SIGNED_UNITS = frozenset({"percentage_point"})
# Parameters whose names end so are lines and allowances: yuan for one person in a year.
YEARLY_AMOUNT = "_per_person_year"
LARGEST_YEARLY_AMOUNT = 1_000_000

SECTIONS = {"source": True, "parameters": False, "figures": True, "relations": False}
SOURCE_FIELDS = dict.fromkeys(("id", "title", "publisher", "published_on", "division", "as_of", "period_start"), True)
FIGURE_FIELDS = {
    "id": True,
    "value": True,
    "step": True,
    "unit": True,
    "basis": False,
    "at_least": False,
    "from": False,
    "doubt": False,
}
RELATION_FIELDS = {"id": True, "says": True}

_SOURCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UNIT = re.compile(r"[a-z][a-z0-9_]*")
_DIVISION = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One printed figure, in its unit (money in yuan, shares in percent).

    `step` is one unit of the last printed digit (0: an exact count); `at_least` tells that "more than" was printed;
    `basis` is what is counted, UNSTATED where the source leaves it open and None where the unit says it;
    `doubt` is why the printed figure cannot be taken at face value ("" for none).
    """

    id: str
    value: Fraction
    step: Fraction
    unit: str
    basis: str | None = None
    at_least: bool = False
    from_: str = ""
    doubt: str = ""

    @property
    def domain(self) -> Interval:
        """The true values that a figure in this unit can have at all."""
        return EVERYTHING if self.unit in SIGNED_UNITS else NOT_NEGATIVE

    @property
    def interval(self) -> Interval:
        """The true values that print so."""
        rounded = of_printed(self.value, self.step, self.at_least)
        return rounded.intersection(self.domain) or rounded

    @property
    def is_count(self) -> bool:
        """Tell whether the figure is an exact count, whose true value is a whole number."""
        return self.step == 0 and self.value.denominator == 1 and self.unit not in MEASURED_UNITS - {"unclear"}


@dataclass(frozen=True, slots=True)
class PublishedRelation:
    """What must hold among printed figures: as written, and as read."""

    id: str
    says: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Source:
    """A publication: who printed what on which day, about which division, as of which day and since when."""

    id: str
    title: str
    publisher: str
    published_on: date
    division: str
    as_of: date
    period_start: date
    parameters: Mapping[str, Fraction]
    figures: tuple[PublishedFigure, ...]
    relations: tuple[PublishedRelation, ...]

    @property
    def printed(self) -> dict[str, PublishedFigure]:
        """The figures by their id."""
        return {figure.id: figure for figure in self.figures}


def parse_source(text: str, *, name: str) -> Source:
    """Read a published source from YAML; `name` is what errors call the file.  SourceError says what to correct."""
    try:
        root = plain_yaml.read_plain_yaml(text)
    except plain_yaml.PlainYamlError as error:
        remedy = "write plain YAML in the form of data/published-lanzhou-2022-09-05.yaml"
        raise SourceError(f"{name}, line {error.line}: {error.problem}; {remedy}.") from error
    top = Entry.of(root, name=name, label="the file", fields=SECTIONS)
    figures = _figures(top)
    return _source(top, figures, _relations(top, {figure.id for figure in figures}))


def _source(top: Entry, figures: tuple[PublishedFigure, ...], relations: tuple[PublishedRelation, ...]) -> Source:
    entry = Entry.of(top.fields["source"], name=top.name, label="source", fields=SOURCE_FIELDS)
    as_of, period_start = entry.day("as_of"), entry.day("period_start")
    if as_of < period_start:
        raise entry.error(
            f"as_of {as_of} lies before period_start {period_start}",
            "correct one of the two days",
            node=entry.fields["as_of"],
        )
    return Source(
        id=entry.matching("id", _SOURCE_ID, "an id of letters, digits, -, _ and ."),
        title=entry.text("title"),
        publisher=entry.text("publisher"),
        published_on=entry.day("published_on"),
        division=entry.matching("division", _DIVISION, "a division code of 2, 4, 6, 9 or 12 digits"),
        as_of=as_of,
        period_start=period_start,
        parameters=_parameters(top),
        figures=figures,
        relations=relations,
    )


def _parameters(top: Entry) -> dict[str, Fraction]:
    if not top.has("parameters"):
        return {}
    node = top.fields["parameters"]
    names = node.items if isinstance(node, plain_yaml.Mapping) else {}
    entry = Entry.of(node, name=top.name, label="parameters", fields=dict.fromkeys(names, True))
    return {name: _parameter(entry, name) for name in names}


def _parameter(entry: Entry, name: str) -> Fraction:
    value = entry.number(name)
    if name.endswith(YEARLY_AMOUNT) and not 0 < value <= LARGEST_YEARLY_AMOUNT:
        raise entry.error(
            f"{name} cannot be {entry.text(name)}",
            f"write yuan for one person in a year, more than 0 and at most {LARGEST_YEARLY_AMOUNT:,}",
            node=entry.fields[name],
        )
    return value


def _figures(top: Entry) -> tuple[PublishedFigure, ...]:
    figures = tuple(_figure(entry) for entry in top.entries("figures", FIGURE_FIELDS))
    if not figures:
        raise top.error("figures is an empty list", "add the figures that the source prints")
    return figures


def _figure(entry: Entry) -> PublishedFigure:
    figure = PublishedFigure(
        id=entry.text("id"),
        value=entry.number("value"),
        step=entry.number("step"),
        unit=entry.matching("unit", _UNIT, "a unit of small letters, such as household or percent"),
        basis=entry.matching("basis", re.compile("|".join(BASES)), f"one of {', '.join(BASES)}")
        if entry.has("basis")
        else None,
        at_least=entry.flag("at_least"),
        from_=entry.text("from"),
        doubt=entry.text("doubt"),
    )
    for find_fault in FAULTS:
        fault = find_fault(figure)
        if fault:
            raise entry.error(*fault)
    return figure


Fault = tuple[str, str] | None


def _negative_step(figure: PublishedFigure) -> Fault:
    if figure.step < 0:
        return "the step is negative", "write one unit of the last printed digit, or 0 for an exact count"
    return None


def _negative_value(figure: PublishedFigure) -> Fault:
    if figure.value < 0 and figure.unit not in SIGNED_UNITS:
        return f"the value in unit {figure.unit} is negative", "write a value of 0 or more"
    return None


def _broken_count(figure: PublishedFigure) -> Fault:
    if figure.step == 0 and figure.value.denominator != 1 and figure.unit not in MEASURED_UNITS:
        return f"an exact count in unit {figure.unit} is not a whole number", "write a whole number or give its step"
    return None


FAULTS: tuple[Callable[[PublishedFigure], Fault], ...] = (_negative_step, _negative_value, _broken_count)


def _relations(top: Entry, figure_ids: set[str]) -> tuple[PublishedRelation, ...]:
    if not top.has("relations"):
        return ()
    return tuple(_relation(entry, figure_ids) for entry in top.entries("relations", RELATION_FIELDS))


def _relation(entry: Entry, figure_ids: set[str]) -> PublishedRelation:
    says, node = entry.text("says"), entry.fields["says"]
    try:
        comparison = read_relation(says)
    except ExpressionError as error:
        problem = f"cannot be read at column {error.column} of says: {error.problem}"
        raise entry.error(problem, "correct it to a comparison such as a = 100 * b / c", node=node) from error
    for figure in figures_in(comparison):
        if figure not in figure_ids:
            raise entry.error(
                f"names the unknown figure {figure[:60]}", "use the id of a figure in this file", node=node
            )
    return PublishedRelation(entry.text("id"), says, comparison)
