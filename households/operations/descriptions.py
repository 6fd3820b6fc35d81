"""Descriptions: what is written down of a household or a person, and put right when it was wrong or has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import update_all
from common.constraints import refused_by
from common.crypto import encrypt, keyed_hash
from common.faults import Faults
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, Household, Member, Membership
from households.operations.existence import check_exists
from households.rules.admission import fault_of_type
from households.rules.codes import HouseholdType
from households.rules.documents import InvalidDocument, parse_document
from households.workflow import OPEN

OF_HOUSEHOLD = ("address", "phone", "national_number", "is_former_poor")
OF_MEMBER = ("name", "sex", "birth_date", "ethnicity", "political_status", "phone")
NUMBER = "number"
# What a document number of a person is kept as.
OF_NUMBER = ("document_token", "document_hash", "birth_date")


@dataclass(frozen=True, slots=True)
class HouseholdAmendment:
    """From now on these fields of the household hold these values; only those of OF_HOUSEHOLD can be amended."""

    household: Household
    changes: Mapping[str, Any]
    by: User
    at: datetime
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class MemberAmendment:
    """From now on these fields of the person hold these values: those of OF_MEMBER, and the document `number`."""

    membership: Membership
    changes: Mapping[str, Any]
    by: User
    at: datetime
    expected_version: int | None


@transaction.atomic
def amend_households(*, amendments: Sequence[HouseholdAmendment]) -> list[Household]:
    """Write down what is known better now, all or none; gives the households, each once more changed than before."""
    desk = access.Desk()
    keys = [each.household.pk for each in amendments]
    held = {row.pk: row for row in Household.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    types = _types_of_open_cases([each.household.pk for each in amendments if "is_former_poor" in each.changes])
    entries: list[AuditEvent] = []
    faults = Faults()
    for place, each in enumerate(amendments):
        home = held[each.household.pk]
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            check_version(home, each.expected_version)
            check_exists(home)
            changed = _apply(home, each.changes, OF_HOUSEHOLD)
            if fault := home.pk in types and fault_of_type(types[home.pk], home.is_former_poor):
                raise Invalid(fault, field="is_former_poor")
            check_rows([home])
            home.version += 1
            entries.append(_entry("household.described", home, home, each.by, each.at, changed))
    faults.stop()
    _refuse_known(amendments, faults)
    rows = [held[key] for key in dict.fromkeys(keys)]
    with refused_by("household_national_number_is_unique", _number_taken()):
        update_all(rows, (*OF_HOUSEHOLD, "version"))
    audit.write(entries)
    return [held[key] for key in keys]


@transaction.atomic
def amend_members(*, amendments: Sequence[MemberAmendment]) -> list[Member]:
    """Write down what is known better of people, all or none; the trail names the fields, never a document number."""
    desk = access.Desk()
    keys = [each.membership.member_id for each in amendments]
    held = {row.pk: row for row in Member.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    entries: list[AuditEvent] = []
    faults = Faults()
    for place, each in enumerate(amendments):
        member, home = held[each.membership.member_id], each.membership.household
        with faults.of(place):
            desk.check(each.by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(each.at), home.pk)
            check_version(member, each.expected_version)
            check_exists(home)
            changed = _describe(member, each)
            check_rows([member])
            member.version += 1
            entries.append(_entry("member.described", member, home, each.by, each.at, changed))
    faults.stop()
    rows = [held[key] for key in dict.fromkeys(keys)]
    with refused_by("document_hash", _document_taken()):
        update_all(rows, (*OF_MEMBER, *OF_NUMBER[:2], "version"))
    audit.write(entries)
    return [held[key] for key in keys]


def _refuse_known(amendments: Sequence[HouseholdAmendment], faults: Faults) -> None:
    """Refuse each that would take the national number of another household, also of one in the same act."""
    told = [str(each.changes.get("national_number", "")).strip() for each in amendments]
    rows = Household.objects.filter(national_number__in={number for number in told if number})
    holders = dict(rows.values_list("national_number", "pk")) if any(told) else {}
    for place, (number, each) in enumerate(zip(told, amendments, strict=True)):
        if number and holders.setdefault(number, each.household.pk) != each.household.pk:
            faults.add(place, _number_taken())
    faults.stop()


def _describe(member: Member, each: MemberAmendment) -> list[str]:
    told = dict(each.changes)
    number = told.pop(NUMBER, "")
    changed = _apply(member, told, OF_MEMBER)
    if number:
        _write_number(member, number, each)
        changed.append(NUMBER)
    _check_person(member, each)
    return changed


def _apply(row: Household | Member, given: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    """Set what differs; gives the names of the fields that do."""
    changed = []
    for name, value in given.items():
        if name not in known:
            raise Invalid(_("“%(name)s” cannot be changed in this way.") % {"name": name}, field=name)
        wanted = value.strip() if isinstance(value, str) else value
        if getattr(row, name) != wanted:
            setattr(row, name, wanted)
            changed.append(name)
    return changed


def _write_number(member: Member, number: str, each: MemberAmendment) -> None:
    try:
        document = parse_document(number, on=day_of(each.at))
    except InvalidDocument as error:
        raise Invalid(f"{member.name}: {error}", code="invalid_number", field=NUMBER) from error
    if "birth_date" in each.changes and each.changes["birth_date"] not in {None, document.birth_date}:
        raise Invalid(
            _("%(name)s: the birth date differs from the one in the number.") % {"name": member.name},
            field="birth_date",
        )
    member.document_token, member.document_hash = encrypt(document.number), keyed_hash(document.body)
    member.birth_date = document.birth_date


def _check_person(member: Member, each: MemberAmendment) -> None:
    if not member.name:
        raise Invalid(_("Give the person's name."), field="name")
    joined = each.membership.joined_on
    if member.birth_date is not None and member.birth_date > joined:
        raise Invalid(
            _("%(name)s cannot join on %(joined)s: the birth date is %(born)s. Check both.")
            % {"name": member.name, "joined": joined, "born": member.birth_date},
            field="birth_date",
        )


def _types_of_open_cases(households: Sequence[Any]) -> dict[Any, HouseholdType]:
    found = Case.objects.filter(household__in=households, status__in=[status.value for status in OPEN])
    return {key: HouseholdType(kind) for key, kind in found.values_list("household", "household_type")}


def _entry(
    action: str, subject: Household | Member, home: Household, by: User, at: datetime, changed: Sequence[str]
) -> AuditEvent:
    # Who reads the trail need not be one who may read records: names, addresses and phones do not belong into it.
    told = {"household": str(home.pk), "changed": ", ".join(changed)}
    return audit.entry(action=action, subject=subject, by=by, at=at, division_code=home.village_id, changes=told)


def _number_taken() -> Conflict:
    return Conflict(
        _("The national number belongs to another household already."), code="number_taken", field="national_number"
    )


def _document_taken() -> Conflict:
    return Conflict(
        _("A person with this identity number is registered already. Move that person instead of adding another."),
        code="number_taken",
        field=NUMBER,
    )
