"""Conflicts: keeping both values of a field that two people changed, and deciding between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import insert_all
from common.fitting import check_rows, check_text
from common.moments import day_of
from common.refusals import Conflict as Refusal
from common.refusals import Invalid
from common.versions import check_version
from households import access
from households.models import Conflict, Household, Member, Membership
from households.operations import descriptions
from households.operations.descriptions import HouseholdAmendment, MemberAmendment
from households.operations.existence import check_exists
from households.rules.conflicts import FIELDS, ConflictState

DAYS = frozenset({"birth_date"})


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody sent of a household, or of one of its members, was based on a version that is no longer there.

    `values` tells for each field the value held and the value sent.
    """

    household: Household
    member: Member | None
    values: Mapping[str, tuple[Any, Any]]
    based_on: int
    by: User
    at: datetime
    device: str = ""
    made_at: datetime | None = None


@transaction.atomic
def keep_all(*, clashes: Sequence[Clash]) -> list[Conflict]:
    """Keep both values until somebody decides; the same clash sent again is kept once."""
    desk = access.Desk()
    rows: list[Conflict] = []
    for each in clashes:
        home = each.household
        desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
        check_exists(home)
        if strange := set(each.values) - set(FIELDS):
            raise Invalid(
                _("“%(name)s” cannot be kept twice.") % {"name": min(strange)}, code="stale", field=min(strange)
            )
        rows.append(_known(each) or _new(each))
    new = [row for row in rows if row._state.adding]
    check_rows(new)
    insert_all(new)
    audit.write(_entry("conflict.kept", row, row.sent_by, row.sent_at) for row in new)
    return rows


@transaction.atomic
def resolve(
    *,
    conflict: Conflict,
    choice: ConflictState,
    reason: str,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Conflict:
    """Take what was sent, or keep what is held; either way both stay readable, with who decided and why."""
    conflict = Conflict.objects.select_for_update(of=("self",), no_key=True).get(pk=conflict.pk)
    access.check(by, Permission.RESOLVE_CONFLICT, conflict.village_id, day_of(at), conflict.household_id)
    check_version(conflict, expected_version)
    if conflict.state != ConflictState.OPEN:
        raise Refusal(_("The conflict was decided before."), code="wrong_state")
    if choice is ConflictState.OPEN:
        raise Invalid(_("Say which value is right."), field="choice")
    if not reason.strip():
        raise Invalid(_("Say why this value is right."), field="reason")
    check_text(reason, field="reason")
    if choice is ConflictState.TAKEN:
        _take(conflict, by, at)
    conflict.state, conflict.reason = choice.value, reason.strip()
    conflict.decided_by, conflict.decided_at = by, at
    conflict.version += 1
    conflict.save(update_fields=("state", "reason", "decided_by", "decided_at", "version"))
    audit.write([_entry(f"conflict.{choice.value}", conflict, by, at)])
    return conflict


def _take(conflict: Conflict, by: User, at: datetime) -> None:
    """What was sent takes the place of what is held, as of the version that is there now."""
    sent = {name: _read(name, values[1]) for name, values in conflict.values.items()}
    if conflict.member_id is None:
        home = conflict.household
        descriptions.amend_households(amendments=[HouseholdAmendment(home, sent, by, at, home.version)])
        return
    membership = (
        Membership.objects.filter(member=conflict.member_id, household=conflict.household_id)
        .select_related("member", "household")
        .order_by("joined_on")
        .last()
    )
    if membership is None:
        raise Refusal(_("The person does not belong to the household any more."), code="wrong_state")
    version = membership.member.version
    descriptions.amend_members(amendments=[MemberAmendment(membership, sent, by, at, version)])


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in DAYS and value else value


def _known(each: Clash) -> Conflict | None:
    member = each.member.pk if each.member else None
    told = {name: list(values) for name, values in each.values.items()}
    held = Conflict.objects.open().filter(household=each.household, member=member, sent_by=each.by)
    return next((row for row in held if row.values == _plain(told)), None)


def _new(each: Clash) -> Conflict:
    subject: Household | Member = each.member or each.household
    last = AuditEvent.objects.filter(subject_kind=subject._meta.model_name, subject_id=str(subject.pk)).order_by("id")
    held = last.last()
    return Conflict(
        household=each.household,
        member=each.member,
        village_id=each.household.village_id,
        fields=list(each.values),
        values_token=Conflict.sealed({name: list(values) for name, values in each.values.items()}),
        based_on=each.based_on,
        held_by_id=held.actor_id if held else None,
        held_at=held.at if held else None,
        sent_by=each.by,
        sent_at=each.at,
        made_at=each.made_at,
        device=each.device,
    )


def _plain(told: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: [value if value is None or isinstance(value, bool) else str(value) for value in values]
        for name, values in told.items()
    }


def _entry(action: str, conflict: Conflict, by: User, at: datetime) -> AuditEvent:
    changes = {"household": str(conflict.household_id), "fields": ", ".join(conflict.fields)}
    return audit.entry(
        action=action, subject=conflict, by=by, at=at, division_code=conflict.village_id, changes=changes
    )
