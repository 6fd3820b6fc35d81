"""Putting a case's history right without losing what was known before: corrected days, changed type or risks, changed households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.refusals import Conflict, Invalid, NotFound
from common.versions import check_version
from households import access
from households.models import Case, CaseEvent, CaseRisk, Household
from households.operations.cases import risk_rows
from households.operations.histories import Histories, household_series
from households.rules.admission import RiskFound, fault_of_risks, fault_of_type
from households.rules.codes import HouseholdType
from households.rules.history import EVENT_OF_TRANSITION, EventKind
from households.workflow import IN_REGISTER, OPEN, Status

# The day in the case that each kind of event sets.
DAY_SET_BY = {
    EventKind.REPORTED: "reported_on",
    EventKind.IDENTIFIED: "identified_on",
    EventKind.ELIMINATED: "eliminated_on",
}
TRANSITION_KINDS = frozenset({EventKind.REPORTED, *EVENT_OF_TRANSITION.values()})


@transaction.atomic
def correct_day(
    *, event: CaseEvent, on: date, reason: str, by: User, at: datetime, expected_version: int | None
) -> Case:
    """The event happened on another day than was written down; the days before and after it bound the new one."""
    histories = Histories([event.case])
    case = histories.cases[event.case_id]
    access.check(by, Permission.CORRECT_CASE, case.village_id, on)
    check_version(case, expected_version)
    if not reason.strip():
        raise Invalid(_("Give the reason of the correction."), field="reason")
    if event.kind not in TRANSITION_KINDS:
        raise Conflict(_("Only the day of a step of the procedure can be corrected."))
    _check_bounds(event, on, histories.events[case.pk])
    attribute = DAY_SET_BY.get(EventKind(event.kind))
    if attribute and getattr(case, attribute) is not None:
        setattr(case, attribute, on)
    case.version += 1
    details = {"reason": reason, "was": event.occurred_on.isoformat()}
    histories.add(case, EventKind.CORRECTED, on=on, by=by, at=at, facts={}, details=details, corrects=event)
    histories.close()
    return case


@transaction.atomic
def reclassify(
    *,
    case: Case,
    household_type: HouseholdType,
    risks: Sequence[RiskFound],
    has_no_labour: bool,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Case:
    """From that day on the case is of this type, with these risks."""
    histories = Histories([case])
    case = histories.cases[case.pk]
    access.check(by, Permission.REVIEW_CASE, case.village_id, on)
    check_version(case, expected_version)
    if Status(case.status) not in OPEN:
        raise Conflict(_("The case is closed; its type and risks stay as they were."), code="wrong_state")
    if on < case.reported_on:
        raise Invalid(_("The case was reported on %(day)s; give a later day.") % {"day": case.reported_on}, field="on")
    if fault := fault_of_type(household_type, case.household.is_former_poor):
        raise Invalid(fault, field="household_type")
    if fault := fault_of_risks(risks):
        raise Invalid(fault, field="risks")
    case.household_type, case.has_no_labour = household_type.value, has_no_labour
    case.version += 1
    CaseRisk.objects.filter(case=case).delete()
    CaseRisk.objects.bulk_create(risk_rows(case, risks))
    facts = {
        "household_type": household_type.value,
        "has_no_labour": has_no_labour,
        "risks": [found.risk.value for found in risks],
    }
    histories.add(case, EventKind.RECLASSIFIED, on=on, by=by, at=at, facts=facts)
    histories.close()
    return case


def note_household_change(*, households: Iterable[Household], on: date, by: User, at: datetime) -> None:
    """Tell the cases of these households that members or village changed; part of the operation that changed them."""
    households = list(households)
    cases = Case.objects.filter(household__in=[household.pk for household in households])
    counted = cases.filter(status__in=[status.value for status in OPEN | IN_REGISTER])
    histories = Histories(counted)
    series = household_series(households, {household.pk: household.registered_on for household in households})
    for case in histories.cases.values():
        case.version += 1
        histories.add(case, EventKind.HOUSEHOLD_CHANGED, on=on, by=by, at=at, facts=series[case.household_id])
    histories.close()


def note_household_removed(*, household: Household, reason: str, on: date, by: User, at: datetime) -> None:
    """Take the household's cases out of every figure from now on; what was known before stays readable."""
    histories = Histories(Case.objects.filter(household=household))
    for case in histories.cases.values():
        case.version += 1
        if Status(case.status) in OPEN:
            case.status = Status.REFUSED.value
        histories.add(case, EventKind.REMOVED, on=on, by=by, at=at, facts={}, details={"reason": reason})
    histories.close()


def _check_bounds(event: CaseEvent, on: date, history: Sequence[CaseEvent]) -> None:
    days = {row.pk: row.occurred_on for row in history if row.kind in TRANSITION_KINDS}
    for row in history:
        if row.corrects_id is not None:
            days[row.corrects_id] = row.occurred_on
    if event.pk not in days:
        raise NotFound(_("The event is not one of this case."))
    order = list(days)
    position = order.index(event.pk)
    earliest = days[order[position - 1]] if position else None
    latest = days[order[position + 1]] if position + 1 < len(order) else None
    if (earliest and on < earliest) or (latest and on > latest):
        raise Invalid(
            _("The day must lie between the step before (%(earliest)s) and the step after (%(latest)s).")
            % {"earliest": earliest or "…", "latest": latest or "…"},
            field="on",
        )
