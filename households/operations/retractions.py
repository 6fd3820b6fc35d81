"""Retractions: what somebody wrote down in error is taken back by him or her, while nobody else has touched it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import update_all
from common.faults import Faults
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotAllowed
from common.versions import check_version
from households import access
from households.models import Case, Household, Member, Membership
from households.operations import memberships
from households.operations.corrections import note_household_change, note_households_removed
from households.operations.existence import check_exists
from households.operations.histories import Histories
from households.rules.codes import Relationship
from households.rules.history import EventKind
from households.rules.procedure import TAKEN_OVER
from households.workflow import Status

Subject = TypeVar("Subject", Household, Membership, Case)


@dataclass(frozen=True, slots=True)
class Retraction(Generic[Subject]):
    """`subject` was written down in error; the version is its own, of a membership that of the person."""

    subject: Subject
    reason: str
    by: User
    at: datetime
    expected_version: int | None


@transaction.atomic
def retract_households(*, retractions: Sequence[Retraction[Household]]) -> list[Household]:
    """The registrations were errors: the households leave every list and figure, and their numbers are free again."""
    homes = {row.pk: row for row in memberships.locked({each.subject.pk for each in retractions})}
    scribes = _Scribes("household.registered", retractions)
    faults = Faults()
    for place, each in enumerate(retractions):
        home = homes[each.subject.pk]
        with faults.of(place):
            scribes.check(each, home, Permission.REGISTER_HOUSEHOLD, home.village_id)
            check_version(home, each.expected_version)
            check_exists(home)
            home.removed_at, home.removal_reason, home.national_number = each.at, each.reason, ""
            home.version += 1
    faults.stop()
    update_all(list(homes.values()), ("removed_at", "removal_reason", "national_number", "version"))
    freed = _free_numbers(homes)
    for (reason, by, at), some in _alike(retractions).items():
        told = [homes[each.subject.pk] for each in some]
        note_households_removed(households=told, reason=reason, on=day_of(at), by=by, at=at)
    audit.write(
        _entry("household.retracted", homes[each.subject.pk], each, {"numbers_freed": freed[each.subject.pk]})
        for each in retractions
    )
    return [homes[each.subject.pk] for each in retractions]


@transaction.atomic
def retract_members(*, retractions: Sequence[Retraction[Membership]]) -> list[Household]:
    """People were added in error: their households never had them; Conflict where more is known of one of them."""
    desk, faults = access.Desk(), Faults()
    homes = {row.pk: row for row in memberships.locked({each.subject.household_id for each in retractions})}
    keys = [each.subject.member_id for each in retractions]
    people = {row.pk: row for row in Member.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    better_known = _known_otherwise(keys, [each.subject.pk for each in retractions])
    for place, each in enumerate(retractions):
        home, membership = homes[each.subject.household_id], each.subject
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            check_version(people[membership.member_id], each.expected_version)
            check_exists(home)
            _check_reason(each.reason)
            if membership.relationship == Relationship.HEAD:
                raise Conflict(_("The person heads the household. Name another head first."), code="head_leaves")
            if membership.member_id in better_known:
                raise Conflict(_("More is recorded of the person, who therefore stays."), code="more_is_known")
    faults.stop()
    Membership.objects.filter(pk__in=[each.subject.pk for each in retractions])._raw_delete(using="default")
    Member.objects.filter(pk__in=keys)._raw_delete(using="default")
    for home in homes.values():
        home.version += 1
    update_all(list(homes.values()), ("version",))
    _tell_cases(retractions, homes)
    audit.write(_entry_of_member(each, homes[each.subject.household_id]) for each in retractions)
    return [homes[each.subject.household_id] for each in retractions]


@transaction.atomic
def retract_cases(*, retractions: Sequence[Retraction[Case]]) -> list[Case]:
    """The cases were written down in error: they leave every figure from now on; Conflict once a step was taken."""
    histories = Histories([each.subject for each in retractions])
    scribes = _Scribes("case.reported", retractions)
    faults = Faults()
    for place, each in enumerate(retractions):
        case = histories.cases[each.subject.pk]
        with faults.of(place):
            scribes.check(each, case, Permission.VIEW_RECORDS, case.village_id)
            check_version(case, each.expected_version)
            was_taken_over = all(TAKEN_OVER in event.details for event in histories.events[case.pk])
            if not was_taken_over and Status(case.status) is not Status.REPORTED:
                raise Conflict(_("The procedure of the case has gone on. Correct it there."), code="wrong_state")
            case.status = Status.REFUSED.value
            case.version += 1
            told = {"reason": each.reason}
            on = day_of(each.at)
            histories.add(case, EventKind.REMOVED, on=on, by=each.by, at=each.at, facts={}, details=told)
    faults.stop()
    histories.close()
    return [histories.cases[each.subject.pk] for each in retractions]


class _Scribes:
    """Who wrote the records down; only they take them back, or who may remove households there."""

    def __init__(self, action: str, retractions: Sequence[Retraction[Any]]) -> None:
        self._desk = access.Desk()
        rows = AuditEvent.objects.filter(
            subject_kind=retractions[0].subject._meta.model_name if retractions else "",
            subject_id__in=[str(each.subject.pk) for each in retractions],
            action=action,
        )
        self._wrote = set(rows.values_list("subject_id", "actor"))

    def check(self, each: Retraction[Any], held: Household | Case, permission: Permission, place: str) -> None:
        """Refuse with NotAllowed anybody else."""
        _check_reason(each.reason)
        if self._desk.can(each.by, Permission.REMOVE_HOUSEHOLD, place, day_of(each.at)):
            return
        self._desk.check(each.by, permission, place, day_of(each.at))
        if (str(held.pk), each.by.pk) not in self._wrote:
            raise NotAllowed(_("Only who wrote this down can take it back, or a supervisor."))


def _free_numbers(homes: dict[UUID, Household]) -> dict[UUID, int]:
    """Nobody of the households holds a document number any more; gives how many of each did."""
    held = Membership.objects.filter(
        household__in=list(homes), left_on__isnull=True, member__document_hash__isnull=False
    )
    freed = dict.fromkeys(homes, 0)
    numbered = []
    for member, home in held.values_list("member", "household"):
        numbered.append(member)
        freed[home] += 1
    Member.objects.filter(pk__in=numbered).update(document_token=None, document_hash=None, version=F("version") + 1)
    return freed


def _known_otherwise(people: Sequence[UUID], given: Sequence[UUID]) -> set[UUID]:
    """The people of whom something else is recorded than the memberships `given`."""
    found: set[UUID] = set()
    for relation in Member._meta.related_objects:
        name = relation.field.name
        model: Any = relation.related_model
        rows = model._base_manager.filter(**{f"{name}__in": people})
        if model is Membership:
            rows = rows.exclude(pk__in=given)
        found.update(rows.values_list(name, flat=True))
    return found


def _tell_cases(retractions: Iterable[Retraction[Membership]], homes: dict[UUID, Household]) -> None:
    left: dict[Any, dict[UUID, Household]] = defaultdict(dict)
    for each in retractions:
        home = homes[each.subject.household_id]
        left[each.by, each.at, each.subject.joined_on][home.pk] = home
    for (by, at, day), households in sorted(left.items(), key=lambda item: item[0][2]):
        note_household_change(households=households.values(), on=day, by=by, at=at)


def _alike(retractions: Iterable[Retraction[Subject]]) -> dict[tuple[str, User, datetime], list[Retraction[Subject]]]:
    found: dict[tuple[str, User, datetime], list[Retraction[Subject]]] = defaultdict(list)
    for each in retractions:
        found[each.reason, each.by, each.at].append(each)
    return found


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Give the reason of the removal."), field="reason")
    check_text(reason, field="reason")


def _entry_of_member(each: Retraction[Membership], home: Household) -> AuditEvent:
    told = {"member": str(each.subject.member_id), "joined_on": each.subject.joined_on.isoformat()}
    return _entry("household.member_retracted", home, each, told)


def _entry(action: str, home: Household, each: Retraction[Any], changes: dict[str, Any]) -> AuditEvent:
    return audit.entry(
        action=action,
        subject=home,
        by=each.by,
        at=each.at,
        division_code=home.village_id,
        changes={"reason": each.reason, **changes},
    )
