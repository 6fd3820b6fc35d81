"""Planned records: plain values that an operation turns into database rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistance.rules.categories import Category
from common.names import Name
from households.rules.codes import Disaster, EliminationWay, HouseholdType, Relationship, Risk, Sex
from households.rules.conditions import SEVERE_LEVELS, Condition
from households.rules.visits import Purpose


@dataclass(frozen=True, slots=True)
class PlannedMember:
    """A fictitious person; the document number's area was never assigned, so it can be nobody's."""

    name: str
    sex: Sex
    birth_date: date
    relationship: Relationship
    document_number: str
    is_able_to_work: bool
    is_at_school: bool
    is_seriously_ill: bool
    disability_category: int | None
    disability_level: int | None
    ethnicity: str = ""
    political_status: str = ""

    @property
    def is_severely_disabled(self) -> bool:
        """Whether the disability is of level 1 or 2."""
        return self.disability_level in SEVERE_LEVELS


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """What holds of a member from the day `valid_from` on."""

    valid_from: date
    condition: Condition


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A landed measure for the household, or for one member (index into `members`); amount in yuan where it has one.

    `risk` is the one of the household's that it answers, None where it answers none.
    """

    category: Category
    item: Name
    member: int | None
    landed_on: date
    amount: Decimal | None
    risk: Risk | None = None
    responsible_unit: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlannedSurvey:
    """An income survey of the whole household over a period, in yuan."""

    period_from: date
    period_to: date
    wage: Decimal
    business: Decimal
    property: Decimal
    transfer: Decimal
    business_expense: Decimal
    claims: Decimal
    self_paid: Decimal


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit to the household: on which day, why, and what was found."""

    on: date
    purpose: Purpose
    findings: str


@dataclass(frozen=True, slots=True)
class Course:
    """The days of a case; elimination may be proposed and not yet decided."""

    reported_on: date
    verified_on: date
    reviewed_on: date
    identified_on: date
    elimination_proposed_on: date | None = None
    eliminated_on: date | None = None
    way: EliminationWay | None = None


@dataclass(frozen=True, slots=True)
class PlannedHousehold:
    """A fictitious household with its one case; `conditions` are those of each member, in the order of `members`."""

    village: str
    household_type: HouseholdType
    is_former_poor: bool
    has_no_labour: bool
    risks: tuple[Risk, ...]
    risk_remark: str
    disaster: Disaster | None
    members: tuple[PlannedMember, ...]
    reported_on: date
    verified_on: date
    reviewed_on: date
    identified_on: date
    elimination_proposed_on: date | None
    eliminated_on: date | None
    way: EliminationWay | None
    measures: tuple[PlannedMeasure, ...]
    surveys: tuple[PlannedSurvey, ...]
    phone: str
    conditions: tuple[tuple[PlannedCondition, ...], ...] = ()
    visits: tuple[PlannedVisit, ...] = ()
