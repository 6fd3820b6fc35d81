"""Conditions: what is recorded of a person's health, schooling, labour, work and allowances from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.constraints import refused_by
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Household, Member, MemberCondition, Membership
from households.models.condition import CONDITION_COLUMNS, columns_of
from households.rules.conditions import Condition, fault_of_condition

ROWS_A_STATEMENT = 1000
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Observation:
    """What holds of `member`, who lives in `household`, from the day `valid_from` on."""

    household: Household
    member: Member
    condition: Condition
    valid_from: date
    by: User
    at: datetime


@transaction.atomic
def record(
    *,
    membership: Membership,
    condition: Condition,
    valid_from: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> MemberCondition:
    """From that day on this holds of the person; an earlier record of the same day is superseded and stays readable."""
    member = Member.objects.select_for_update(no_key=True).get(pk=membership.member_id)
    observation = Observation(membership.household, member, condition, valid_from, by, at)
    home = membership.household
    access.check(by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(at), home.pk)
    check_version(member, expected_version)
    _check_membership(membership, valid_from)
    member.version += 1
    member.save(update_fields=("version",))
    before = MemberCondition.objects.filter(member=member, valid_from=valid_from, superseded_at__isnull=True).first()
    if before is not None:
        before.superseded_at = max(at, before.recorded_at + TICK)
        before.save(update_fields=("superseded_at",))
        # What was known never has a gap, even where clocks differ.
        observation = replace(observation, at=before.superseded_at)
    return record_all(observations=[observation])[0]


@transaction.atomic
def record_all(*, observations: Sequence[Observation]) -> list[MemberCondition]:
    """Record conditions of people of whom none is recorded for the day yet, all or none."""
    desk = access.Desk()
    for each in observations:
        desk.check(each.by, Permission.EDIT_HOUSEHOLD, each.household.village_id, day_of(each.at), each.household.pk)
        _check(each)
    rows = [_row(each) for each in observations]
    check_rows(rows)
    taken = Conflict(_("A condition of this person is recorded for the day already. Load it again and repeat."))
    with refused_by("condition_of_a_day_is_one", taken):
        MemberCondition.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    audit.write(
        audit.entry(
            action="member.condition_recorded",
            subject=each.member,
            by=each.by,
            at=each.at,
            division_code=each.household.village_id,
            changes={"condition": str(row.pk), "valid_from": each.valid_from.isoformat(), "told": _told(each)},
        )
        for each, row in zip(observations, rows, strict=True)
    )
    return rows


def _check_membership(membership: Membership, valid_from: date) -> None:
    if membership.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    is_held = membership.joined_on <= valid_from and (membership.left_on is None or valid_from < membership.left_on)
    if not is_held:
        raise Invalid(
            _("The person does not belong to the household on %(day)s. Give a day from %(joined)s on.")
            % {"day": valid_from, "joined": membership.joined_on},
            field="valid_from",
        )


def _check(each: Observation) -> None:
    if each.valid_from > day_of(each.at):
        raise Invalid(_("A condition cannot be recorded for a day in the future."), field="valid_from")
    field, fault = fault_of_condition(each.condition)
    if fault:
        raise Invalid(fault, field=field)


def _row(each: Observation) -> MemberCondition:
    return MemberCondition(
        member=each.member,
        valid_from=each.valid_from,
        recorded_at=each.at,
        recorded_by=each.by,
        **columns_of(each.condition),
    )


def _told(each: Observation) -> list[str]:
    """Which facts were recorded: the trail names them, their values stand in the record alone."""
    return [name for name in CONDITION_COLUMNS if getattr(each.condition, name) not in (None, "", ())]
