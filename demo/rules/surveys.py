"""Income surveys of a planned household: below the line when identified, above it when the risk was eliminated."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.rules.outlines import Outline
from demo.rules.records import Course, PlannedSurvey
from households.rules.codes import HouseholdType, Risk
from households.rules.incomes import IncomeItems

_ZERO = Decimal("0.00")
# Net income per person as a share of the monitoring line: at identification, and when the risk is eliminated.
_BELOW = (0.55, 0.97)
_SUDDEN = (0.8, 1.8)
_ABOVE = (1.2, 2.2)
# What a sudden blow leaves of the line per person, after claims and self-paid spending.
_LEFT = (0.3, 0.95)
# Self-paid spending as a share of the line and size, where nothing sudden has happened.
_ORDINARY_SPENDING = (0.0, 0.1)
_ILL_SPENDING = (0.1, 0.4)


def draw_surveys(outline: Outline, course: Course, line: Decimal, rng: Random) -> tuple[PlannedSurvey, ...]:
    """One survey from before the household was reported, a second from before its elimination was proposed; in yuan."""
    first_to = _month_end_before(course.reported_on)
    surveys = [_survey(first_to, _at_identification(outline, line, rng))]
    if course.elimination_proposed_on is not None:
        second_to = _month_end_before(course.elimination_proposed_on)
        if second_to <= first_to:
            second_to = course.elimination_proposed_on - timedelta(days=1)
        surveys.append(_survey(second_to, _at_elimination(outline, line, rng)))
    return tuple(surveys)


def _at_identification(outline: Outline, line: Decimal, rng: Random) -> IncomeItems:
    whole_line = line * outline.size
    claims = self_paid = _ZERO
    if outline.household_type is HouseholdType.SUDDEN:
        net = _share(whole_line, _SUDDEN, rng)
        claims = _share(whole_line, (0.0, 0.2), rng)
        self_paid = net + claims - _share(whole_line, _LEFT, rng)
        if self_paid < 0:
            self_paid = _ZERO
            claims = _ZERO
    else:
        net = _share(whole_line, _BELOW, rng)
        self_paid = _share(whole_line, _ILL_SPENDING if Risk.ILLNESS in outline.risks else _ORDINARY_SPENDING, rng)
    return _composed(net, claims, self_paid, outline, rng)


def _at_elimination(outline: Outline, line: Decimal, rng: Random) -> IncomeItems:
    whole_line = line * outline.size
    net = _share(whole_line, _ABOVE, rng)
    # At most a tenth of the line is spent, so that the reference amount stays above it too.
    return _composed(net, _ZERO, _share(whole_line, _ORDINARY_SPENDING, rng), outline, rng)


def _composed(net: Decimal, claims: Decimal, self_paid: Decimal, outline: Outline, rng: Random) -> IncomeItems:
    """Split a net income into its sources; without labour it comes from transfers and property."""
    property_income = _share(net, (0.0, 0.06), rng)
    if outline.has_no_labour:
        return IncomeItems(_ZERO, _ZERO, property_income, net - property_income, _ZERO, claims, self_paid)
    transfer = _share(net, (0.08, 0.3), rng)
    business = _share(net, (0.1, 0.4), rng)
    expense = _share(business, (0.15, 0.4), rng)
    wage = net - property_income - transfer - business + expense
    return IncomeItems(wage, business, property_income, transfer, expense, claims, self_paid)


def _survey(period_to: date, items: IncomeItems) -> PlannedSurvey:
    following = period_to + timedelta(days=1)
    try:
        period_from = following.replace(year=following.year - 1)
    except ValueError:  # 29 February
        period_from = following.replace(year=following.year - 1, day=28)
    return PlannedSurvey(
        period_from,
        period_to,
        wage=items.wage,
        business=items.business,
        property=items.property,
        transfer=items.transfer,
        business_expense=items.business_expense,
        claims=items.claims,
        self_paid=items.self_paid,
    )


def _month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _share(amount: Decimal, bounds: tuple[float, float], rng: Random) -> Decimal:
    """Between two shares of an amount, in whole yuan."""
    share = bounds[0] + (bounds[1] - bounds[0]) * rng.random()
    return Decimal(int(float(amount) * share)).quantize(Decimal("0.01"))
