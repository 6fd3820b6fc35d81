"""What the rules of data quality know of a household on a day: plain values, read once for many rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from households.rules.codes import EliminationWay, Relationship, Risk, Sex
from households.rules.conditions import Condition
from households.workflow import Status


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A member; `age` in completed years, `condition` None while nothing is recorded of health, school or work."""

    key: UUID
    relationship: Relationship
    sex: Sex
    age: int | None = None
    has_number: bool = True
    phone: str = ""
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case of the household: the open one, else the last in the register."""

    key: UUID
    status: Status
    risks: frozenset[Risk]
    has_no_labour: bool = False
    identified_on: date | None = None
    eliminated_on: date | None = None
    way: EliminationWay | None = None


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """An income survey: yuan for the household, net income per person, and the monitoring line of its day."""

    surveyed_on: date
    wage: Decimal
    business: Decimal
    transfer: Decimal
    self_paid: Decimal
    net_per_capita: Decimal
    line: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The latest check of the guarantees; None is what was not looked at."""

    checked_on: date
    is_housing_safe: bool | None = None
    is_schooling_kept: bool | None = None
    is_everyone_insured: bool | None = None
    is_water_safe: bool | None = None


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """A household on the day `on`, with the monitoring line of its village in yuan.

    `surveys` are the latest by occasion; `homes_with_phone` counts the households that give the same telephone.
    """

    key: UUID
    village: str
    on: date
    people: tuple[PersonFacts, ...] = ()
    phone: str = ""
    homes_with_phone: int = 1
    case: CaseFacts | None = None
    surveys: dict[str, SurveyFacts] | None = None
    check: CheckFacts | None = None
    line: Decimal | None = None

    @property
    def survey(self) -> SurveyFacts | None:
        """The latest survey of any occasion."""
        return max((self.surveys or {}).values(), key=lambda each: each.surveyed_on, default=None)

    def surveyed_at(self, occasion: str) -> SurveyFacts | None:
        """The latest survey of that occasion."""
        return (self.surveys or {}).get(occasion)

    @property
    def conditions(self) -> list[Condition]:
        """What is recorded of the members; of whom nothing is recorded is left out."""
        return [person.condition for person in self.people if person.condition is not None]

    @property
    def is_described(self) -> bool:
        """Whether something is recorded of every member, so that what nobody has is truly absent."""
        return bool(self.people) and all(person.condition is not None for person in self.people)

    @property
    def is_health_known(self) -> bool:
        """Whether the health of every member is recorded."""
        return self.is_described and all(condition.health for condition in self.conditions)

    @property
    def is_labour_known(self) -> bool:
        """Whether it is recorded of every member how far he or she can work."""
        return self.is_described and all(condition.labour for condition in self.conditions)

    @property
    def has_able(self) -> bool:
        """Whether somebody can work, at least in part."""
        return any(condition.is_able_to_work for condition in self.conditions)

    @property
    def has_severely_disabled(self) -> bool:
        """Whether somebody is disabled at level 1 or 2."""
        return any(condition.is_severely_disabled for condition in self.conditions)

    @property
    def has_dropout(self) -> bool:
        """Whether the latest check or a member's own record says that a child has left school too early."""
        is_found = self.check is not None and self.check.is_schooling_kept is False
        return is_found or any(condition.dropout_reason is not None for condition in self.conditions)

    @property
    def is_uninsured(self) -> bool:
        """Whether the latest check or a member's own record says that somebody has no medical insurance."""
        is_found = self.check is not None and self.check.is_everyone_insured is False
        return is_found or any(lacks_insurance(condition) for condition in self.conditions)


def lacks_insurance(condition: Condition) -> bool:
    """Whether both kinds of medical insurance are recorded as not taken; what is not recorded does not count."""
    return condition.has_resident_insurance is False and condition.has_employee_insurance is False
