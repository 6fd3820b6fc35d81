"""Surveys: what was found about a household's income and its guarantees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.faults import Faults
from common.fingerprints import id_taken
from common.fitting import check_rows
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import GuaranteeCheck, Household, IncomeSurvey
from households.models.income import INCOME_COLUMNS
from households.rules.incomes import IncomeItems

ROWS_A_STATEMENT = 1000
Row = TypeVar("Row", IncomeSurvey, GuaranteeCheck)
ITEM_OF_COLUMN = {column: item for item, column in INCOME_COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Income:
    """An income survey: yuan for the whole household of `household_size` over the period, both days included."""

    household: Household
    occasion: str
    surveyed_on: date
    period_from: date
    period_to: date
    household_size: int
    items: IncomeItems
    by: User
    at: datetime
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Guarantees:
    """What was found on a day of housing, schooling, insurance and water; None is what was not looked at."""

    household: Household
    checked_on: date
    is_housing_safe: bool | None
    is_schooling_kept: bool | None
    is_everyone_insured: bool | None
    is_water_safe: bool | None
    by: User
    at: datetime
    id: UUID | None = None


def record_income(*, income: Income) -> IncomeSurvey:
    """Record one income survey; the same sent again under its key is the one that was recorded."""
    try:
        return record_incomes(incomes=[income])[0]
    except Conflict:
        return _recorded_before(_income_row(income))


@transaction.atomic
def record_incomes(*, incomes: Sequence[Income]) -> list[IncomeSurvey]:
    """Record income surveys, all or none."""
    desk, faults = access.Desk(), Faults()
    for place, each in enumerate(incomes):
        home = each.household
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            _check_income(each)
    faults.stop()
    surveys = [_income_row(each) for each in incomes]
    check_rows(surveys, ITEM_OF_COLUMN, faults)
    faults.add_repeated([each.id for each in incomes], id_taken())
    faults.stop()
    with refused_by("incomesurvey_pkey", id_taken()):
        insert_all(surveys)
    audit.write(
        audit.entry(
            action="income.recorded",
            subject=survey,
            by=each.by,
            at=each.at,
            division_code=each.household.village_id,
            changes={"household": str(each.household.pk), "net_per_capita": str(survey.net_per_capita)},
        )
        for survey, each in zip(surveys, incomes, strict=True)
    )
    return surveys


def record_guarantees(
    *,
    household: Household,
    checked_on: date,
    is_housing_safe: bool | None,
    is_schooling_kept: bool | None,
    is_everyone_insured: bool | None,
    is_water_safe: bool | None,
    by: User,
    at: datetime,
    key: UUID | None = None,
) -> GuaranteeCheck:
    """Record a check of housing, schooling, insurance and water, once under its `key`; None: was not looked at."""
    found = Guarantees(
        household, checked_on, is_housing_safe, is_schooling_kept, is_everyone_insured, is_water_safe, by, at, key
    )
    try:
        return record_all_guarantees(checks=[found])[0]
    except Conflict:
        return _recorded_before(_guarantee_row(found))


@transaction.atomic
def record_all_guarantees(*, checks: Sequence[Guarantees]) -> list[GuaranteeCheck]:
    """Record checks of guarantees, all or none."""
    desk, faults = access.Desk(), Faults()
    for place, each in enumerate(checks):
        home = each.household
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            if each.checked_on > day_of(each.at):
                raise Invalid(_("A check cannot lie in the future."), field="checked_on")
    faults.stop()
    faults.add_repeated([each.id for each in checks], id_taken())
    faults.stop()
    rows = [_guarantee_row(each) for each in checks]
    with refused_by("guaranteecheck_pkey", id_taken()):
        insert_all(rows)
    audit.write(
        audit.entry(
            action="guarantees.recorded",
            subject=row,
            by=each.by,
            at=each.at,
            division_code=each.household.village_id,
            changes={"household": str(each.household.pk), "checked_on": each.checked_on.isoformat()},
        )
        for row, each in zip(rows, checks, strict=True)
    )
    return rows


def _recorded_before(sent: Row) -> Row:
    """The row that stands under the key of `sent`, where it says the same of the same household by the same person."""
    kept: Row | None = type(sent)._default_manager.filter(pk=sent.pk, household=sent.household_id).first()
    told = [
        field.attname for field in sent._meta.concrete_fields if not field.generated and field.name != "recorded_at"
    ]
    if kept is None or any(getattr(kept, name) != getattr(sent, name) for name in told):
        raise id_taken()
    return kept


def _check_income(each: Income) -> None:
    if each.period_to < each.period_from:
        raise Invalid(_("The period ends before it begins."), field="period_to")
    if each.surveyed_on > day_of(each.at):
        raise Invalid(_("A survey cannot lie in the future."), field="surveyed_on")
    if each.household_size < 1:
        raise Invalid(_("Give the number of people in the household."), field="household_size")
    for name, amount in asdict(each.items).items():
        if not amount.is_nan() and amount < 0:
            raise Invalid(
                _("“%(name)s” is below zero. Enter spending as a positive amount.") % {"name": name}, field=name
            )


def _income_row(each: Income) -> IncomeSurvey:
    return IncomeSurvey(
        pk=each.id or new_id(),
        household=each.household,
        village_id=each.household.village_id,
        occasion=each.occasion,
        surveyed_on=each.surveyed_on,
        period_from=each.period_from,
        period_to=each.period_to,
        household_size=each.household_size,
        recorded_at=each.at,
        recorded_by=each.by,
        **{column: getattr(each.items, item) for item, column in INCOME_COLUMNS.items()},
    )


def _guarantee_row(each: Guarantees) -> GuaranteeCheck:
    return GuaranteeCheck(
        pk=each.id or new_id(),
        household=each.household,
        village_id=each.household.village_id,
        checked_on=each.checked_on,
        is_housing_safe=each.is_housing_safe,
        is_schooling_kept=each.is_schooling_kept,
        is_everyone_insured=each.is_everyone_insured,
        is_water_safe=each.is_water_safe,
        recorded_at=each.at,
        recorded_by=each.by,
    )
