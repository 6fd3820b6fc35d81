"""The members of a planned household, with names and identity numbers."""

from __future__ import annotations

from random import Random

from demo.rules.capacities import settle_capacities
from demo.rules.families import Family, Person
from demo.rules.identity import IdentityNumbers
from demo.rules.outlines import Outline
from demo.rules.person_names import draw_name, draw_surname
from demo.rules.records import PlannedMember
from households.rules.codes import Relationship, Sex

# Whose surname a member bears: the head's, that of the children's father, or one of their own.
_HEADS_NAME = frozenset(
    {Relationship.HEAD, Relationship.FATHER, Relationship.SIBLING, Relationship.NEPHEW, Relationship.NIECE}
)
_CHILDRENS_NAME = frozenset(
    {Relationship.SON, Relationship.DAUGHTER, Relationship.GRANDSON, Relationship.GRANDDAUGHTER}
)


def draw_members(
    outline: Outline, *, reported: int, as_of: int, numbers: IdentityNumbers, rng: Random
) -> tuple[PlannedMember, ...]:
    """As many members as the outline says, the head first; `reported` and `as_of` are ordinals of days."""
    people = Family(outline, reported=reported, as_of=as_of, rng=rng).fill()
    settle_capacities(people, outline, reported=reported, as_of=as_of, rng=rng)
    heads = draw_surname(rng)
    spouses = draw_surname(rng)
    has_husband = any(person.relationship is Relationship.SPOUSE and person.sex is Sex.MALE for person in people)
    childrens = spouses if has_husband else heads
    return tuple(_member(person, heads, spouses, childrens, numbers, rng) for person in people)


def _member(
    person: Person, heads: str, spouses: str, childrens: str, numbers: IdentityNumbers, rng: Random
) -> PlannedMember:
    if person.relationship in _HEADS_NAME:
        surname = heads
    elif person.relationship in _CHILDRENS_NAME:
        surname = childrens
    else:
        surname = spouses if person.relationship is Relationship.SPOUSE else draw_surname(rng)
    birth_date, number = numbers.issue(person.born, person.sex)
    return PlannedMember(
        name=draw_name(surname, person.sex, rng),
        sex=person.sex,
        birth_date=birth_date,
        relationship=person.relationship,
        document_number=number,
        is_able_to_work=person.is_able_to_work,
        is_at_school=person.is_at_school,
        is_seriously_ill=person.is_seriously_ill,
        disability_category=person.disability_category,
        disability_level=person.disability_level,
    )
