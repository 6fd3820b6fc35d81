"""Putting a case's history right without losing what was known before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.bulk import insert_all
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotFound
from common.versions import check_version
from households import access
from households.models import Case, CaseEvent, CaseRisk, Household
from households.operations.histories import Histories, days_of_steps, household_series
from households.operations.openings import risk_rows
from households.rules.admission import RiskFound, fault_of_risks, fault_of_type
from households.rules.changes import HOW_ENDED, HowEnded
from households.rules.codes import HouseholdType
from households.rules.history import CORRECTABLE, OF_HOUSEHOLD, EventKind
from households.workflow import ENDS_WITH_HOUSEHOLD, IN_REGISTER, OPEN, Status

# Cases that count what members a household has: in figures of today or of days past.
COUNTED = OPEN | IN_REGISTER | {Status.SUPERSEDED, Status.ENDED}
# The day in the case that each kind of event sets.
DAY_SET_BY = {
    EventKind.REPORTED: "reported_on",
    EventKind.IDENTIFIED: "identified_on",
    EventKind.ELIMINATED: "eliminated_on",
}


@transaction.atomic
def correct_day(
    *, event: CaseEvent, on: date, reason: str, by: User, at: datetime, expected_version: int | None
) -> Case:
    """The event happened on another day than was written down; the days before and after it bound the new one."""
    histories = Histories(Case.objects.filter(household__cases=event.case_id))
    case = histories.cases[event.case_id]
    access.check(by, Permission.CORRECT_CASE, case.village_id, day_of(at))
    check_version(case, expected_version)
    if not reason.strip():
        raise Invalid(_("Give the reason of the correction."), field="reason")
    _check_correctable(event, case)
    if event.kind == EventKind.IDENTIFIED and (ended := _episode_before(case, histories)) is not None:
        # The episode before ended on the day on which this one entered the register.
        last = next(row for row in histories.events[ended.pk] if row.kind == EventKind.SUPERSEDED)
        _move_day(histories, last, on, reason, by, at)
    _move_day(histories, event, on, reason, by, at)
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
    access.check(by, Permission.REVIEW_CASE, case.village_id, day_of(at))
    check_version(case, expected_version)
    if Status(case.status) not in OPEN:
        raise Conflict(_("The case is closed; its type and risks stay as they were."), code="wrong_state")
    changed = [row.occurred_on for row in histories.events[case.pk] if row.kind == EventKind.RECLASSIFIED]
    since = max([case.reported_on, *changed])
    if on < since:
        raise Invalid(
            _("The case has been of its present type since %(day)s; give a later day.") % {"day": since}, field="on"
        )
    if fault := fault_of_type(household_type, case.household.is_former_poor):
        raise Invalid(fault, field="household_type")
    if fault := fault_of_risks(risks):
        raise Invalid(fault, field="risks")
    case.household_type, case.has_no_labour = household_type.value, has_no_labour
    case.version += 1
    found = risk_rows(case, risks)
    check_rows(found, {"remark": "risks"})
    CaseRisk.objects.filter(case=case).delete()
    insert_all(found)
    facts = {
        "household_type": household_type.value,
        "has_no_labour": has_no_labour,
        "risks": [found.risk.value for found in risks],
    }
    histories.add(case, EventKind.RECLASSIFIED, on=on, by=by, at=at, facts=facts)
    histories.close()
    return case


def note_household_change(*, households: Iterable[Household], on: date, by: User, at: datetime) -> None:
    """Tell the cases of these households that members changed; part of the operation that changed them."""
    _tell(households, COUNTED, on, by, at)


def note_household_moved(*, household: Household, on: date, by: User, at: datetime) -> None:
    """Tell all cases of the household, refused ones too, in which village it lives now."""
    _tell([household], frozenset(Status), on, by, at)


def note_household_ended(*, household: Household, how: HowEnded, on: date, by: User, at: datetime) -> None:
    """The cases of the household end with it: counted until the day before, and as what they were then."""
    histories = Histories(Case.objects.filter(household=household))
    facts = household_series([household], {household.pk: household.registered_on})[household.pk]
    for case in histories.cases.values():
        if Status(case.status) in ENDS_WITH_HOUSEHOLD:
            _check_after_last_step(on, histories.events[case.pk])
            was, case.status = case.status, Status.ENDED.value
            details = {"how": how.value, "was": was, "reason": str(HOW_ENDED[how])}
            told = {**facts, "status": Status.ENDED.value}
            case.version += 1
            histories.add(case, EventKind.HOUSEHOLD_ENDED, on=on, by=by, at=at, facts=told, details=details)
        elif Status(case.status) is Status.SUPERSEDED:
            case.version += 1
            histories.add(case, EventKind.HOUSEHOLD_CHANGED, on=on, by=by, at=at, facts=facts)
    histories.close()


def note_household_restored(*, household: Household, reason: str, on: date, by: User, at: datetime) -> None:
    """The cases that ended with the household go on from that day as what they were before."""
    histories = Histories(Case.objects.filter(household=household, status=Status.ENDED.value))
    facts = household_series([household], {household.pk: household.registered_on})[household.pk]
    for case in histories.cases.values():
        ended = [row for row in histories.events[case.pk] if row.kind == EventKind.HOUSEHOLD_ENDED][-1]
        case.status = ended.details["was"]
        case.version += 1
        told, details = {**facts, "status": case.status}, {"reason": reason}
        histories.add(case, EventKind.HOUSEHOLD_RESTORED, on=on, by=by, at=at, facts=told, details=details)
    histories.close()


def note_households_removed(*, households: Sequence[Household], reason: str, on: date, by: User, at: datetime) -> None:
    """Take the households' cases out of every figure from now on; what was known before stays readable."""
    histories = Histories(Case.objects.filter(household__in=[household.pk for household in households]))
    for case in histories.cases.values():
        case.version += 1
        if Status(case.status) in OPEN:
            case.status = Status.REFUSED.value
        histories.add(case, EventKind.REMOVED, on=on, by=by, at=at, facts={}, details={"reason": reason})
    histories.close()


