"""Taking what was found at households: incomes, guarantees and visits, each of which is added and never changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.db.models import Model

from common.fingerprints import id_taken
from common.ids import new_id
from exchange.operations.bench import Bench, Decision, Made, New, Same, Taker, decided, differing, said_otherwise
from exchange.rules.outcomes import Item
from households.models import GuaranteeCheck, Household, IncomeSurvey, Visit
from households.models.income import INCOME_COLUMNS
from households.operations import surveys, visits
from households.operations.surveys import Guarantees, Income
from households.operations.visits import Logged, Submission
from households.rules.incomes import IncomeItems

GUARANTEES_SEEN = ("is_housing_safe", "is_schooling_kept", "is_everyone_insured", "is_water_safe")
Make = Callable[[Item, Household, Bench], Any]


def _added(
    model: type[Model],
    make: Make,
    told: Callable[[Any], Hashable],
    said: Callable[[Item], Hashable],
    beside: Collection[str] = (),
) -> Any:
    """How items of a kind are judged of which rows are only added: what says the same of a household is there already.

    `told` is what a row says, `said` what an item says; what stands `beside` has to be the same under the same key.
    """

    def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
        keyed = bench.named_by(items, model)
        rows: Iterable[Any] = model._base_manager.filter(household__in=bench.homes_of(items).keys())
        there = {(row.household_id, told(row)): row for row in rows}

        def one(item: Item) -> Decision:
            home = bench.home(item)
            key = bench.key_of(item)
            found: Any = keyed.get(key) if key else there.get((home.pk, said(item)))
            if found is None:
                return New(make(item, home, bench))
            if (found.household_id, told(found)) != (home.pk, said(item)):
                raise id_taken()
            if otherwise := differing(found, item.values, beside):
                raise id_taken() if item.values.get("id") else said_otherwise(next(iter(otherwise)))
            return Same(Made(found.pk, 1, home.pk))

        return [decided(one)(each) for each in items]

    return decide


def _amounts(values: Any) -> IncomeItems:
    return IncomeItems(**{each.name: values.get(each.name, Decimal(0)) for each in fields(IncomeItems)})


def _income(item: Item, home: Household, bench: Bench) -> Income:
    values = item.values
    days = (values["surveyed_on"], values["period_from"], values["period_to"])
    size = values["household_size"]
    return Income(home, values["occasion"], *days, size, _amounts(values), bench.by, bench.at, id=values.get("id"))


def _income_told(row: IncomeSurvey) -> Hashable:
    amounts = tuple(getattr(row, column) for column in INCOME_COLUMNS.values())
    return row.occasion, row.surveyed_on, row.period_from, row.period_to, row.household_size, amounts


def _income_said(item: Item) -> Hashable:
    values = item.values
    amounts = tuple(getattr(_amounts(values), name) for name in INCOME_COLUMNS)
    days = (values["surveyed_on"], values["period_from"], values["period_to"])
    return values["occasion"], *days, values["household_size"], amounts


def _record_incomes(given: Sequence[Income]) -> list[Made]:
    return [Made(row.pk, 1, row.household_id) for row in surveys.record_incomes(incomes=given)]


def _guarantees(item: Item, home: Household, bench: Bench) -> Guarantees:
    seen = {name: item.values.get(name) for name in GUARANTEES_SEEN}
    return Guarantees(home, item.values["checked_on"], **seen, by=bench.by, at=bench.at, id=item.values.get("id"))


def _guarantees_told(row: GuaranteeCheck) -> Hashable:
    return row.checked_on, tuple(getattr(row, name) for name in GUARANTEES_SEEN)


def _guarantees_said(item: Item) -> Hashable:
    return item.values["checked_on"], tuple(item.values.get(name) for name in GUARANTEES_SEEN)


def _record_guarantees(given: Sequence[Guarantees]) -> list[Made]:
    return [Made(row.pk, 1, row.household_id) for row in surveys.record_all_guarantees(checks=given)]


def _visit(item: Item, home: Household, bench: Bench) -> Logged:
    names = ("findings", "next_visit_on", "signed_name")
    told = {name: item.values[name] for name in names if name in item.values}
    key = item.values.get("id") or new_id()
    return Logged(Submission(key, home, item.values["purpose"], item.values["happened_at"], **told), bench.by, bench.at)


def _visit_told(row: Visit) -> Hashable:
    return row.happened_at, row.purpose, row.findings


def _visit_said(item: Item) -> Hashable:
    return item.values["happened_at"], item.values["purpose"].value, item.values.get("findings", "")


def _log_visits(given: Sequence[Logged]) -> list[Made]:
    return [Made(row.pk, 1, row.household_id) for row in visits.log_all(logs=given)]


OF_INCOME = {column: name for name, column in INCOME_COLUMNS.items()}
INCOMES = Taker(_added(IncomeSurvey, _income, _income_told, _income_said), _record_incomes, columns=OF_INCOME)
GUARANTEES = Taker(_added(GuaranteeCheck, _guarantees, _guarantees_told, _guarantees_said), _record_guarantees)
VISITS_BESIDE = ("next_visit_on", "signed_name")
VISITS = Taker(_added(Visit, _visit, _visit_told, _visit_said, VISITS_BESIDE), _log_visits)
