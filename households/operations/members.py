"""Members: people joining and leaving households, with their identity numbers encrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.crypto import encrypt, keyed_hash
from common.faults import Faults
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid, NotFound
from common.versions import check_version
from households import access
from households.models import Household, Member, Membership
from households.operations import memberships
from households.operations.corrections import note_household_change
from households.operations.existence import check_exists, check_same_world
from households.rules.changes import Joining, Leaving
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
    how: Joining = Joining.REGISTERED
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
    joining = [(household, person, at)]
    [member] = people = prepare(joining)
    write(joining, people)
    note_household_change(households=[household], on=person.joined_on, by=by, at=at)
    changes = {"member": str(member.pk), "joined_on": person.joined_on.isoformat()}
    _audit("household.member_added", household, by, at, changes)
    return member


@transaction.atomic
def leave(
    *,
    membership: Membership,
    on: date,
    reason: str,
    by: User,
    at: datetime,
    expected_version: int | None,
    how: Leaving = Leaving.OTHER,
) -> Membership:
    """The person no longer belongs to the household from that day on; its cases count one person fewer."""
    household = _locked(membership.household, by, at, expected_version)
    if membership.left_on is not None:
        raise Conflict(_("The person left on %(day)s already.") % {"day": membership.left_on})
    if not membership.joined_on < on <= day_of(at):
        raise Invalid(_("Give a day after %(day)s and not in the future.") % {"day": membership.joined_on}, field="on")
    check_text(reason, field="reason")
    memberships.end_all(rows=[membership], on=on, how=how, at=at)
    note_household_change(households=[household], on=on, by=by, at=at)
    changes = {"member": str(membership.member_id), "left_on": on.isoformat(), "how": how.value, "reason": reason}
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
    check_exists(membership.household)
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


@transaction.atomic
def transfer(
    *,
    member: Member,
    household: Household,
    relationship: Relationship,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
    how: Joining = Joining.TRANSFERRED,
) -> Membership:
    """A known person joins the household on that day, and leaves the one that he or she belonged to until then.

    `expected_version` is that of the household that is joined; both households' cases count the person from that day.
    """
    last = Membership.objects.filter(member=member).select_related("household").order_by("joined_on").last()
    source = last.household if last is not None else None
    list(memberships.locked(key for key in {household.pk, source.pk if source else None} if key))
    household = _locked(household, by, at, expected_version)
    _check_joining(household, relationship, on, at)
    if source is not None:
        access.check(by, Permission.EDIT_HOUSEHOLD, source.village_id, day_of(at), source.pk)
        check_same_world([household, source])
    touched = [household]
    if last is not None and last.left_on is None:
        _check_may_go(last, household)
        memberships.end_all(rows=[last], on=on, how=Leaving.TRANSFERRED, at=at)
        touched.append(last.household)
        Household.objects.filter(pk=last.household_id).update(version=F("version") + 1)
    joined = memberships.begin_all(household=household, people={member.pk: relationship}, on=on, how=how, at=at)[0]
    note_household_change(households=touched, on=on, by=by, at=at)
    changes = {"member": str(member.pk), "on": on.isoformat(), "how": how.value}
    for each in touched:
        _audit("household.member_transferred", each, by, at, changes)
    return joined


@transaction.atomic
def change_head(
    *,
    household: Household,
    head: Member,
    relationships: Mapping[UUID, Relationship],
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Membership:
    """From that day on `head` heads the household; `relationships` say what others are to the new head, by their keys.

    What the head until now is to the new one has to be said, where he or she still belongs to the household.
    """
    household = _locked(household, by, at, expected_version)
    staying = {row.member_id: row for row in household.memberships.filter(left_on__isnull=True)}
    before = [row for row in staying.values() if row.relationship == Relationship.HEAD]
    if head.pk not in staying or any(row.member_id == head.pk for row in before):
        raise Invalid(_("Choose another member of the household as its new head."), field="head")
    if Relationship.HEAD in relationships.values() or any(row.member_id not in relationships for row in before):
        raise Invalid(_("Say what the head until now is to the new head."), field="relationship")
    told = {**relationships, head.pk: Relationship.HEAD}
    memberships.relabel(household=household, relationships=told, on=_day_within(household, on, at), at=at)
    _audit("household.head_changed", household, by, at, {"head": str(head.pk), "on": on.isoformat()})
    return household.memberships.get(member=head, left_on__isnull=True)


@transaction.atomic
def relate(
    *,
    membership: Membership,
    relationship: Relationship,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> Membership:
    """From that day on the member is this to the head of the household."""
    household = _locked(membership.household, by, at, expected_version)
    held = household.memberships.filter(member=membership.member_id, left_on__isnull=True).first()
    if held is None:
        raise Conflict(_("The person does not belong to the household any more."))
    if Relationship.HEAD in {relationship, Relationship(held.relationship)}:
        raise Conflict(_("Who heads the household is changed by naming another head."), code="second_head")
    told = {held.member_id: relationship}
    memberships.relabel(household=household, relationships=told, on=_day_within(household, on, at), at=at)
    changes = {"member": str(held.member_id), "relationship": relationship.value, "on": on.isoformat()}
    _audit("household.member_related", household, by, at, changes)
    return household.memberships.get(member=held.member_id, left_on__isnull=True)


def find(*, by: User, at: datetime, number: str = "", key: UUID | None = None) -> Member:
    """The person with this identity number, or with this key, among those whom `by` may see; NotFound where none is."""
    seen = Membership.objects.visible_to(by, day_of(at))
    if number.strip():
        try:
            wanted = seen.filter(member__document_hash=keyed_hash(parse_document(number, on=day_of(at)).body))
        except InvalidDocument as error:
            raise Invalid(str(error), code="invalid_number", field="number") from error
    else:
        wanted = seen.filter(member=key)
    found = wanted.select_related("member").first()
    if found is None:
        raise NotFound(_("There is no such person, or none of your postings reaches him or her."), field="number")
    member: Member = found.member
    return member


def prepare(joining: Sequence[tuple[Household, Person, datetime]], places: Sequence[int] | None = None) -> list[Member]:
    """People as they will be written; refuses each that cannot be, at its place or at the one that `places` gives."""
    held = places or range(len(joining))
    faults = Faults()
    documents: list[DocumentNumber | None] = [None] * len(joining)
    for number, (_household, person, _at) in enumerate(joining):
        with faults.of(held[number]):
            documents[number] = _document(person)
    faults.stop()
    members = [_new(person, document) for (_home, person, _at), document in zip(joining, documents, strict=True)]
    _refuse_known(members, held, faults)
    check_rows(members, faults=faults, places=held)
    faults.stop()
    return members


def write(joining: Sequence[tuple[Household, Person, datetime]], people: Sequence[Member]) -> None:
    """Write people who are prepared, and their memberships, each known from its moment.

    Access and audit are the calling operation's.
    """
    with refused_by("document_hash", _number_taken()), refused_by("member_pkey", _id_taken()):
        insert_all(people)
    insert_all(
        Membership(
            household_id=household.pk,
            member_id=member.pk,
            relationship=person.relationship,
            joined_on=person.joined_on,
            joined_how=person.how.value,
            recorded_at=at,
        )
        for (household, person, at), member in zip(joining, people, strict=True)
    )


def _locked(household: Household, by: User, at: datetime, expected_version: int | None) -> Household:
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    access.check(by, Permission.EDIT_HOUSEHOLD, household.village_id, day_of(at), household.pk)
    check_version(household, expected_version)
    check_exists(household)
    household.version += 1
    household.save(update_fields=("version",))
    return household


def _check_joining(household: Household, relationship: Relationship, on: date, at: datetime) -> None:
    _day_within(household, on, at)
    heads = household.memberships.filter(relationship=Relationship.HEAD).exclude(left_on__lte=on)
    if relationship is Relationship.HEAD and heads.exists():
        raise Conflict(
            _("The household has a head already. Let the present head leave or change first."), code="second_head"
        )


def _check_may_go(membership: Membership, household: Household) -> None:
    if membership.household_id == household.pk:
        raise Conflict(_("The person belongs to this household already."))
    others = membership.household.memberships.filter(left_on__isnull=True).exclude(pk=membership.pk)
    is_needed = membership.relationship == Relationship.HEAD and membership.household.removed_at is None
    if is_needed and others.exists():
        raise Conflict(_("The person heads the other household. Name another head there first."), code="head_leaves")


def _day_within(household: Household, on: date, at: datetime) -> date:
    if not household.registered_on <= on <= day_of(at):
        raise Invalid(
            _("Give a day between the household's registration (%(day)s) and today.")
            % {"day": household.registered_on},
            field="on",
        )
    return on


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


def _refuse_known(members: Sequence[Member], places: Sequence[int], faults: Faults) -> None:
    hashes = {bytes(member.document_hash) for member in members if member.document_hash}
    rows = Member.objects.filter(document_hash__in=hashes).values_list("document_hash", flat=True)
    known = {bytes(each) for each in rows if each} if hashes else set()
    given, keys = set(), set()
    for place, member in zip(places, members, strict=True):
        if member.document_hash in known:
            faults.add(place, _number_taken())
        elif member.document_hash in given:
            faults.add(place, Conflict(_("An identity number is given twice."), code="number_taken", field="number"))
        if member.pk in keys:
            faults.add(place, _id_taken())
        keys.add(member.pk)
        if member.document_hash:
            given.add(member.document_hash)


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
