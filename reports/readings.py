"""What a printed figure asks of the records: an indicator on one basis or on each, or why no record can answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reports.indicators import BY_HOUSEHOLD_AND_PERSON, INDICATORS, Basis, Indicator, Kind
from reports.rules.sources import UNSTATED, PublishedFigure


class Misfit(StrEnum):
    """Why no record can answer a printed figure."""

    UNKNOWN = "unknown"  # no indicator has its id
    NOT_KEPT = "not_kept"  # the records that it counts are not kept yet
    UNIT = "unit"  # it is printed in another unit than its indicator's
    BASIS = "basis"  # the source says that something else is counted


@dataclass(frozen=True, slots=True)
class Asked:
    """The indicator of a printed figure, on the bases on which it is read; `misfit` where it cannot be read at all.

    `instead` is the indicator that counts what the source says, where there is one.
    """

    indicator: Indicator | None
    misfit: Misfit | None = None
    instead: Indicator | None = None

    @property
    def bases(self) -> tuple[Basis, ...]:
        """The bases on which the figure is read: one, both where the source leaves it open, none for a misfit."""
        return self.indicator.bases if self.indicator is not None and self.misfit is None else ()

    @property
    def is_open(self) -> bool:
        """Whether the source leaves open what is counted, and records can answer both ways."""
        return len(self.bases) > 1


def asked_of(published: PublishedFigure) -> Asked:
    """The indicator with the id of a printed figure, if it is given in the same unit and counts on the stated basis."""
    indicator = INDICATORS.get(published.id)
    if indicator is None:
        return Asked(None, Misfit.UNKNOWN)
    if not indicator.is_computable:
        return Asked(indicator, Misfit.NOT_KEPT)
    if published.unit != indicator.unit:
        return Asked(indicator, Misfit.UNIT, _counting(indicator, published.unit))
    stated = None if published.basis == UNSTATED else published.basis
    if stated is not None and stated not in indicator.bases:
        return Asked(indicator, Misfit.BASIS, _counting(indicator, stated))
    if stated is not None:
        return Asked(replace(indicator, bases=(Basis(stated),)))
    if published.basis == UNSTATED and indicator.kind is Kind.COUNT and set(indicator.bases) <= _EITHER:
        # The unit that is printed goes before the other one.
        others = tuple(basis for basis in BY_HOUSEHOLD_AND_PERSON if basis not in indicator.bases)
        return Asked(replace(indicator, bases=indicator.bases + others))
    return Asked(indicator)


_EITHER = frozenset(BY_HOUSEHOLD_AND_PERSON)


def _counting(indicator: Indicator, unit: str) -> Indicator | None:
    """The indicator that counts the same population in households or persons, whichever `unit` says."""
    if indicator.kind is not Kind.COUNT or not set(indicator.bases) <= _EITHER or unit not in _EITHER:
        return None
    same = (each for each in INDICATORS.values() if each.kind is Kind.COUNT and each.numerator == indicator.numerator)
    return next((each for each in same if each.bases == (Basis(unit),)), None)