def _tell(households: Iterable[Household], statuses: Iterable[Status], on: date, by: User, at: datetime) -> None:
    households = list(households)
    cases = Case.objects.filter(household__in=[household.pk for household in households])
    histories = Histories(cases.filter(status__in=[status.value for status in statuses]))
    counted = {case.household_id for case in histories.cases.values()}
    since = {household.pk: household.registered_on for household in households if household.pk in counted}
    series = household_series([household for household in households if household.pk in counted], since)
    for case in histories.cases.values():
        case.version += 1
        histories.add(case, EventKind.HOUSEHOLD_CHANGED, on=on, by=by, at=at, facts=series[case.household_id])
    histories.close()


def _check_after_last_step(on: date, history: Sequence[CaseEvent]) -> None:
    last = max(days_of_steps(history).values())
    if on < last:
        raise Invalid(
            _("The last step of the household's case was taken on %(day)s; it cannot have ended before.")
            % {"day": last},
            field="on",
        )


def _check_correctable(event: CaseEvent, case: Case) -> None:
    if case.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if event.kind in OF_HOUSEHOLD:
        raise Conflict(_("The day on which a household ended is not corrected in its case. Undo the merge instead."))
    if event.kind == EventKind.SUPERSEDED:
        raise Conflict(_("Correct the day on which the household was identified anew; this one follows it."))
    if event.kind not in CORRECTABLE:
        raise Conflict(_("Only the day of a step of the procedure can be corrected."))


def _episode_before(case: Case, histories: Histories) -> Case | None:
    ended = [
        row for row in histories.cases.values() if row.episode < case.episode and row.status == Status.SUPERSEDED.value
    ]
    return max(ended, key=lambda row: row.episode, default=None)


def _move_day(histories: Histories, event: CaseEvent, on: date, reason: str, by: User, at: datetime) -> None:
    case, history = histories.cases[event.case_id], histories.events[event.case_id]
    days = days_of_steps(history)
    if event.pk not in days:
        raise NotFound(_("The event is not one of this case."))
    _check_bounds(event, on, history, case.household.registered_on)
    details = {"reason": reason, "was": days[event.pk].isoformat()}
    attribute = DAY_SET_BY.get(EventKind(event.kind))
    is_last = event.pk == [row.pk for row in history if row.kind == event.kind][-1]
    if attribute and is_last and getattr(case, attribute) is not None:
        setattr(case, attribute, on)
    case.version += 1
    histories.add(case, EventKind.CORRECTED, on=on, by=by, at=at, facts={}, details=details, corrects=event)


def _check_bounds(event: CaseEvent, on: date, history: Sequence[CaseEvent], registered_on: date) -> None:
    """The day lies between the steps before and after; a clue between the registration and any change of its type."""
    days = days_of_steps(history)
    order = list(days)
    position = order.index(event.pk)
    earliest = days[order[position - 1]] if position else registered_on
    after = [days[key] for key in order[position + 1 : position + 2]]
    if event.kind == EventKind.REPORTED:
        after += [row.occurred_on for row in history if row.kind == EventKind.RECLASSIFIED]
    latest = min(after, default=None)
    if on < earliest or (latest is not None and on > latest):
        raise Invalid(
            _("The day must lie between the step before (%(earliest)s) and the step after (%(latest)s).")
            % {"earliest": earliest, "latest": latest or "…"},
            field="on",
        )
