"""Members: people joining and leaving households, with their identity numbers encrypted."""

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
from common.constraints import refused_by
from common.crypto import encrypt, keyed_hash
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Household, Member, Membership
from households.operations.corrections import note_household_change
from households.rules.codes import Relationship, Sex
from households.rules.documents import DocumentNumber, InvalidDocument, parse_document

ROWS_A_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """A person who joins a household on the day `joined_on`. An empty `number` means: no identity number yet."""

    name: str
    sex: Sex
    relationship: Relationship
    joined_on: date
    number: str = ""
    birth_date: date | None = None
    ethnicity: str = ""
    political_status: str = ""
    phone: str = ""
    id: UUID | None = None


@transaction.atomic
def add(*, household: Household, person: Person, by: User, at: datetime, expected_version: int | None) -> Member:
    """A person joins the household; its cases count one person more from that day on."""
    household = _locked(household, by, at, expected_version)
    if not household.registered_on <= person.joined_on <= day_of(at):
        raise Invalid(
            _("Give a day between the household's registration (%(day)s) and today.")
            % {"day": household.registered_on},
            field="joined_on",
        )
    is_head = person.relationship is Relationship.HEAD
    heads = household.memberships.filter(relationship=Relationship.HEAD).exclude(left_on__lte=person.joined_on)
    if is_head and heads.exists():
        raise Conflict(
            _("The household has a head already. Let the present head leave or change first."), code="second_head"
        )
    member = create([(household, person)])[0]
    note_household_change(households=[household], on=person.joined_on, by=by, at=at)
    changes = {"member": str(member.pk), "joined_on": person.joined_on.isoformat()}
    _audit("household.member_added", household, by, at, changes)
    return member


@transaction.atomic
def leave(
    *, membership: Membership, on: date, reason: str, by: User, at: datetime, expected_version: int | None
) -> Membership:
    """The person no longer belongs to the household from that day on; its cases count one person fewer."""
    household = _locked(membership.household, by, at, expected_version)
    if membership.left_on is not None:
        raise Conflict(_("The person left on %(day)s already.") % {"day": membership.left_on})
    if not membership.joined_on < on <= day_of(at):
        raise Invalid(_("Give a day after %(day)s and not in the future.") % {"day": membership.joined_on}, field="on")
    check_text(reason, field="reason")
    membership.left_on = on
    membership.save(update_fields=("left_on",))
    note_household_change(households=[household], on=on, by=by, at=at)
    changes = {"member": str(membership.member_id), "left_on": on.isoformat(), "reason": reason}
    _audit("household.member_left", household, by, at, changes)
    return membership


@transaction.atomic
def describe(
    *,
    membership: Membership,
    ethnicity: str,
    political_status: str,
    phone: str,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Member:
    """What the national form asks of a person and seldom changes; an empty text means that it is not recorded."""
    member = Member.objects.select_for_update(no_key=True).get(pk=membership.member_id)
    home = membership.household
    access.check(by, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(at), home.pk)
    check_version(member, expected_version)
    if membership.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    given = {"ethnicity": ethnicity, "political_status": political_status, "phone": phone.strip()}
    changed = [name for name, value in given.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, given[name])
    check_rows([member])
    member.version += 1
    member.save(update_fields=(*changed, "version"))
    changes = {"member": str(member.pk), "changed": ", ".join(changed)}
    _audit("household.member_described", membership.household, by, at, changes)
    return member


def create(joining: Sequence[tuple[Household, Person]]) -> list[Member]:
    """Write people and their memberships; part of the operation that checked access and writes the audit."""
    documents = [_document(person) for _household, person in joining]
    _refuse_known([document.body for document in documents if document])
    members = [_new(person, document) for (_household, person), document in zip(joining, documents, strict=True)]
    check_rows(members)
    with refused_by("document_hash", _number_taken()), refused_by("member_pkey", _id_taken()):
        Member.objects.bulk_create(members, batch_size=ROWS_A_STATEMENT)
    Membership.objects.bulk_create(
        [
            Membership(household=household, member=member, relationship=person.relationship, joined_on=person.joined_on)
            for (household, person), member in zip(joining, members, strict=True)
        ],
        batch_size=ROWS_A_STATEMENT,
    )
    return members


def _locked(household: Household, by: User, at: datetime, expected_version: int | None) -> Household:
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    access.check(by, Permission.EDIT_HOUSEHOLD, household.village_id, day_of(at), household.pk)
    check_version(household, expected_version)
    if household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    household.version += 1
    household.save(update_fields=("version",))
    return household


def _document(person: Person) -> DocumentNumber | None:
    if not person.name.strip():
        raise Invalid(_("Give the person's name."), field="name")
    if person.birth_date is not None and person.birth_date > person.joined_on:
        raise Invalid(
            _("%(name)s cannot join on %(joined)s: the birth date is %(born)s. Check both.")
            % {"name": person.name, "joined": person.joined_on, "born": person.birth_date},
            field="birth_date",
        )
    if not person.number.strip():
        return None
    try:
        document = parse_document(person.number, on=person.joined_on)
    except InvalidDocument as error:
        raise Invalid(f"{person.name}: {error}", code="invalid_number", field="number") from error
    if person.birth_date not in {None, document.birth_date}:
        raise Invalid(
            _("%(name)s: the birth date differs from the one in the number.") % {"name": person.name},
            field="birth_date",
        )
    return document


def _refuse_known(numbers: Sequence[str]) -> None:
    if len(set(numbers)) < len(numbers):
        raise Conflict(_("An identity number is given twice."), code="number_taken", field="number")
    hashes = [keyed_hash(number) for number in numbers]
    if Member.objects.filter(document_hash__in=hashes).exists():
        raise _number_taken()


def _number_taken() -> Conflict:
    return Conflict(
        _("A person with this identity number is registered already. Move that person instead of adding another."),
        code="number_taken",
        field="number",
    )


def _id_taken() -> Conflict:
    return Conflict(_("A person with this key is registered already."), code="id_taken")


def _new(person: Person, document: DocumentNumber | None) -> Member:
    return Member(
        pk=person.id or new_id(),
        name=person.name.strip(),
        sex=person.sex,
        birth_date=document.birth_date if document else person.birth_date,
        ethnicity=person.ethnicity,
        political_status=person.political_status,
        phone=person.phone.strip(),
        document_token=encrypt(document.number) if document else None,
        document_hash=keyed_hash(document.body) if document else None,
    )


def _audit(action: str, household: Household, by: User, at: datetime, changes: dict[str, str]) -> None:
    audit.write(
        [
            audit.entry(
                action=action, subject=household, by=by, at=at, division_code=household.village_id, changes=changes
            )
        ]
    )
