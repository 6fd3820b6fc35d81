"""What pages show of a reconciliation: printed figures beside computed ones, relations with their repairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.numbers import decimals_of, fixed, grouped
from reports import explanations
from reports.indicators import BASES, INDICATORS, Basis
from reports.pages import definition_address, label_of, list_address, parameters, ratio_of, text_of, unit_of
from reports.query import Scope
from reports.reconciliation import FigureResult, Reading, Reconciliation
from reports.rules.chapters import chapter_of, title_of
from reports.rules.intervals import Interval
from reports.rules.relations import RelationResult, RelationVerdict
from reports.rules.sources import UNSTATED, PublishedFigure, Source
from reports.rules.verdicts import VerdictKind

# Each verdict: its colour in the style sheet. The text beside it says the same.
TONES: dict[str, str] = {
    VerdictKind.MATCHES: "good",
    VerdictKind.MATCHES_ONE_BASIS: "watch",
    VerdictKind.DIFFERS: "bad",
    VerdictKind.NOT_JUDGED: "open",
    VerdictKind.NOT_COMPUTABLE: "open",
    RelationVerdict.CONSISTENT: "good",
    RelationVerdict.INCONSISTENT: "bad",
}
_IDS = re.compile("|".join(re.escape(code) for code in sorted(INDICATORS, key=len, reverse=True)))
_SIGNS = {"*": "×", "/": "÷", ">=": "≥", "<=": "≤", "!=": "≠"}
_OPERATORS = re.compile("|".join(re.escape(sign) for sign in _SIGNS))


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict in words and in colour."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ComputedCell:
    """A computed value; `address` leads to its list, `badge` is None where nothing is judged."""

    basis: str
    value: str
    ratio: str
    address: str
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A printed figure beside the computed one; `definition` leads to what the figure counts.

    `badge` is the verdict on the figure as a whole, None where that of its readings says it.
    """

    id: str
    name: str
    definition: str
    published: str
    interval: str
    basis: str
    computed: tuple[ComputedCell, ...]
    badge: Badge | None
    explanation: str
    doubt: str
    differs: bool

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has to look: it differs by some basis, or what was printed is in doubt."""
        return self.differs or bool(self.doubt)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Figures of one subject, in the order of the source."""

    code: str
    title: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A relation among printed figures, with what would mend it."""

    id: str
    says: str
    sides: str
    badge: Badge
    repairs: tuple[str, ...]
    needs_attention: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A reconciliation for the reader; `address` leads to its own page."""

    title: str
    publisher: str
    published_on: date
    scope: Scope
    address: str
    figures: tuple[FigureRow, ...]
    relations: tuple[RelationRow, ...]
    tally: tuple[tuple[Badge, int], ...]
    relations_tally: tuple[tuple[Badge, int], ...]

    @property
    def differing(self) -> tuple[FigureRow, ...]:
        """The figures that differ by some basis."""
        return tuple(row for row in self.figures if row.differs)

    @property
    def contradictions(self) -> tuple[RelationRow, ...]:
        """The relations that cannot hold."""
        return tuple(row for row in self.relations if row.needs_attention)

    def chapters(self, *, only_attention: bool = False) -> tuple[Chapter, ...]:
        """The figures by subject, or only those that need attention."""
        rows = [row for row in self.figures if row.needs_attention or not only_attention]
        return tuple(
            Chapter(code, title_of(code), tuple(held)) for code, held in groupby(rows, lambda row: chapter_of(row.id))
        )


def comparison(result: Reconciliation, *, linked: bool) -> Comparison:
    """The rows of a reconciliation; `linked` where the reader may open lists."""
    source = result.source
    return Comparison(
        title=_(source.title),
        publisher=_(source.publisher),
        published_on=source.published_on,
        scope=result.scope,
        address=address_of(source, result.scope),
        figures=tuple(_figure(result, each, linked) for each in result.figures),
        relations=tuple(_relation(each) for each in result.relations),
        tally=_tally(VerdictKind, [each.kind for each in result.figures]),
        relations_tally=_tally(RelationVerdict, [each.verdict for each in result.relations]),
    )


def of_source(source: Source, scope: Scope) -> Scope:
    """The same place at the days of the source: what it printed is held against the records of its own days."""
    return replace(scope, as_of=source.as_of, period_start=source.period_start)


def address_of(source: Source, scope: Scope, **more: str) -> str:
    """The page of a source, held against the records of `scope`."""
    return f"{reverse('reconciliation', args=[source.id])}?{urlencode(parameters(scope, **more))}"


def sheet_address_of(source: Source, scope: Scope, part: str, **more: str) -> str:
    """The figures or the relations of a source as CSV."""
    return f"{reverse('reconciliation-sheet', args=[source.id, part])}?{urlencode(parameters(scope, **more))}"


def needing_attention(result: Reconciliation) -> Reconciliation:
    """What the page shows of a reconciliation where only what needs attention is asked for."""
    held = tuple(each for each in result.figures if _differs(each) or each.published.doubt)
    broken = tuple(each for each in result.relations if each.verdict is RelationVerdict.INCONSISTENT)
    return replace(result, figures=held, relations=broken)


