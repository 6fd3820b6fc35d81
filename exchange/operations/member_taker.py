"""Taking members: people who are new, people who are known, and people of whom nobody can say which they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from common.faults import Faults, standing_at
from common.moments import day_of
from common.refusals import Conflict
from exchange.operations import namesakes
from exchange.operations.bench import (
    Bench,
    Change,
    Decision,
    Made,
    New,
    Same,
    Taker,
    ambiguous,
    clash_of,
    decided,
    differing,
    said_otherwise,
)
from exchange.operations.household_taker import hash_of, person_of
from exchange.rules.outcomes import Item
from households.models import Household, Member, Membership
from households.operations import descriptions, members, newcomers
from households.operations.descriptions import NUMBER, OF_MEMBER, MemberAmendment
from households.operations.members import Person
from households.operations.newcomers import Newcomer
from households.rules.codes import Relationship
from households.rules.documents import mask


@dataclass(frozen=True, slots=True)
class _Amendment:
    """What is known better of a person, and what he or she is to the head from today on, where that changes."""

    described: MemberAmendment | None
    membership: Membership
    relationship: Relationship | None
    by: User
    at: datetime


def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
    """What each item would do: people are found by key, by document number, or at home by name and birth date."""
    held = _Known(items, bench)

    def one(item: Item) -> Decision:
        home = bench.home(item)
        if item.values.get("number"):
            person_of(dict(item.values), bench)
        membership = held.membership_of(item, home)
        if membership is None:
            held.check_no_namesake(item, home)
            return New(Newcomer(home, _person(item, home, bench), bench.by, bench.at))
        return _compared(item, membership, bench)

    return [decided(one)(each) for each in items]


def create(given: Sequence[Newcomer]) -> list[Made]:
    """Add people to their households."""
    made = newcomers.add_all(newcomers=given)
    return [Made(row.pk, row.version, each.household.pk) for row, each in zip(made, given, strict=True)]


def change(given: Sequence[_Amendment]) -> list[Made]:
    """Amend what is known of people, and what they are to the heads of their households."""
    described = {place: each.described for place, each in enumerate(given) if each.described}
    with standing_at(list(described)):
        descriptions.amend_members(amendments=list(described.values()))
    faults = Faults()
    for place, each in enumerate(given):
        if each.relationship is not None:
            with faults.of(place):
                _relate(each, each.relationship)
    faults.stop()
    versions = dict(
        Member.objects.filter(pk__in=[each.membership.member_id for each in given]).values_list("pk", "version")
    )
    keys = [(each.membership.member_id, each.membership.household_id) for each in given]
    return [Made(member, versions[member], home) for member, home in keys]


MEMBERS = Taker(decide, create, change)


class _Known:
    """The people to whom items may refer."""

    def __init__(self, items: Sequence[Item], bench: Bench) -> None:
        self._bench = bench
        homes = bench.homes_of(items)
        hashes = {each.number: hash_of(each.values.get("number", ""), bench) for each in items}
        self._hashes = hashes
        present = Membership.objects.filter(left_on__isnull=True).select_related("member")
        self._by_home: dict[UUID, list[Membership]] = defaultdict(list)
        for row in present.filter(household__in=list(homes)):
            row.household = homes[row.household_id]
            self._by_home[row.household_id].append(row)
        given = {each for each in hashes.values() if each}
        numbered = present.filter(member__document_hash__in=given).select_related("member", "household")
        self._by_hash = {bytes(row.member.document_hash): row for row in numbered} if given else {}
        unnumbered = [each for each in items if each.values.get("birth_date") and not each.values.get("number")]
        self._namesakes = namesakes.living(
            (home.village_id for home in homes.values()), (each.values["name"] for each in unnumbered)
        )

    def membership_of(self, item: Item, home: Household) -> Membership | None:
        """The present membership of the person in the household; Conflict where the person belongs elsewhere."""
        key, hashed = self._bench.key_of(item), self._hashes[item.number]
        rows = self._by_home[home.pk]
        by_key = next((row for row in rows if key is not None and key in {row.member_id, row.pk}), None)
        by_number = self._by_hash.get(hashed) if hashed else None
        if by_key is not None and by_number is not None and by_key != by_number:
            raise ambiguous()
        if by_number is not None and by_number.household_id != home.pk:
            raise Conflict(
                _("The person with this number belongs to another household. Record that he or she moved instead."),
                code="lives_elsewhere",
                field=NUMBER,
            )
        if by_key is not None or by_number is not None:
            return by_key or by_number
        # Whoever has a number already is somebody else than the person whose number this is.
        return self._by_name(item, [row for row in rows if not hashed or row.member.document_hash is None])

    def check_no_namesake(self, item: Item, home: Household) -> None:
        """Conflict where somebody else of the village may be the same person, unless the item says otherwise."""
        is_sure = bool(item.values.get("is_another_person") or self._hashes[item.number])
        told = namesakes.told_by(home.village_id, item.values, self._bench)
        namesakes.check(told, self._namesakes, self._bench, is_sure=is_sure, field="name")

    def _by_name(self, item: Item, rows: Sequence[Membership]) -> Membership | None:
        name, born = item.values["name"], item.values.get("birth_date")
        found = [row for row in rows if row.member.name == name and (born is None or row.member.birth_date == born)]
        if len(found) > 1:
            raise ambiguous()
        return found[0] if found else None


def _person(item: Item, home: Household, bench: Bench) -> Person:
    values = item.values
    sex, number = person_of(dict(values), bench)
    return Person(
        values["name"],
        sex,
        values["relationship"],
        values.get("joined_on", home.registered_on),
        number=number,
        birth_date=values.get("birth_date"),
        ethnicity=values.get("ethnicity", ""),
        political_status=values.get("political_status", ""),
        phone=values.get("phone", ""),
        id=values.get("id"),
    )


def _compared(item: Item, membership: Membership, bench: Bench) -> Decision:
    member, values = membership.member, item.values
    changes: dict[str, tuple[Any, Any]] = differing(member, values, OF_MEMBER)
    given = {name: new for name, (_old, new) in changes.items()}
    if values.get("joined_on", membership.joined_on) != membership.joined_on:
        raise said_otherwise("joined_on")
    number = values.get("number", "")
    held = bytes(member.document_hash) if member.document_hash is not None else None
    if number and held is None:
        changes[NUMBER] = ("", mask(number))
        given[NUMBER] = number
    elif number and hash_of(number, bench) != held:
        raise ambiguous()
    told = values["relationship"]
    relationship = told if told != membership.relationship else None
    if relationship is not None:
        changes["relationship"] = (membership.relationship, relationship.value)
    if not changes:
        return Same(Made(member.pk, member.version, membership.household_id))
    version = bench.version_for(item, member.version)
    described = MemberAmendment(membership, given, bench.by, bench.at, version) if given else None
    amendment = _Amendment(described, membership, relationship, bench.by, bench.at)
    return Change(amendment, changes, clash_of(item, membership.household, member, changes, bench))


def _relate(each: _Amendment, relationship: Relationship) -> None:
    home = Household.objects.get(pk=each.membership.household_id)
    members.relate(
        membership=each.membership,
        relationship=relationship,
        on=day_of(each.at),
        by=each.by,
        at=each.at,
        expected_version=home.version,
    )
