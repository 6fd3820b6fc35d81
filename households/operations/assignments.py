"""Assignments: making a person responsible for households, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.constraints import refused_by
from common.moments import day_of
from common.refusals import Conflict, Invalid, Refused
from households import access
from households.models import Assignment, Division, Household, Membership
from households.operations.existence import check_exists
from households.rules.codes import Relationship
from households.rules.standards import COLON

ROWS_A_STATEMENT = 1000
MOST_TOLD = 20


def assign(*, household: Household, user: User, starts_on: date, by: User, at: datetime) -> Assignment:
    """`user` is responsible for the household from that day on, until somebody else is."""
    return assign_all(households=[household], user=user, starts_on=starts_on, by=by, at=at)[0]


@transaction.atomic
def assign_all(
    *, households: Sequence[Household], user: User, starts_on: date, by: User, at: datetime
) -> list[Assignment]:
    """`user` is responsible for the households from that day on, all or none; who was before is so no longer.

    Conflict where somebody is responsible from that day or a later one already; a household that is `user`'s stays so.
    """
    if not user.is_active or user.is_system:
        raise Invalid(_("%(user)s cannot be responsible: the account is closed.") % {"user": user}, field="user")
    keys = [household.pk for household in households]
    homes = list(Household.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    _check(homes, starts_on, by, at)
    held = {row.household_id: row for row in Assignment.objects.filter(household__in=keys).as_of(starts_on)}
    kept = {key: row for key, row in held.items() if row.user_id == user.pk}
    _end([row for key, row in held.items() if key not in kept], starts_on)
    made = [
        Assignment(
            household=home, village_id=home.village_id, user=user, starts_on=starts_on, recorded_at=at, recorded_by=by
        )
        for home in homes
        if home.pk not in kept
    ]
    later = Conflict(_("Somebody is responsible for the household from a later day on. End that assignment first."))
    with refused_by("household_has_one_responsible", later):
        Assignment.objects.bulk_create(made, batch_size=ROWS_A_STATEMENT)
    told = {"user": str(user.pk), "starts_on": starts_on.isoformat()}
    audit.write(_entry("assignment.made", row, by, at, told) for row in made)
    by_household = kept | {row.household_id: row for row in made}
    return [by_household[key] for key in keys]


@transaction.atomic
def end(*, assignment: Assignment, ends_on: date, by: User, at: datetime) -> Assignment:
    """The person is no longer responsible from that day on."""
    row: Assignment = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    access.check(by, Permission.ASSIGN_CASEWORKER, row.village_id, day_of(at))
    if row.ends_on is not None and row.ends_on <= ends_on:
        raise Conflict(_("The person was responsible until %(day)s only.") % {"day": row.ends_on})
    if ends_on < row.starts_on:
        raise Invalid(_("The assignment would end before it begins."), field="ends_on")
    row.ends_on = ends_on
    row.save(update_fields=("ends_on",))
    audit.write([_entry("assignment.ended", row, by, at, {"user": str(row.user_id), "ends_on": ends_on.isoformat()})])
    return row


def _check(homes: Sequence[Household], starts_on: date, by: User, at: datetime) -> None:
    """Refused where one of the households cannot be assigned; of several, each of these is named with its reason."""
    desk = access.Desk()
    refused: list[tuple[Household, Refused]] = []
    for home in homes:
        desk.check(by, Permission.ASSIGN_CASEWORKER, home.village_id, day_of(at))
        try:
            _check_one(home, starts_on)
        except Refused as refusal:
            refused.append((home, refusal))
    if not refused:
        return
    first = refused[0][1]
    if len(homes) == 1:
        raise first
    raise type(first)(_all_told(refused, len(homes)), code=first.stable_code, field=first.field)


def _check_one(home: Household, starts_on: date) -> None:
    check_exists(home)
    if starts_on < home.registered_on:
        raise Invalid(
            _("The household was registered on %(day)s; nobody can be responsible for it before.")
            % {"day": home.registered_on},
            field="starts_on",
        )


def _all_told(refused: Sequence[tuple[Household, Refused]], number: int) -> str:
    """Which households cannot be assigned, each by its head and village with the reason; the first ones of many."""
    shown = refused[:MOST_TOLD]
    keys = [home.pk for home, _refusal in shown]
    heads = Membership.objects.filter(household__in=keys, relationship=Relationship.HEAD).order_by("joined_on")
    names = dict(heads.values_list("household_id", "member__name"))
    villages = dict(Division.objects.filter(pk__in={home.village_id for home, _r in shown}).values_list("pk", "name"))
    told = [f"{names.get(home.pk, '–')} ({villages[home.village_id]}){COLON}{each}" for home, each in shown]
    sentence = _("%(refused)d of %(number)d households cannot be assigned, so that none was: %(reasons)s")
    return sentence % {"refused": len(refused), "number": number, "reasons": " ".join(told)}


def _end(rows: Sequence[Assignment], on: date) -> None:
    """Those who were responsible are so until the day before; an assignment of the very day is as if never made."""
    keys = [row.pk for row in rows]
    Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), pk__in=keys).update(ends_on=on)


def _entry(action: str, row: Assignment, by: User, at: datetime, changes: dict[str, str]) -> audit.AuditEvent:
    told = {"household": str(row.household_id), **changes}
    return audit.entry(action=action, subject=row, by=by, at=at, division_code=row.village_id, changes=told)
