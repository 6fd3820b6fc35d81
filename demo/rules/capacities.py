"""Who of a household works, learns, is ill or disabled, so that its risks have their reason."""

from __future__ import annotations

from random import Random

from demo.rules.families import ELDERLY, WORKING_AGES, YEAR, Person
from demo.rules.outlines import Outline
from households.rules.codes import Risk
from households.rules.conditions import SEVERE_LEVELS

_SCHOOL_AGES = (6, 18.95)
_STUDENT_UNTIL = 23
_LEAVES_SCHOOL = 16
_STAYS_AT_SCHOOL = 0.85
# A disability of level 1 to 4 where the household can spare nobody's work, and where it can.
_LEVELS = (1, 2, 3, 3, 4, 4)
_MILD_LEVELS = (3, 4)


def settle_capacities(people: list[Person], outline: Outline, *, reported: int, as_of: int, rng: Random) -> None:
    """Decide school, illness, disability and ability to work of each member."""
    _send_to_school(people, outline, as_of, rng)
    for person in people:
        is_of_age = (reported - person.born) / YEAR >= WORKING_AGES[0] and (as_of - person.born) / YEAR < ELDERLY
        person.is_able_to_work = is_of_age and not person.is_at_school
    if outline.has_no_labour:
        for person in people:
            if person.is_able_to_work or _is_grown_pupil(person, as_of):
                _disable(person, rng.choice(SEVERE_LEVELS), rng)
    if Risk.DISABILITY in outline.risks and not any(person.disability_level for person in people):
        person = _spared(people, rng)
        _disable(person, rng.choice(_LEVELS if _can_spare(person, people) else _MILD_LEVELS), rng)
    if Risk.ILLNESS in outline.risks:
        person = _spared(people, rng)
        person.is_seriously_ill = True
        if _can_spare(person, people):
            person.is_able_to_work = False
    if Risk.NO_LABOUR in outline.risks:
        for person in [person for person in people if person.is_able_to_work][1:]:
            person.is_able_to_work = False


def _send_to_school(people: list[Person], outline: Outline, as_of: int, rng: Random) -> None:
    for person in people[1:]:
        age = (as_of - person.born) / YEAR
        if _SCHOOL_AGES[0] <= age < _SCHOOL_AGES[1]:
            person.is_at_school = age < _LEAVES_SCHOOL or rng.random() < _STAYS_AT_SCHOOL
    if outline.needs_pupil and not any(person.is_at_school for person in people):
        young = [person for person in people if (as_of - person.born) / YEAR >= _SCHOOL_AGES[0]]
        pupil = max(young or people, key=lambda person: person.born)
        # A grown-up can only be a student where the household has nobody younger.
        pupil.is_at_school = (as_of - pupil.born) / YEAR < _STUDENT_UNTIL + 1


def _is_grown_pupil(person: Person, as_of: int) -> bool:
    return person.is_at_school and (as_of - person.born) / YEAR >= WORKING_AGES[0]


def _disable(person: Person, level: int, rng: Random) -> None:
    person.disability_category, person.disability_level = rng.randint(1, 7), level
    if level in SEVERE_LEVELS:
        person.is_able_to_work = False


def _spared(people: list[Person], rng: Random) -> Person:
    """Somebody other than the only one who can work, where there is such a one."""
    return rng.choice([person for person in people if _can_spare(person, people)] or people)


def _can_spare(person: Person, people: list[Person]) -> bool:
    return not person.is_able_to_work or sum(other.is_able_to_work for other in people) > 1
