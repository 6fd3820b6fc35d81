"""What a printed figure asks of the records: unit and basis have to be the indicator's."""

from fractions import Fraction

import pytest

from reports.indicators import Basis
from reports.readings import Misfit, asked_of
from reports.rules.sources import PublishedFigure

HOUSEHOLDS, PERSONS = "monitoring.total.households", "monitoring.total.persons"


def asked(code: str, unit: str, basis: str | None = None):
    return asked_of(PublishedFigure(code, Fraction(5), Fraction(0), unit, basis))


@pytest.mark.parametrize(
    ("code", "unit", "basis", "bases"),
    [
        (HOUSEHOLDS, "household", None, (Basis.HOUSEHOLD,)),
        (HOUSEHOLDS, "household", "household", (Basis.HOUSEHOLD,)),
        (PERSONS, "person", "unstated", (Basis.PERSON, Basis.HOUSEHOLD)),
        (HOUSEHOLDS, "household", "unstated", (Basis.HOUSEHOLD, Basis.PERSON)),
        ("elimination.rate", "percent", None, (Basis.HOUSEHOLD, Basis.PERSON)),
        ("elimination.rate", "percent", "unstated", (Basis.HOUSEHOLD, Basis.PERSON)),
        ("elimination.rate", "percent", "person", (Basis.PERSON,)),
        ("measures.landed", "measure", None, (Basis.MEASURE,)),
        ("measures.average_per_household", "measure", "unstated", (Basis.MEASURE,)),
    ],
)
def test_a_figure_is_read_on_the_basis_that_is_stated_and_on_each_that_is_left_open(code, unit, basis, bases):
    found = asked(code, unit, basis)
    assert (found.misfit, found.bases, found.is_open) == (None, bases, len(bases) > 1)


@pytest.mark.parametrize(
    ("code", "unit", "basis", "misfit", "instead"),
    [
        (HOUSEHOLDS, "person", None, Misfit.UNIT, PERSONS),
        ("measures.health.persons", "household", None, Misfit.UNIT, "measures.health.households"),
        (HOUSEHOLDS, "yuan", None, Misfit.UNIT, None),
        (HOUSEHOLDS, "measure", None, Misfit.UNIT, None),
        (HOUSEHOLDS, "household", "person", Misfit.BASIS, PERSONS),
        (HOUSEHOLDS, "household", "money", Misfit.BASIS, None),
        ("elimination.rate", "fraction", None, Misfit.UNIT, None),
        ("elimination.rate", "household", None, Misfit.UNIT, None),
        ("elimination.rate", "percent", "money", Misfit.BASIS, None),
        ("measures.landed", "household", None, Misfit.UNIT, None),
        ("measures.landed", "measure", "person", Misfit.BASIS, None),
        ("funds.arrived", "household", None, Misfit.NOT_KEPT, None),
        ("rainfall.days", "day", None, Misfit.UNKNOWN, None),
    ],
)
def test_a_figure_of_another_unit_or_basis_is_not_read_and_the_id_to_use_is_named(code, unit, basis, misfit, instead):
    found = asked(code, unit, basis)
    assert (found.misfit, found.bases, found.is_open) == (misfit, (), False)
    assert (found.instead.code if found.instead else None) == instead
