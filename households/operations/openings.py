"""Opening cases, as a clue opens one here or as another system decided: many at once, all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from accounts.models import User
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.faults import Faults
from common.fingerprints import id_taken
from common.fitting import check_rows
from common.ids import new_id
from common.moments import day_of
from households.access import Desk
from households.models import Case, CaseRisk, Household
from households.operations import moves
from households.operations.histories import Histories, household_series
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType
from households.workflow import Status

Persons = Sequence[Sequence[Any]]


class Opening(Protocol):
    """What opens a case of a household: of which type it is, with which risks, and who says so."""

    @property
    def household(self) -> Household: ...
    @property
    def household_type(self) -> HouseholdType: ...
    @property
    def risks(self) -> Sequence[RiskFound]: ...
    @property
    def has_no_labour(self) -> bool: ...
    @property
    def by(self) -> User: ...
    @property
    def at(self) -> datetime: ...
    @property
    def id(self) -> UUID | None: ...
    @property
    def fingerprint(self) -> str: ...


Given = TypeVar("Given", bound=Opening)


@dataclass(frozen=True, slots=True)
class Manner(Generic[Given]):
    """How cases are opened: who may, what is refused, what their rows say beside, and how their histories begin."""

    permission: Permission
    check: Callable[[Given, Sequence[Case], Persons], None]
    columns: Callable[[Given], dict[str, Any]]
    tell: Callable[[Histories, Case, Given, Mapping[str, Any]], None]


def open_all(*, given: Sequence[Given], manner: Manner[Given]) -> list[Case]:
    """The cases of these openings, written with their risks and the beginnings of their histories."""
    desk = Desk()
    homes = [each.household for each in given]
    # Locked in the order of keys, so that two openings for one household wait for each other and never deadlock.
    list(Household.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in homes]).order_by("pk"))
    earlier = moves.cases_of(household.pk for household in homes)
    series = household_series(homes, {household.pk: household.registered_on for household in homes})
    cases: list[Case] = []
    faults = Faults()
    for place, each in enumerate(given):
        home, before = each.household, earlier.setdefault(each.household.pk, [])
        with faults.of(place):
            desk.check(each.by, manner.permission, home.village_id, day_of(each.at), home.pk)
            manner.check(each, before, series[home.pk]["persons"])
            case = _case(each, len(before) + 1, manner.columns(each))
            check_rows(risk_rows(case, each.risks), {"remark": "risks"})
            cases.append(case)
            before.append(case)
    faults.stop()
    with refused_by("case_pkey", id_taken()):
        insert_all(cases)
    insert_all([row for case, each in zip(cases, given, strict=True) for row in risk_rows(case, each.risks)])
    histories = Histories(())
    for place, (case, each) in enumerate(zip(cases, given, strict=True)):
        histories.begin(case)
        with faults.of(place):
            manner.tell(histories, case, each, _facts(each) | series[each.household.pk])
    faults.stop()
    histories.close()
    return cases


def risk_rows(case: Case, risks: Sequence[RiskFound]) -> list[CaseRisk]:
    """The rows of these risks, not yet written."""
    return [
        CaseRisk(
            case=case,
            position=position,
            risk=found.risk.value,
            disaster=found.disaster.value if found.disaster else "",
            remark=found.remark,
        )
        for position, found in enumerate(risks, start=1)
    ]


def _case(each: Opening, episode: int, columns: Mapping[str, Any]) -> Case:
    return Case(
        pk=each.id or new_id(),
        household=each.household,
        village_id=each.household.village_id,
        episode=episode,
        household_type=each.household_type.value,
        has_no_labour=each.has_no_labour,
        fingerprint=each.fingerprint,
        **columns,
    )


def _facts(each: Opening) -> dict[str, Any]:
    """What holds of a case from its clue on."""
    return {
        "status": Status.REPORTED.value,
        "household_type": each.household_type.value,
        "has_no_labour": each.has_no_labour,
        "risks": [found.risk.value for found in each.risks],
    }
