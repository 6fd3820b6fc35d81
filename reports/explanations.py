"""Sentences that explain a reconciliation to its reader."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from common.numbers import grouped
from reports.indicators import BASES, UNITS, Basis
from reports.readings import Asked, Misfit
from reports.reconciliation import FigureResult, Reading
from reports.rules.intervals import Interval
from reports.rules.relations import RelationResult, RelationVerdict
from reports.rules.repairs import Repair
from reports.rules.sources import PublishedFigure
from reports.rules.verdicts import VerdictKind

MOST_NAMED = 6
ENDS_PLACES = 4


def of_figure(result: FigureResult) -> str:
    """Why the figure matches, differs, or cannot be computed; a clause for each basis where the basis is open."""
    if result.asked.misfit:
        return of_misfit(result.published, result.asked)
    sentences = [_of_reading(result, basis, reading) for basis, reading in result.readings.items()]
    if result.is_open_in_basis:
        sentences.insert(0, _("The source does not say whether households or persons are counted."))
    return _(" ").join(sentences)


def of_misfit(published: PublishedFigure, asked: Asked) -> str:
    """Why no record can answer a printed figure, and what to correct in the source."""
    indicator = asked.indicator
    if indicator is None:
        return _("No indicator with this id is declared; see the list of indicators.")
    if asked.misfit is Misfit.NOT_KEPT:
        return _("Not computable yet: no records of %(kind)s are kept.") % {"kind": indicator.needs}
    if asked.misfit is Misfit.UNIT:
        told = {"unit": UNITS.get(published.unit, published.unit), "wanted": UNITS[indicator.unit]}
        trouble = _("The source prints this in %(unit)s, but the indicator with this id is given in %(wanted)s.") % told
    else:
        wanted = " / ".join(str(BASES[basis]) for basis in indicator.bases)
        told = {"basis": published.basis, "wanted": wanted}
        trouble = _("The source says that the basis is “%(basis)s”, but this id is counted %(wanted)s.") % told
    remedy = _("Correct the source, or give the figure the id of an indicator that counts what is printed.")
    if asked.instead is not None:
        remedy = _("Give it the id %(id)s, with unit and basis to match.") % {"id": asked.instead.code}
    return trouble + _(" ") + remedy


def of_relation(result: RelationResult) -> str:
    """Why the printed figures agree or cannot all be true, and what would mend them."""
    sides = {"left": range_text(result.left), "right": range_text(result.right)}
    if result.verdict is RelationVerdict.NOT_COMPUTABLE:
        return _("Not printed: %(missing)s.") % {"missing": _(", ").join(result.missing)}
    if result.verdict is RelationVerdict.CONSISTENT:
        return _("Can hold: left %(left)s, right %(right)s.") % sides
    mends = [of_repair(repair) for repair in result.repairs]
    refusal = _("Cannot hold: left %(left)s, right %(right)s.") % sides
    if result.divides_by_zero:
        refusal = _("Cannot hold: a divisor is exactly 0.")
    if not mends:
        return refusal + _(" ") + _("No single figure would mend it.")
    return refusal + _(" ") + _("It would hold with %(mends)s.") % {"mends": _("; or ").join(mends)}


def of_repair(repair: Repair) -> str:
    """One figure and the values that would mend the relation; of many, their ends and the nearest."""
    listed = repair.integers or repair.printed
    if listed and len(listed) <= MOST_NAMED:
        return f"{repair.figure} = {_(', ').join(grouped(value, ENDS_PLACES) for value in listed)}"
    stretch = Interval(repair.low, repair.high, repair.low_open, repair.high_open)
    if listed:
        stretch = Interval(Fraction(listed[0]), Fraction(listed[-1]))
    values = _bounds(repair, stretch)
    if repair.nearest in {stretch.low, stretch.high} and None in {stretch.high, _own_low(repair, stretch)}:
        return values
    return _("%(values)s, nearest %(nearest)s") % {"values": values, "nearest": grouped(repair.nearest, ENDS_PLACES)}


def _bounds(repair: Repair, stretch: Interval) -> str:
    """A figure within a stretch of values, by its one end where the other says nothing."""
    told = {
        "figure": repair.figure,
        "low": grouped(stretch.low, ENDS_PLACES),
        "high": grouped(stretch.high, ENDS_PLACES),
        "range": range_text(stretch),
    }
    if stretch.is_point:
        return f"{repair.figure} = {told['low']}"
    if stretch.high is None:
        return (_("%(figure)s more than %(low)s") if stretch.low_open else _("%(figure)s at least %(low)s")) % told
    if _own_low(repair, stretch) is None:
        return (_("%(figure)s less than %(high)s") if stretch.high_open else _("%(figure)s at most %(high)s")) % told
    return _("%(figure)s in %(range)s") % told


def _own_low(repair: Repair, stretch: Interval) -> Fraction | None:
    """The lower end of a stretch, None where it is only where all values of the figure begin."""
    return None if stretch.low == repair.domain.low and not stretch.low_open else stretch.low


def range_text(interval: Interval) -> str:
    """An interval in words of mathematics: a number, or its ends."""
    if interval.is_point and interval.low is not None:
        return grouped(interval.low)
    low = "-∞" if interval.low is None else grouped(interval.low, ENDS_PLACES)
    high = "∞" if interval.high is None else grouped(interval.high, ENDS_PLACES)
    return f"{'(' if interval.low_open else '['}{low}, {high}{')' if interval.high_open else ']'}"


def _of_reading(result: FigureResult, basis: Basis | None, reading: Reading) -> str:
    part, verdict = reading.part, reading.verdict
    if part.value is None:
        return _("There is no household to compute it from.")
    told = {
        "basis": BASES[basis] if basis else "",
        "computed": _computed(part.value, part.numerator, part.denominator),
        "printed": printed(result.published),
        "difference": signed(verdict.difference or Fraction(0)),
    }
    if verdict.kind is VerdictKind.NOT_JUDGED:
        if result.is_open_in_basis:
            return _("Counted %(basis)s the records of this division give %(computed)s.") % told
        return _("The records of this division give %(computed)s.") % told
    if result.is_open_in_basis:
        if verdict.kind is VerdictKind.MATCHES:
            return _("Counted %(basis)s the records give %(computed)s, which prints as %(printed)s.") % told
        return (
            _("Counted %(basis)s the records give %(computed)s, which does not print as %(printed)s (%(difference)s).")
            % told
        )
    if verdict.kind is VerdictKind.MATCHES:
        return _("The records give %(computed)s, as printed: %(printed)s.") % told
    return _("The records give %(computed)s, the source prints %(printed)s (%(difference)s).") % told


def _computed(value: Fraction, numerator: int | None, denominator: int | None) -> str:
    if numerator is None or denominator is None:
        return grouped(value)
    return f"{grouped(numerator)} / {grouped(denominator)} = {grouped(value)}"


def printed(published: PublishedFigure) -> str:
    """A printed figure as text, with "at least" where the source says so."""
    text = grouped(published.value, places=6)
    return _("at least %(value)s") % {"value": text} if published.at_least else text


def signed(value: Fraction) -> str:
    """A difference with its sign."""
    text = grouped(value)
    return text if value < 0 else f"+{text}"
