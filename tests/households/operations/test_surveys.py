"""Surveys of income and checks of guarantees."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from common.refusals import Invalid, NotAllowed
from households.models import GuaranteeCheck, IncomeSurvey
from households.operations import surveys
from households.operations.surveys import Income
from households.rules.incomes import IncomeItems
from tests.cast import CHEN, LI, VILLAGE, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))
ITEMS = IncomeItems(*(Decimal(amount) for amount in ("12000.10", "8000", "300", "2400", "5000", "600", "1500.50")))


def income(world: World, **changed: object) -> Income:
    home = world.household(MARCH, persons=4)
    return replace(Income(home, "yearly", APRIL, MARCH, APRIL, 4, ITEMS, world[LI], evening(APRIL)), **changed)


def test_a_survey_keeps_every_amount_and_gives_both_per_capita_amounts(world):
    made = surveys.record_income(income=income(world))
    held = IncomeSurvey.objects.get()
    assert (held.pk, held.items, held.village_id, held.household_size) == (made.pk, ITEMS, VILLAGE, 4)
    # 12000.10 + 8000 + 300 + 2400 - 5000 = 17700.10; + 600 - 1500.50 = 16799.60; each by four
    assert (held.net_per_capita, held.reference_per_capita) == (Decimal("4425.03"), Decimal("4199.90"))
    trail = AuditEvent.objects.get(action="income.recorded")
    assert (trail.subject_id, trail.changes["net_per_capita"]) == (str(held.pk), "4425.03")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"period_to": date(2022, 2, 28)}, "period_to"),
        ({"surveyed_on": MAY}, "surveyed_on"),
        ({"household_size": 0}, "household_size"),
        ({"household_size": 32768}, "household_size"),
        ({"occasion": "never"}, "occasion"),
        ({"items": replace(ITEMS, property=Decimal("1e12"))}, "property"),
        ({"items": replace(ITEMS, wage=Decimal("0.001"))}, "wage"),
        ({"items": replace(ITEMS, wage=Decimal("NaN"))}, "wage"),
    ],
)
def test_a_survey_that_cannot_be_so_is_refused(world, changed, field):
    with pytest.raises(Invalid) as refusal:
        surveys.record_income(income=income(world, **changed))
    assert refusal.value.field == field


@pytest.mark.parametrize("name", [field.name for field in fields(IncomeItems)])
def test_no_amount_is_below_zero(world, name):
    with pytest.raises(Invalid) as refusal:
        surveys.record_income(income=income(world, items=replace(ITEMS, **{name: Decimal("-0.01")})))
    assert refusal.value.field == name


def test_surveys_are_recorded_all_or_none_by_who_may_edit_the_household(world):
    good = income(world)
    with pytest.raises(NotAllowed):
        surveys.record_incomes(incomes=[good, income(world, by=world[CHEN])])
    assert IncomeSurvey.objects.count() == 0


def check(world: World, **changed: object) -> GuaranteeCheck:
    given = {
        "household": world.household(MARCH),
        "checked_on": APRIL,
        "is_housing_safe": True,
        "is_schooling_kept": None,
        "is_everyone_insured": False,
        "is_water_safe": True,
        "by": world[LI],
        "at": evening(APRIL),
    }
    return surveys.record_guarantees(**{**given, **changed})


def test_what_was_not_looked_at_is_not_secure(world):
    check(world)
    held = GuaranteeCheck.objects.get()
    assert (held.is_housing_safe, held.is_schooling_kept, held.is_everyone_insured) == (True, None, False)
    assert AuditEvent.objects.filter(action="guarantees.recorded", subject_id=str(held.pk)).count() == 1


def test_a_check_is_not_in_the_future_and_made_by_who_may(world):
    with pytest.raises(Invalid):
        check(world, checked_on=MAY)
    with pytest.raises(NotAllowed):
        check(world, by=world[CHEN])
