"""Take-overs: cases that another system identified, and perhaps eliminated, before this one was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.fingerprints import said_under_key
from common.refusals import Conflict, Invalid
from households.models import Case, Household
from households.operations import cases as reporting
from households.operations import openings
from households.operations.cases import Report
from households.operations.histories import Histories
from households.operations.openings import Manner
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, HouseholdType
from households.rules.history import EventKind
from households.rules.procedure import TAKEN_OVER
from households.workflow import IN_REGISTER, Status


@dataclass(frozen=True, slots=True)
class TakeOver:
    """`household` was identified on that day by the procedure of the system that `origin` names, not by this one."""

    household: Household
    household_type: HouseholdType
    risks: tuple[RiskFound, ...]
    identified_on: date
    origin: str
    by: User
    at: datetime
    has_no_labour: bool = False
    eliminated_on: date | None = None
    way: EliminationWay | None = None
    id: UUID | None = None

    @property
    def fingerprint(self) -> str:
        """What is said, in short; nothing where no key was chosen to say it again under."""
        return said_under_key(self)


@transaction.atomic
def take_over_all(*, given: Sequence[TakeOver]) -> list[Case]:
    """Write down cases as decided elsewhere, all or none: each says so in its history, and starts no clock here."""
    return openings.open_all(given=given, manner=TAKEN)


def _check(each: TakeOver, earlier: Sequence[Case], persons: Sequence[Sequence[Any]]) -> None:
    if not each.origin.strip():
        raise Invalid(_("Name the system or list from which the case is taken over."), field="origin")
    if any(Status(row.status) in IN_REGISTER for row in earlier):
        raise Conflict(_("The household is in the register already. Go on with that case."), code="case_open")
    if (each.eliminated_on is None) != (each.way is None):
        raise Invalid(_("Give both the day of the elimination and its way, or neither."), field="eliminated_on")
    if each.eliminated_on is not None and each.eliminated_on < each.identified_on:
        raise Invalid(_("A risk cannot be eliminated before it was identified."), field="eliminated_on")
    clue = Report(
        each.household, each.household_type, each.risks, each.identified_on, each.by, each.at, each.has_no_labour
    )
    reporting.check_report(clue, earlier, persons)


def _columns(each: TakeOver) -> dict[str, Any]:
    return {
        "status": (Status.ELIMINATED if each.eliminated_on else Status.MONITORED).value,
        "reported_on": each.identified_on,
        "identified_on": each.identified_on,
        "eliminated_on": each.eliminated_on,
        "elimination_way": each.way.value if each.way else "",
    }


def _tell(histories: Histories, case: Case, each: TakeOver, facts: Mapping[str, Any]) -> None:
    told = {TAKEN_OVER: each.origin.strip()}
    by, at, since = each.by, each.at, each.identified_on
    histories.add(case, EventKind.REPORTED, on=since, by=by, at=at, facts=dict(facts), details=told)
    entered = {"status": Status.MONITORED.value}
    histories.add(case, EventKind.IDENTIFIED, on=since, by=by, at=at, facts=entered, details=told)
    if each.eliminated_on is not None and each.way is not None:
        ended = {"status": Status.ELIMINATED.value, "elimination_way": each.way.value}
        histories.add(case, EventKind.ELIMINATED, on=each.eliminated_on, by=by, at=at, facts=ended, details=told)


TAKEN = Manner(Permission.TAKE_OVER_CASE, _check, _columns, _tell)
