"""Take-overs: cases that another system identified, and perhaps eliminated, before this one was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.faults import Faults
from common.fingerprints import fingerprint, id_taken
from common.fitting import check_rows
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households.access import Desk
from households.models import Case, Household
from households.operations import cases as reporting
from households.operations import moves
from households.operations.cases import Report
from households.operations.histories import Histories, household_series
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
        names = [name for name in self.__dataclass_fields__ if name not in {"at", "id"}]
        return fingerprint({name: getattr(self, name) for name in names}) if self.id else ""


@transaction.atomic
def take_over_all(*, given: Sequence[TakeOver]) -> list[Case]:
    """Write down cases as decided elsewhere, all or none: each says so in its history, and starts no clock here."""
    desk = Desk()
    homes = [each.household for each in given]
    list(Household.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in homes]).order_by("pk"))
    earlier = moves.cases_of(household.pk for household in homes)
    series = household_series(homes, {home.pk: home.registered_on for home in homes})
    taken: list[Case] = []
    faults = Faults()
    for place, each in enumerate(given):
        home, before = each.household, earlier.setdefault(each.household.pk, [])
        with faults.of(place):
            desk.check(each.by, Permission.TAKE_OVER_CASE, home.village_id, day_of(each.at), home.pk)
            _check(each, before, series[home.pk]["persons"])
            case = _new(each, episode=len(before) + 1)
            check_rows(reporting.risk_rows(case, each.risks), {"remark": "risks"})
            taken.append(case)
            before.append(case)
    faults.stop()
    with refused_by("case_pkey", id_taken()):
        insert_all(taken)
    risks = [row for case, each in zip(taken, given, strict=True) for row in reporting.risk_rows(case, each.risks)]
    insert_all(risks)
    histories = Histories(())
    for place, (case, each) in enumerate(zip(taken, given, strict=True)):
        histories.begin(case)
        with faults.of(place):
            _tell(histories, case, each, series[each.household.pk])
    faults.stop()
    histories.close()
    return taken


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


def _new(each: TakeOver, episode: int) -> Case:
    return Case(
        pk=each.id or new_id(),
        household=each.household,
        village_id=each.household.village_id,
        episode=episode,
        household_type=each.household_type.value,
        status=(Status.ELIMINATED if each.eliminated_on else Status.MONITORED).value,
        has_no_labour=each.has_no_labour,
        reported_on=each.identified_on,
        identified_on=each.identified_on,
        eliminated_on=each.eliminated_on,
        elimination_way=each.way.value if each.way else "",
        fingerprint=each.fingerprint,
    )


def _tell(histories: Histories, case: Case, each: TakeOver, series: dict[str, Any]) -> None:
    told = {TAKEN_OVER: each.origin.strip()}
    facts = {
        "status": Status.REPORTED.value,
        "household_type": each.household_type.value,
        "has_no_labour": each.has_no_labour,
        "risks": [found.risk.value for found in each.risks],
        **series,
    }
    by, at, since = each.by, each.at, each.identified_on
    histories.add(case, EventKind.REPORTED, on=since, by=by, at=at, facts=facts, details=told)
    entered = {"status": Status.MONITORED.value}
    histories.add(case, EventKind.IDENTIFIED, on=since, by=by, at=at, facts=entered, details=told)
    if each.eliminated_on is not None and each.way is not None:
        ended = {"status": Status.ELIMINATED.value, "elimination_way": each.way.value}
        histories.add(case, EventKind.ELIMINATED, on=each.eliminated_on, by=by, at=at, facts=ended, details=told)
