"""Which monitored households a figure counts, described for whoever counts them or has to satisfy the count."""

from __future__ import annotations

from dataclasses import dataclass

from assistance.rules.categories import Category
from households.rules.codes import EliminationWay, HouseholdType, Risk
from households.workflow import IN_REGISTER, Status


@dataclass(frozen=True, slots=True)
class Population:
    """Households of the register on a day, narrowed by each field that is set.

    `statuses`: what the case must be on that day; the default is the register: monitored now or risk eliminated.
    `categories`: at least one landed measure in any of these categories (any category at all where the set is empty).
    `at_least_measures`: that many landed measures or more.
    """

    statuses: frozenset[Status] = IN_REGISTER
    household_type: HouseholdType | None = None
    way: EliminationWay | None = None
    identified_in_period: bool = False
    eliminated_in_period: bool = False
    risk: Risk | None = None
    has_no_labour: bool = False
    categories: frozenset[Category] | None = None
    at_least_measures: int | None = None


REGISTER = Population()
