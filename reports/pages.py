"""What the pages show of figures and places: values as text, each with the address of the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.rules.categories import CATEGORIES, Category
from common.numbers import fixed, grouped
from reports.figures import Figure, Part
from reports.indicators import BASES, INDICATORS, UNITS, Basis, Indicator, Kind
from reports.query import Scope

# The headline figures in their order; each tile shows a figure by household and by person.
HEADLINES: tuple[tuple[str, ...], ...] = (
    ("monitoring.total.households", "monitoring.total.persons"),
    ("monitoring.new.households", "monitoring.new.persons"),
    ("monitoring.current.households", "monitoring.current.persons"),
    ("elimination.households", "elimination.persons"),
    ("elimination.rate",),
    ("measures.minimum_per_household",),
)
MEASURES: dict[Category, tuple[str, str]] = {
    category: (f"measures.{category.value}.households", f"measures.{category.value}.persons") for category in CATEGORIES
}
# The columns of the table by place.
PLACE_COLUMNS: tuple[str, ...] = (
    "monitoring.total.households",
    "monitoring.total.persons",
    "monitoring.new.households",
    "monitoring.current.households",
    "elimination.households",
    "elimination.persons",
    "elimination.rate",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One reading of a figure as a reader sees it; `address` leads to its list, "" where the reader may not open it.

    `number` is the value for a chart, "" where there is none; `change` says how it differs from an earlier day;
    `heading` is that of its column in the table by place.
    """

    value: str
    unit: str
    basis: str
    ratio: str
    address: str
    number: str = ""
    change: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline: a name and its readings."""

    name: str
    readings: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table by place, which a map can show; `unit` is "%" or ""."""

    code: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A division with the figures of the table by place; `address` leads to its own overview."""

    name: str
    code: str
    address: str
    cells: tuple[Shown, ...]


def overview_codes() -> list[str]:
    """The codes of all figures that the overview shows of the division itself."""
    groups = (*HEADLINES, *MEASURES.values(), PLACE_COLUMNS)
    return list(dict.fromkeys(code for group in groups for code in group))


def parameters(scope: Scope, **changes: str) -> dict[str, str]:
    """The scope as parameters of an address, so that the page behind a link reads exactly the same records."""
    held = {
        "division": scope.division,
        "as_of": scope.as_of.isoformat(),
        "period_start": scope.period_start.isoformat(),
    }
    if scope.known_at is not None:
        held["known_at"] = timezone.localtime(scope.known_at).isoformat()
    return held | changes


def overview_address(scope: Scope, division: str) -> str:
    """The overview of another division for the same days."""
    return f"{reverse('dashboard')}?{urlencode(parameters(scope, division=division))}"


def list_address(scope: Scope, code: str, **more: str) -> str:
    """The list behind the figure `code`."""
    return f"{reverse('figure', args=[code])}?{urlencode(parameters(scope, **more))}"


def definition_address(indicator: Indicator, scope: Scope) -> str:
    """The page that says what an indicator counts, for the same place and days."""
    return f"{reverse('indicator', args=[indicator.code])}?{urlencode(parameters(scope))}"


def label_of(indicator: Indicator) -> str:
    """The indicator's name, with the unit where the same thing is counted in several."""
    if indicator.unit in {Basis.HOUSEHOLD, Basis.PERSON} and indicator.kind is Kind.COUNT:
        return _("%(name)s (%(unit)s)") % {"name": indicator.name, "unit": UNITS[indicator.unit]}
    return str(indicator.name)


def unit_of(unit: str, value: Fraction | None) -> str:
    """The unit after a number, "" for percent, whose sign is part of the number."""
    number = 1 if value == 1 else 2
    counted = {
        "household": ngettext("household", "households", number),
        "person": ngettext("person", "persons", number),
        "measure": ngettext("measure", "measures", number),
        "percent": "",
    }
    return counted[unit] if unit in counted else str(UNITS[unit])


