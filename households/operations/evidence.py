"""What a step of a procedure rests on: surveys and checks on file, who is responsible, how long a notice hangs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from common.refusals import Conflict
from households.models import Assignment, GuaranteeCheck, IncomeSurvey
from households.operations.standards import Book
from households.rules.standards import Kind


@dataclass(slots=True)
class OnFile:
    """The last days of the periods that a household's income surveys cover, and the days of its guarantee checks."""

    incomes: list[date] = field(default_factory=list)
    guarantees: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Responsible:
    """A person responsible for a household, from the one day until the day before the other."""

    user: UUID
    starts_on: date
    ends_on: date | None

    def holds(self, on: date) -> bool:
        """Whether the person is responsible on that day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


# Incomes are those of the twelve months before the recognition starts (DOMAIN §1.3).
OLDEST = timedelta(days=366)
NOTICE = "notice"


def on_file(households: Iterable[UUID]) -> dict[UUID, OnFile]:
    """What is on file for each household; two queries, however many households."""
    found: dict[UUID, OnFile] = defaultdict(OnFile)
    keys = list(households)
    for key, day in IncomeSurvey.objects.filter(household__in=keys).values_list("household_id", "period_to"):
        found[key].incomes.append(day)
    for key, day in GuaranteeCheck.objects.filter(household__in=keys).values_list("household_id", "checked_on"):
        found[key].guarantees.append(day)
    return found


def check_on_file(held: OnFile | None, on: date) -> None:
    """Conflict where no income survey or no guarantee check of the twelve months before that day is on file."""
    held = held or OnFile()
    if not any(on - OLDEST <= day <= on for day in held.incomes):
        raise Conflict(
            _("No income survey of the last twelve months is on file. Record one before the household is verified."),
            code="income_missing",
        )
    if not any(on - OLDEST <= day <= on for day in held.guarantees):
        raise Conflict(
            _("No check of housing, schooling, insurance and water of the last twelve months is on file. Record one."),
            code="guarantees_missing",
        )


def responsible_for(households: Iterable[UUID]) -> dict[UUID, list[Responsible]]:
    """Who was, is or will be responsible for each household; one query."""
    found: dict[UUID, list[Responsible]] = defaultdict(list)
    rows = Assignment.objects.filter(household__in=list(households))
    for key, *rest in rows.values_list("household_id", "user_id", "starts_on", "ends_on"):
        found[key].append(Responsible(*rest))
    return found


def notice_days(villages: Iterable[str], on: date) -> dict[str, int]:
    """For how many days a public notice has to hang in each village, by the standard in force; one query."""
    book = Book(Kind.CLOCK)
    held = {village: book.in_force(Kind.CLOCK, village, on)[NOTICE].value for village in set(villages)}
    return {village: value["length"] if value["is_on"] else 0 for village, value in held.items()}
