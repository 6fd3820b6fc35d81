"""Newcomers: many people joining households that are registered already, in one statement for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import update_all
from common.constraints import refused_by
from common.faults import Faults
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import Household, Member, Membership
from households.operations import members, memberships
from households.operations.corrections import note_household_change
from households.operations.existence import check_exists
from households.operations.members import Person
from households.rules.codes import Relationship


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`person` joins `household`. No version is asked for: who joins changes nothing that somebody else has written."""

    household: Household
    person: Person
    by: User
    at: datetime


@transaction.atomic
def add_all(*, newcomers: Sequence[Newcomer]) -> list[Member]:
    """People join households, all or none; the cases of each household count them from the day on which they join."""
    homes = {row.pk: row for row in memberships.locked({each.household.pk for each in newcomers})}
    _check_all(newcomers, homes)
    joining = [(homes[each.household.pk], each.person, each.at) for each in newcomers]
    people = members.prepare(joining)
    with refused_by("household_has_one_head", _second_head()):
        members.write(joining, people)
    for home in homes.values():
        home.version += 1
    update_all(list(homes.values()), ("version",))
    _tell_cases(newcomers, homes)
    audit.write(
        audit.entry(
            action="household.member_added",
            subject=homes[each.household.pk],
            by=each.by,
            at=each.at,
            division_code=homes[each.household.pk].village_id,
            changes={"member": str(member.pk), "joined_on": each.person.joined_on.isoformat()},
        )
        for member, each in zip(people, newcomers, strict=True)
    )
    return people


def _check_all(newcomers: Sequence[Newcomer], homes: dict[UUID, Household]) -> None:
    desk, faults = access.Desk(), Faults()
    to_head = {each.household.pk for each in newcomers if each.person.relationship is Relationship.HEAD}
    headed = _headed(to_head) if to_head else set()
    for place, each in enumerate(newcomers):
        home = homes[each.household.pk]
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            check_exists(home)
            _check_day(each, home)
            if each.person.relationship is Relationship.HEAD:
                if home.pk in headed:
                    raise _second_head()
                headed.add(home.pk)
    faults.stop()


def _headed(homes: set[UUID]) -> set[UUID]:
    rows = Membership.objects.filter(household__in=homes, relationship=Relationship.HEAD, left_on__isnull=True)
    return set(rows.values_list("household", flat=True))


def _check_day(each: Newcomer, home: Household) -> None:
    if not home.registered_on <= each.person.joined_on <= day_of(each.at):
        raise Invalid(
            _("Give a day between the household's registration (%(day)s) and today.") % {"day": home.registered_on},
            field="joined_on",
        )


def _tell_cases(newcomers: Sequence[Newcomer], homes: dict[UUID, Household]) -> None:
    joined: dict[tuple[User, datetime, date], list[Household]] = defaultdict(list)
    for each in newcomers:
        joined[each.by, each.at, each.person.joined_on].append(homes[each.household.pk])
    for (by, at, day), households in sorted(joined.items(), key=lambda item: item[0][2]):
        note_household_change(households=households, on=day, by=by, at=at)


def _second_head() -> Conflict:
    return Conflict(
        _("The household has a head already. Let the present head leave or change first."), code="second_head"
    )
