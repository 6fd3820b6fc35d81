"""What an indicator counts, in words: its population condition by condition, its formula, and how it adds up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.rules.categories import CATEGORIES
from households.rules.codes import ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS
from households.workflow import IN_REGISTER, STATUSES, UNDER_MONITORING, Status
from reports.indicators import Basis, Indicator, Kind
from reports.rules.populations import Population


def unit_counted(indicator: Indicator) -> str:
    """What one unit of the figure is."""
    return {
        (Basis.HOUSEHOLD,): _("Counted are the households for which all of this holds on the day:"),
        (Basis.PERSON,): _("Counted are the persons who on the day belong to households for which all of this holds:"),
        (Basis.MEASURE,): _(
            "Counted are the measures landed on or before the day, in households for which this holds:"
        ),
    }.get(indicator.bases, _("Counted are households, and their persons, for which all of this holds on the day:"))


def conditions(population: Population) -> list[str]:
    """What a household must be to be counted, one condition a sentence."""
    said = [_status(population)]
    if population.household_type is not None:
        said.append(_("Its type is: %(type)s.") % {"type": HOUSEHOLD_TYPES[population.household_type]})
    if population.risk is not None:
        said.append(_("Among its risks is: %(risk)s.") % {"risk": RISKS[population.risk]})
    if population.has_no_labour:
        said.append(_("The whole household is without labour."))
    if population.way is not None:
        said.append(_("Its risk ended by: %(way)s.") % {"way": ELIMINATION_WAYS[population.way]})
    if population.identified_in_period:
        said.append(_("It was identified within the period, its first and last day included."))
    if population.eliminated_in_period:
        said.append(_("Its risk was eliminated within the period, the first and last day included."))
    if population.categories is not None:
        said.append(_measures(population))
    if population.at_least_measures is not None:
        said.append(
            _("At least %(number)s measures have landed, of whatever category.")
            % {"number": population.at_least_measures}
        )
    return said


def formula(indicator: Indicator) -> str:
    """How the figure is made from what is counted."""
    return {
        Kind.COUNT: _("The number of what is counted."),
        Kind.RATE: _("100 × numerator ÷ denominator, in percent; once by household and once by person."),
        Kind.AVERAGE: _("Landed measures of these households ÷ these households."),
        Kind.MINIMUM: _("The least number of landed measures that any of these households has."),
        Kind.OUTSIDE: _("Not computed yet: records of this kind are still missing."),
    }[indicator.kind]


def adding_up(indicator: Indicator) -> str:
    """How the figure of a division follows from those below it."""
    return {
        Kind.COUNT: _("It adds up: the figure of a division is the sum of those below it."),
        Kind.RATE: _(
            "Numerators and denominators add up, rates do not: that of a division is taken anew from its sums."
        ),
        Kind.AVERAGE: _("Measures and households add up, averages do not: that of a division is taken anew."),
        Kind.MINIMUM: _("It does not add up: that of a division is the least of those below it."),
        Kind.OUTSIDE: _("Not settled before its records are kept."),
    }[indicator.kind]


def of_period(indicator: Indicator) -> bool:
    """Whether the figure counts what happened in a period rather than what stood on a day."""
    return any(
        population is not None and (population.identified_in_period or population.eliminated_in_period)
        for population in (indicator.numerator, indicator.denominator)
    )


def _status(population: Population) -> str:
    if population.statuses == IN_REGISTER:
        return _("It is in the register: under monitoring, or its risk has been eliminated since.")
    if population.statuses == UNDER_MONITORING:
        return _("It is under monitoring: its risk is not eliminated, though elimination may have been proposed.")
    names = [str(STATUSES[status]) for status in Status if status in population.statuses]
    return _("Its case stands at: %(statuses)s.") % {"statuses": _(", ").join(names)}


def _measures(population: Population) -> str:
    if not population.categories:
        return _("At least one measure has landed, of whatever category.")
    names = [str(name) for category, name in CATEGORIES.items() if category in population.categories]
    return _("At least one measure has landed of: %(categories)s.") % {"categories": _(", ").join(names)}
