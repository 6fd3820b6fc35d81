"""Lineages: households that split, merge, are taken apart again, or come to an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.constraints import refused_by
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Assignment, Household, HouseholdLink, Membership
from households.operations import memberships
from households.operations.corrections import (
    note_household_change,
    note_household_ended,
    note_household_restored,
)
from households.operations.existence import check_exists, check_same_world
from households.operations.households import village_in_force
from households.rules.changes import LEAVING_AT_THE_END, HowEnded, Joining, Leaving, Link
from households.rules.codes import Relationship


@dataclass(frozen=True, slots=True)
class Split:
    """People who leave `household` on the day `on` into a new one in `village`, one of them its head.

    `leaving` says by their keys what they are to the head of the new household; `staying` what those who stay are to
    theirs from then on, where that changes.
    """

    household: Household
    village: str
    leaving: Mapping[UUID, Relationship]
    on: date
    by: User
    at: datetime
    expected_version: int | None
    staying: Mapping[UUID, Relationship] = field(default_factory=dict)
    address: str = ""
    id: UUID | None = None


@transaction.atomic
def split(*, split: Split) -> Household:
    """Part of the household's people live as a household of their own from that day on; gives the new one.

    The new household has no case: whether it is at risk is for people to report.
    """
    household = _locked(split.household, split.by, split.at, split.expected_version)
    village = village_in_force(split.village, day_of(split.at))
    access.check(split.by, Permission.CHANGE_HOUSEHOLD, village.code, day_of(split.at))
    _check_day(split.on, split.at, household)
    rows = {row.member_id: row for row in _members(household)}
    _check_split(split, rows)
    made = Household(
        pk=split.id or new_id(),
        village=village,
        address=split.address,
        is_former_poor=household.is_former_poor,
        is_synthetic=household.is_synthetic,
        registered_on=split.on,
    )
    check_rows([made])
    with refused_by("household_pkey", Conflict(_("A household with this key is registered already."), code="id_taken")):
        made.save(force_insert=True)
    memberships.end_all(rows=[rows[key] for key in split.leaving], on=split.on, how=Leaving.SPLIT, at=split.at)
    memberships.begin_all(household=made, people=split.leaving, on=split.on, how=Joining.SPLIT, at=split.at)
    memberships.relabel(household=household, relationships=split.staying, on=split.on, at=split.at)
    _link(Link.SPLIT, household, made, split.on, split.by, split.at)
    note_household_change(households=[household], on=split.on, by=split.by, at=split.at)
    told = {"on": split.on.isoformat(), "from": str(household.pk), "to": str(made.pk), "members": len(split.leaving)}
    _audit("household.split", [household, made], split.by, split.at, told)
    return made


@transaction.atomic
def merge(
    *,
    household: Household,
    into: Household,
    relationships: Mapping[UUID, Relationship],
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
    into_version: int | None,
) -> HouseholdLink:
    """All people of `household` belong to `into` from that day on, on which `household` ends with its cases.

    `relationships` say by their keys what they are to the head of `into`; who is not named there is another member.
    What was recorded of the merged household stays with it, to be read on its page.
    """
    if household.pk == into.pk:
        raise Invalid(_("A household cannot merge into itself."), field="into")
    memberships.locked([household.pk, into.pk])
    household = _locked(household, by, at, expected_version)
    into = _locked(into, by, at, into_version)
    check_same_world([household, into])
    _check_day(on, at, household, into)
    if Relationship.HEAD in relationships.values():
        raise Invalid(_("The other household has its head already. Say what they are to that head."), field="into")
    joining = {row.member_id: relationships.get(row.member_id, Relationship.OTHER) for row in _members(household)}
    _end(household, HowEnded.MERGED, on, by, at)
    memberships.begin_all(household=into, people=joining, on=on, how=Joining.MERGED, at=at)
    note_household_change(households=[into], on=on, by=by, at=at)
    link = _link(Link.MERGE, household, into, on, by, at)
    told = {"on": on.isoformat(), "from": str(household.pk), "to": str(into.pk), "members": len(joining)}
    _audit("household.merged", [household, into], by, at, told)
    return link


@transaction.atomic
def unmerge(
    *,
    link: HouseholdLink,
    reason: str,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
    head: UUID | None = None,
) -> Household:
    """The merge is undone from that day on: who came with it and is still there goes back, and the cases go on.

    `head` is the member who heads the restored household where its head of old does not come back; `expected_version`
    is that of the household that took the other in. Responsible persons are assigned anew.
    """
    memberships.locked([link.from_household_id, link.to_household_id])
    link = HouseholdLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    into = _locked(link.to_household, by, at, expected_version)
    household = Household.objects.get(pk=link.from_household_id)
    access.check(by, Permission.CHANGE_HOUSEHOLD, household.village_id, day_of(at))
    _check_undoing(link, household, reason, on, at)
    came = {row.member_id: row for row in household.memberships.filter(left_how=Leaving.MERGED.value)}
    back = [row for row in _members(into) if came.get(row.member_id) and came[row.member_id].left_on == link.linked_on]
    told = {row.member_id: Relationship(came[row.member_id].relationship) for row in back}
    memberships.end_all(rows=back, on=on, how=Leaving.UNMERGED, at=at)
    household.ended_on, household.ended_at, household.ended_how = None, None, ""
    household.version += 1
    household.save(update_fields=("ended_on", "ended_at", "ended_how", "version"))
    people = _headed(told, head)
    memberships.begin_all(household=household, people=people, on=on, how=Joining.UNMERGED, at=at)
    link.undone_on, link.undone_at, link.undone_by = on, at, by
    link.save(update_fields=("undone_on", "undone_at", "undone_by"))
    note_household_restored(household=household, reason=reason, on=on, by=by, at=at)
    note_household_change(households=[into], on=on, by=by, at=at)
    changes = {"on": on.isoformat(), "from": str(household.pk), "to": str(into.pk), "reason": reason}
    _audit("household.unmerged", [household, into], by, at, changes)
    return household


@transaction.atomic
def end(
    *, household: Household, how: HowEnded, reason: str, on: date, by: User, at: datetime, expected_version: int | None
) -> Household:
    """Nobody belongs to the household from that day on: all have died (整户消亡), or have moved away altogether."""
    household = _locked(household, by, at, expected_version)
    if how is HowEnded.MERGED:
        raise Invalid(_("Name the household into which this one merges."), field="how")
    if not reason.strip():
        raise Invalid(_("Give the reason."), field="reason")
    check_text(reason, field="reason")
    _check_day(on, at, household)
    _end(household, how, on, by, at)
    told = {"on": on.isoformat(), "how": how.value, "reason": reason}
    _audit("household.ended", [household], by, at, told)
    return household


def _locked(household: Household, by: User, at: datetime, expected_version: int | None) -> Household:
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    access.check(by, Permission.CHANGE_HOUSEHOLD, household.village_id, day_of(at))
    check_version(household, expected_version)
    check_exists(household)
    household.version += 1
    household.save(update_fields=("version",))
    return household


def _members(household: Household) -> list[Membership]:
    return list(household.memberships.filter(left_on__isnull=True).select_related("member"))


def _check_day(on: date, at: datetime, *households: Household) -> None:
    registered_on = max(household.registered_on for household in households)
    if not registered_on < on <= day_of(at):
        raise Invalid(_("Give a day after %(day)s and not in the future.") % {"day": registered_on}, field="on")


def _check_split(split: Split, rows: Mapping[UUID, Membership]) -> None:
    if not split.leaving or not split.leaving.keys() < rows.keys():
        raise Invalid(_("Choose some members of the household, and not all of them."), field="leaving")
    if list(split.leaving.values()).count(Relationship.HEAD) != 1:
        raise Invalid(_("Say which one of those who leave heads the new household."), field="leaving")
    heads = [
        key
        for key, row in rows.items()
        if key not in split.leaving and split.staying.get(key, row.relationship) == Relationship.HEAD
    ]
    if len(heads) != 1 or split.staying.keys() & split.leaving.keys():
        raise Invalid(_("Say which one of those who stay heads the household from then on."), field="staying")


def _check_undoing(link: HouseholdLink, household: Household, reason: str, on: date, at: datetime) -> None:
    if link.kind != Link.MERGE or link.undone_on is not None:
        raise Conflict(_("There is no merge to undo."), code="wrong_state")
    if household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if not reason.strip():
        raise Invalid(_("Give the reason."), field="reason")
    check_text(reason, field="reason")
    if not link.linked_on < on <= day_of(at):
        raise Invalid(_("Give a day after %(day)s and not in the future.") % {"day": link.linked_on}, field="on")


def _headed(people: Mapping[UUID, Relationship], head: UUID | None) -> dict[UUID, Relationship]:
    """The people who go back, one of them the head."""
    if not people:
        raise Conflict(_("None of those who came with the merge is still there."), code="nobody_left")
    if Relationship.HEAD in people.values():
        return dict(people)
    if head is None or head not in people:
        raise Invalid(_("The head of old does not come back. Say who heads the household from then on."), field="head")
    return {**people, head: Relationship.HEAD}


def _end(household: Household, how: HowEnded, on: date, by: User, at: datetime) -> None:
    memberships.end_all(rows=_members(household), on=on, how=LEAVING_AT_THE_END[how], at=at)
    held = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), household=household)
    held.update(ends_on=Greatest(F("starts_on"), on))
    household.ended_on, household.ended_at, household.ended_how = on, at, how.value
    household.save(update_fields=("ended_on", "ended_at", "ended_how"))
    note_household_ended(household=household, how=how, on=on, by=by, at=at)


def _link(kind: Link, before: Household, after: Household, on: date, by: User, at: datetime) -> HouseholdLink:
    return HouseholdLink.objects.create(
        kind=kind.value, from_household=before, to_household=after, linked_on=on, recorded_at=at, recorded_by=by
    )


def _audit(action: str, households: list[Household], by: User, at: datetime, changes: Mapping[str, object]) -> None:
    audit.write(
        audit.entry(action=action, subject=each, by=by, at=at, division_code=each.village_id, changes=dict(changes))
        for each in households
    )