def text_of(unit: str, value: Fraction | None) -> str:
    """A value as text: percent with two decimals, anything else with no more decimals than it has."""
    if value is not None and unit == "percent":
        return f"{fixed(value)}%"
    return grouped(value)


def shown(figure: Figure, scope: Scope, *, linked: bool) -> tuple[Shown, ...]:
    """The readings of a figure; `linked` where the reader may open lists."""
    indicator = figure.indicator
    address = list_address(scope, indicator.code) if linked else ""
    return tuple(
        Shown(
            value=text_of(indicator.unit, part.value),
            unit=unit_of(indicator.unit, part.value),
            basis=str(BASES[basis]) if len(figure.parts) > 1 else "",
            ratio=ratio_of(part),
            address=address,
            number="" if part.value is None else f"{float(part.value):.6g}",
        )
        for basis, part in figure.parts.items()
    )


def ratio_of(part: Part) -> str:
    """Numerator and denominator of a quotient, "" for a count."""
    if part.numerator is None or part.denominator is None:
        return ""
    return f"{grouped(part.numerator)} / {grouped(part.denominator)}"


def headline_tiles(
    figures: Mapping[str, Figure], changes: Mapping[str, Sequence[str]], scope: Scope, *, linked: bool
) -> list[Tile]:
    """A tile for each headline; `changes` holds, for some codes, how each reading changed."""
    return [
        Tile(
            str(INDICATORS[codes[0]].name),
            tuple(
                replace(reading, change=change)
                for code in codes
                for reading, change in zip_longest(
                    shown(figures[code], scope, linked=linked), changes.get(code, ()), fillvalue=""
                )
            ),
        )
        for codes in HEADLINES
    ]


def measure_rows(figures: Mapping[str, Figure], scope: Scope, *, linked: bool) -> list[Tile]:
    """The categories of measures, that of the most households first."""
    ordered = sorted(MEASURES.items(), key=lambda each: -(figures[each[1][0]].value or 0))
    return [
        Tile(
            str(CATEGORIES[category]),
            tuple(each for code in codes for each in shown(figures[code], scope, linked=linked)),
        )
        for category, codes in ordered
    ]


def place_columns() -> list[Heading]:
    """The headings of the table by place, one a cell."""
    return [
        Heading(
            code=f"{indicator.code}.{basis.value}" if len(indicator.bases) > 1 else indicator.code,
            name=_("%(name)s, %(basis)s") % {"name": indicator.name, "basis": BASES[basis]}
            if len(indicator.bases) > 1
            else label_of(indicator),
            unit="%" if indicator.unit == "percent" else "",
        )
        for indicator in (INDICATORS[code] for code in PLACE_COLUMNS)
        for basis in indicator.bases
    ]


def place_rows(
    found: Mapping[str, Mapping[str, Figure]], names: Mapping[str, str], scope: Scope, *, linked: bool
) -> list[PlaceRow]:
    """A row for each place that is named or has a case, in the order of codes."""
    rows = []
    for code in sorted({*found, *names}):
        place = Scope(code, scope.as_of, scope.period_start, scope.known_at)
        figures = found.get(code) or {each: nothing(INDICATORS[each]) for each in PLACE_COLUMNS}
        rows.append(
            PlaceRow(names.get(code, code), code, overview_address(scope, code), cells(figures, place, linked=linked))
        )
    return rows


def cells(figures: Mapping[str, Figure], scope: Scope, *, linked: bool) -> tuple[Shown, ...]:
    """The cells of one row of the table by place."""
    held = (each for code in PLACE_COLUMNS for each in shown(figures[code], scope, linked=linked))
    return tuple(replace(each, heading=column.name) for each, column in zip(held, place_columns(), strict=True))


def nothing(indicator: Indicator) -> Figure:
    """The figure of a place that has no case."""
    value = None if indicator.kind in {Kind.RATE, Kind.AVERAGE, Kind.MINIMUM} else Fraction(0)
    return Figure(indicator, {basis: Part(value) for basis in indicator.bases})
