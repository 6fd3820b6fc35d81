"""Relocations: a household moves to another village, and what is recorded of it follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Invalid
from common.versions import check_version
from households import access
from households.models import (
    Assignment,
    Case,
    CaseEvent,
    Clue,
    Conflict,
    Deadline,
    DeadlinePause,
    Escalation,
    Finding,
    GateWaiver,
    GuaranteeCheck,
    Household,
    HouseholdMove,
    IncomeSurvey,
    RiskFinding,
    Visit,
    VisitPhoto,
)
from households.operations.corrections import note_household_moved
from households.operations.existence import check_exists
from households.operations.households import village_in_force

# Where the village of each row is the one in which the household lives now, and how the row leads to the household.
# Spans alone keep the village of their days: past figures are counted from them.
FOLLOWING: Mapping[type[Model], str] = {
    Assignment: "household",
    Case: "household",
    CaseEvent: "case__household",
    Clue: "household",
    Conflict: "household",
    Deadline: "case__household",
    DeadlinePause: "deadline__case__household",
    Escalation: "deadline__case__household",
    Finding: "household",
    GateWaiver: "case__household",
    GuaranteeCheck: "household",
    IncomeSurvey: "household",
    RiskFinding: "case__household",
    Visit: "household",
    VisitPhoto: "visit__household",
}


@transaction.atomic
def relocate(
    *,
    household: Household,
    village: str,
    address: str,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> HouseholdMove:
    """From that day on the household lives in the village with that code; figures count it there from then on.

    Part of assistance.operations.relocations.relocate, which takes the household's plans and measures along.
    """
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    place = village_in_force(village, day_of(at))
    for code in (household.village_id, place.code):
        access.check(by, Permission.CHANGE_HOUSEHOLD, code, day_of(at))
    check_version(household, expected_version)
    check_exists(household)
    _check(household, place.code, on, at)
    move = HouseholdMove.objects.create(
        household=household,
        from_village_id=household.village_id,
        to_village=place,
        from_address=household.address,
        moved_on=on,
        recorded_at=at,
        recorded_by=by,
    )
    household.village, household.address = place, address.strip()
    household.version += 1
    check_rows([household])
    household.save(update_fields=("village", "address", "version"))
    take_along(household, FOLLOWING)
    note_household_moved(household=household, on=on, by=by, at=at)
    told = {"on": on.isoformat(), "from": move.from_village_id, "to": move.to_village_id}
    audit.write(
        audit.entry(action="household.moved", subject=household, by=by, at=at, division_code=code, changes=told)
        for code in (move.from_village_id, move.to_village_id)
    )
    return move


def take_along(household: Household, following: Mapping[type[Model], str]) -> None:
    """Rows of these models that lead to the household carry its village; part of the operation that moved it."""
    for model, path in following.items():
        model._base_manager.filter(**{path: household}).update(village=household.village_id)


def _check(household: Household, village: str, on: date, at: datetime) -> None:
    if household.village_id == village:
        raise Invalid(_("The household lives in this village already."), field="village")
    last = household.moves.order_by("moved_on").last()
    since = last.moved_on if last is not None else household.registered_on
    if not since < on <= day_of(at):
        raise Invalid(_("Give a day after %(day)s and not in the future.") % {"day": since}, field="on")
