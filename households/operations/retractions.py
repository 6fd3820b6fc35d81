"""Retractions: what somebody wrote down in error is taken back by him or her, while nobody else has touched it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model, ProtectedError
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotAllowed
from common.versions import check_version
from households import access
from households.models import Case, Household, Member, Membership
from households.operations.corrections import note_household_change, note_household_removed
from households.operations.existence import check_exists
from households.operations.histories import Histories
from households.rules.codes import Relationship
from households.rules.history import EventKind
from households.rules.procedure import TAKEN_OVER
from households.workflow import Status


@transaction.atomic
def retract_household(
    *, household: Household, reason: str, by: User, at: datetime, expected_version: int | None
) -> Household:
    """The registration was an error: the household leaves every list and figure, and its numbers are free again."""
    home: Household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    _check(home, "household.registered", Permission.REGISTER_HOUSEHOLD, home.village_id, by, at, reason)
    check_version(home, expected_version)
    check_exists(home)
    home.removed_at, home.removal_reason, home.national_number = at, reason, ""
    home.version += 1
    home.save(update_fields=("removed_at", "removal_reason", "national_number", "version"))
    people = Member.objects.filter(memberships__household=home, memberships__left_on__isnull=True)
    numbered = list(people.filter(document_hash__isnull=False).values_list("pk", flat=True))
    Member.objects.filter(pk__in=numbered).update(document_token=None, document_hash=None, version=F("version") + 1)
    note_household_removed(household=home, reason=reason, on=day_of(at), by=by, at=at)
    _audit("household.retracted", home, home.village_id, by, at, {"reason": reason, "numbers_freed": len(numbered)})
    return home


@transaction.atomic
def retract_member(
    *, membership: Membership, reason: str, by: User, at: datetime, expected_version: int | None
) -> Household:
    """The person was added in error: the household never had this member; Conflict where more is known of him or her.

    `expected_version` is that of the person.
    """
    home: Household = Household.objects.select_for_update(no_key=True).get(pk=membership.household_id)
    member = Member.objects.select_for_update(no_key=True).get(pk=membership.member_id)
    access.check(by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(at), home.pk)
    check_version(member, expected_version)
    check_exists(home)
    _check_reason(reason)
    if membership.relationship == Relationship.HEAD:
        raise Conflict(_("The person heads the household. Name another head first."), code="head_leaves")
    key, joined = str(member.pk), membership.joined_on
    try:
        with transaction.atomic():
            membership.delete()
            member.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Conflict(_("More is recorded of the person, who therefore stays."), code="more_is_known") from error
    home.version += 1
    home.save(update_fields=("version",))
    note_household_change(households=[home], on=joined, by=by, at=at)
    told = {"member": key, "joined_on": joined.isoformat(), "reason": reason}
    _audit("household.member_retracted", home, home.village_id, by, at, told)
    return home


@transaction.atomic
def retract_case(*, case: Case, reason: str, by: User, at: datetime, expected_version: int | None) -> Case:
    """The case was written down in error: it leaves every figure from now on; Conflict once a step was taken on it."""
    histories = Histories([case])
    case = histories.cases[case.pk]
    _check(case, "case.reported", Permission.VIEW_RECORDS, case.village_id, by, at, reason)
    check_version(case, expected_version)
    history = histories.events[case.pk]
    was_taken_over = all(TAKEN_OVER in event.details for event in history)
    if not was_taken_over and Status(case.status) is not Status.REPORTED:
        raise Conflict(_("The procedure of the case has gone on. Correct it there."), code="wrong_state")
    case.status = Status.REFUSED.value
    case.version += 1
    histories.add(case, EventKind.REMOVED, on=day_of(at), by=by, at=at, facts={}, details={"reason": reason})
    histories.close()
    return case


def _check(
    subject: Model, action: str, permission: Permission, place: str, by: User, at: datetime, reason: str
) -> None:
    """Only who wrote it down takes it back, or who may remove households there."""
    _check_reason(reason)
    if access.can(by, Permission.REMOVE_HOUSEHOLD, place, day_of(at)):
        return
    access.check(by, permission, place, day_of(at))
    if not AuditEvent.objects.filter(action=action, subject_id=str(subject.pk), actor=by).exists():
        raise NotAllowed(_("Only who wrote this down can take it back, or a supervisor."))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Give the reason of the removal."), field="reason")
    check_text(reason, field="reason")


def _audit(action: str, subject: Model, place: str, by: User, at: datetime, changes: dict[str, Any]) -> None:
    audit.write([audit.entry(action=action, subject=subject, by=by, at=at, division_code=place, changes=changes)])
