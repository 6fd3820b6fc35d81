"""Households: registering them with their members, and removing one that was registered in error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.faults import Faults
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Division, Household
from households.operations import members
from households.operations.corrections import note_households_removed
from households.operations.members import Person
from households.rules.codes import Relationship
from households.rules.levels import Level

ROWS_A_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class Registration:
    """A household to register in the village with the code `village`, with its members, one of them its head."""

    village: str
    members: tuple[Person, ...]
    on: date
    by: User
    at: datetime
    is_former_poor: bool = False
    address: str = ""
    phone: str = ""
    national_number: str = ""
    id: UUID | None = None


def register(*, registration: Registration) -> Household:
    """Register one household with its members."""
    return register_all(registrations=[registration])[0]


@transaction.atomic
def register_all(*, registrations: Sequence[Registration]) -> list[Household]:
    """Register households with their members, all or none; those of a demonstration's account are synthetic."""
    faults = Faults()
    _check_all(registrations, faults)
    faults.stop()
    _refuse_known([each.national_number for each in registrations], faults)
    faults.add_repeated([each.id for each in registrations], _id_taken())
    households = [_new(each) for each in registrations]
    check_rows(households, faults=faults)
    faults.stop()
    joining = [
        (household, person, each.at)
        for household, each in zip(households, registrations, strict=True)
        for person in each.members
    ]
    places = [place for place, each in enumerate(registrations) for _person in each.members]
    people = members.prepare(joining, places)
    with refused_by("household_national_number_is_unique", _number_taken()), refused_by("household_pkey", _id_taken()):
        insert_all(households)
    members.write(joining, people)
    audit.write(
        audit.entry(
            action="household.registered",
            subject=household,
            by=each.by,
            at=each.at,
            division_code=each.village,
            changes={"registered_on": each.on.isoformat(), "members": len(each.members)},
        )
        for household, each in zip(households, registrations, strict=True)
    )
    return households


@transaction.atomic
def remove(*, household: Household, reason: str, by: User, at: datetime, expected_version: int | None) -> Household:
    """The household was registered in error: it leaves every list and figure from now on, and stays in the record."""
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    access.check(by, Permission.REMOVE_HOUSEHOLD, household.village_id, day_of(at))
    check_version(household, expected_version)
    if not reason.strip():
        raise Invalid(_("Give the reason of the removal."), field="reason")
    check_text(reason, field="reason")
    if household.removed_at is not None:
        raise Conflict(_("The household was removed before."))
    household.removed_at, household.removal_reason = at, reason
    household.version += 1
    household.save(update_fields=("removed_at", "removal_reason", "version"))
    note_households_removed(households=[household], reason=reason, on=day_of(at), by=by, at=at)
    audit.write(
        [
            audit.entry(
                action="household.removed",
                subject=household,
                by=by,
                at=at,
                division_code=household.village_id,
                changes={"reason": reason},
            )
        ]
    )
    return household


def village_in_force(code: str, on: date) -> Division:
    """The village with that code; Invalid where there is none on that day."""
    village = Division.objects.at_level(Level.VILLAGE).filter(pk=code).first()
    if village is None:
        raise Invalid(_("%(code)s is not the code of a known village.") % {"code": code}, field="village")
    _check_in_force(village, on)
    return village


def _check_all(registrations: Sequence[Registration], faults: Faults) -> None:
    desk = access.Desk()
    villages = Division.objects.at_level(Level.VILLAGE).in_bulk({each.village for each in registrations})
    for place, each in enumerate(registrations):
        with faults.of(place):
            if each.village not in villages:
                raise Invalid(
                    _("%(code)s is not the code of a known village.") % {"code": each.village}, field="village"
                )
            desk.check(each.by, Permission.REGISTER_HOUSEHOLD, each.village, day_of(each.at))
            _check(each, villages[each.village])


def _check_in_force(village: Division, on: date) -> None:
    if not village.is_in_force(on):
        raise Invalid(
            _("Village %(code)s is not in force on %(day)s. Give the one that is there on that day.")
            % {"code": village.code, "day": on},
            field="village",
        )


def _check(each: Registration, village: Division) -> None:
    today = day_of(each.at)
    _check_in_force(village, today)
    if each.on > today:
        raise Invalid(_("A household cannot be registered in the future."), field="on")
    if any(not each.on <= person.joined_on <= today for person in each.members):
        raise Invalid(
            _("Give a day between the household's registration (%(day)s) and today.") % {"day": each.on},
            field="joined_on",
        )
    heads = sum(person.relationship is Relationship.HEAD for person in each.members)
    if heads != 1:
        raise Invalid(
            _("A household has exactly one head; this one has %(heads)d.") % {"heads": heads}, field="members"
        )


def _refuse_known(numbers: Sequence[str], faults: Faults) -> None:
    told = {number for number in numbers if number}
    rows = Household.objects.filter(national_number__in=told).values_list("national_number", flat=True)
    known = set(rows) if told else set()
    for place, number in enumerate(numbers):
        if number in known:
            faults.add(place, _number_taken(number))
        if number:
            known.add(number)


def _id_taken() -> Conflict:
    return Conflict(_("A household with this key is registered already."), code="id_taken")


def _number_taken(number: str = "") -> Conflict:
    return Conflict(
        _("The national number %(number)s belongs to another household already.") % {"number": number},
        code="number_taken",
        field="national_number",
    )


def _new(each: Registration) -> Household:
    return Household(
        pk=each.id or new_id(),
        village_id=each.village,
        national_number=each.national_number,
        address=each.address,
        phone=each.phone,
        is_former_poor=each.is_former_poor,
        is_synthetic=each.by.is_demonstration,
        registered_on=each.on,
    )