def _tally(kinds: type[VerdictKind | RelationVerdict], verdicts: Sequence[str]) -> tuple[tuple[Badge, int], ...]:
    """How many of each verdict there are, in the order of the verdicts."""
    return tuple((badge(kind), verdicts.count(kind)) for kind in kinds if kind in verdicts)


def badge(verdict: str) -> Badge:
    """The words and the colour of a verdict."""
    words: dict[str, Callable[[], str]] = {
        VerdictKind.MATCHES: lambda: _("matches"),
        VerdictKind.MATCHES_ONE_BASIS: lambda: _("matches on one basis only"),
        VerdictKind.DIFFERS: lambda: _("differs"),
        VerdictKind.NOT_JUDGED: lambda: _("not judged"),
        VerdictKind.NOT_COMPUTABLE: lambda: _("not computable"),
        RelationVerdict.CONSISTENT: lambda: _("consistent"),
        RelationVerdict.INCONSISTENT: lambda: _("inconsistent"),
    }
    return Badge(words[verdict](), TONES[verdict])


def with_names(text: str) -> str:
    """The text with the names of indicators in place of their ids."""
    return _IDS.sub(lambda found: f"“{label_of(INDICATORS[found.group()])}”", text)


def formula(says: str) -> str:
    """A relation as people write it: names for ids, signs of arithmetic for those of the keyboard."""
    return with_names(_OPERATORS.sub(lambda found: _SIGNS[found.group()], says))


def printed(figure: PublishedFigure) -> str:
    """A printed figure as it was printed, with its unit."""
    places = decimals_of(figure.step)
    value = f"{fixed(figure.value, places)}%" if figure.unit == "percent" else grouped(figure.value, max(places, 2))
    text = " ".join(part for part in (value, unit_of(figure.unit, figure.value)) if part)
    return _("at least %(value)s") % {"value": text} if figure.at_least else text


def rounding(interval: Interval) -> str:
    """The true values that print so: ends in square brackets belong to them, ends in round ones do not."""
    if interval.is_point:
        return _("exact")
    low = "-∞" if interval.low is None else grouped(interval.low, 4)
    high = "∞" if interval.high is None else grouped(interval.high, 4)
    return f"{'(' if interval.low_open else '['}{low}, {high}{')' if interval.high_open else ']'}"


def basis_of(figure: PublishedFigure) -> str:
    """What the source says that a printed figure counts; "" where the unit says it all."""
    if figure.basis == UNSTATED:
        return _("not stated")
    return str(BASES[Basis(figure.basis)]) if figure.basis in set(Basis) else ""


def basis_name(basis: Basis | None) -> str:
    """The basis of a computed value, "" where there is none."""
    return str(BASES[basis]) if basis else ""


def _figure(result: Reconciliation, each: FigureResult, linked: bool) -> FigureRow:
    published = each.published
    return FigureRow(
        id=published.id,
        name=label_of(each.indicator) if each.indicator else published.id,
        definition=definition_address(each.indicator, result.scope) if each.indicator else "",
        published=printed(published),
        interval=rounding(published.interval),
        basis=basis_of(published),
        computed=tuple(_computed(result, each, basis, reading, linked) for basis, reading in each.readings.items()),
        badge=badge(each.kind) if each.kind is VerdictKind.MATCHES_ONE_BASIS else None,
        explanation=explanations.of_figure(each),
        doubt=_(published.doubt) if published.doubt else "",
        differs=_differs(each),
    )


def _differs(each: FigureResult) -> bool:
    return each.kind in {VerdictKind.MATCHES_ONE_BASIS, VerdictKind.DIFFERS}


def _computed(
    result: Reconciliation, each: FigureResult, basis: Basis | None, reading: Reading, linked: bool
) -> ComputedCell:
    value = reading.part.value
    unit = unit_of(each.published.unit, value) if value is not None else ""
    return ComputedCell(
        basis=str(BASES[basis]) if basis and each.is_open_in_basis else "",
        value=f"{text_of(each.published.unit, value)} {unit}".strip(),
        ratio=ratio_of(reading.part),
        address=list_address(result.scope, each.published.id) if linked and not each.asked.misfit else "",
        badge=badge(reading.verdict.kind) if reading.verdict.kind is not VerdictKind.NOT_JUDGED else None,
    )


def _relation(result: RelationResult) -> RelationRow:
    if result.verdict is RelationVerdict.NOT_COMPUTABLE:
        sides = with_names(explanations.of_relation(result))
    else:
        told = {"left": _side(result.left), "right": _side(result.right)}
        sides = _("left %(left)s, right %(right)s") % told
    return RelationRow(
        id=result.id,
        says=formula(result.says),
        sides=sides,
        badge=badge(result.verdict),
        repairs=tuple(with_names(explanations.of_repair(each)) for each in result.repairs),
        needs_attention=result.verdict is RelationVerdict.INCONSISTENT,
    )


def _side(interval: Interval) -> str:
    return grouped(interval.low) if interval.is_point else rounding(interval)
