"""Who lives in a household: head, spouse, generations above and below, with ages that fit each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from demo.rules.outlines import Outline
from households.rules.codes import Relationship, Sex

YEAR = 365.2425
_NEWBORN = 30
_BETWEEN_BIRTHS = 300
_TRIES = 6

_SONS = {Sex.MALE: Relationship.SON, Sex.FEMALE: Relationship.DAUGHTER}
_GRANDCHILDREN = {Sex.MALE: Relationship.GRANDSON, Sex.FEMALE: Relationship.GRANDDAUGHTER}
_NEPHEWS = {Sex.MALE: Relationship.NEPHEW, Sex.FEMALE: Relationship.NIECE}
_OTHER_SEX = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}
_MALE_HEADS = 0.8

WORKING_AGES = (16, 64)
ELDERLY = 65


@dataclass(slots=True)
class Person:
    """A member before name and number; `born` is an ordinal."""

    relationship: Relationship
    sex: Sex
    born: int
    is_able_to_work: bool = False
    is_at_school: bool = False
    is_seriously_ill: bool = False
    disability_category: int | None = None
    disability_level: int | None = None


class Family:
    """A household being filled; ages hold from the day it was reported to the day of the source."""

    def __init__(self, outline: Outline, *, reported: int, as_of: int, rng: Random) -> None:
        self.outline, self.reported, self.as_of, self.rng = outline, reported, as_of, rng
        self.people: list[Person] = []

    def fill(self) -> list[Person]:
        """All members, the head first."""
        self._add_head()
        fill = self._fill_without_labour if self.outline.has_no_labour else self._fill_ordinary
        fill()
        while len(self.people) < self.outline.size:
            self._add_other()
        return self.people

    @property
    def head(self) -> Person:
        """The head of household."""
        return self.people[0]

    def years(self, person: Person) -> float:
        """Age on the day of the source."""
        return (self.as_of - person.born) / YEAR

    def _born(self, youngest: float, oldest: float, *, after: float = 0, before: float = 9e9) -> int | None:
        """A birth between the ages (reached when reported, not passed on the source's day) and the days, if any."""
        low = max(self.as_of - oldest * YEAR, after)
        high = min(self.reported - youngest * YEAR, self.reported - _NEWBORN, before)
        return None if low > high else int(low + self.rng.random() * (high - low)) or 1

    def _born_about(self, youngest: float, oldest: float) -> int:
        """A birth between the ages; where the case is older than the span between them, the older bound gives way."""
        born = self._born(youngest, oldest)
        return int(self.reported - youngest * YEAR) - 5 if born is None else born

    def _add(self, relationship: Relationship, sex: Sex, born: int) -> Person:
        person = Person(relationship, sex, born)
        self.people.append(person)
        return person

    def _add_head(self) -> None:
        sex = Sex.MALE if self.rng.random() < _MALE_HEADS else Sex.FEMALE
        self._add(Relationship.HEAD, sex, self._born_about(*self._head_ages()))

    def _head_ages(self) -> tuple[float, float]:
        """The youngest and oldest the head may be: 28 to 75, and able to work unless nobody is."""
        if self.outline.size == 1 and self.outline.needs_pupil:
            return 18, 23
        if self.outline.has_no_labour:
            return (35, 64) if self.outline.size == 1 and self.rng.random() < 0.3 else (ELDERLY, 75.9)
        return (33, 57) if self.outline.needs_pupil else (28, 63)

    def _fill_ordinary(self) -> None:
        size, rng = self.outline.size, self.rng
        if self.outline.needs_pupil:
            self._add_child(youngest=6, oldest=18.9)
        married = {1: 0.0, 2: 0.0 if self.outline.needs_pupil else 0.6}.get(size, 0.85)
        if rng.random() < married:
            self._add_spouse()
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            self._add_child()
        for sex in Sex:
            if rng.random() < 0.4:
                self._add_parent(sex)
        if self.years(self.head) > 50:
            self._add_young_couple()
        for _ in range(3):
            self._add_child()
        for sex in Sex:
            self._add_parent(sex)
        for _ in range(rng.randint(0, 2)):
            self._add_relative()

    def _fill_without_labour(self) -> None:
        """Elderly, children and severely disabled only."""
        if self.years(self.head) < ELDERLY:
            return
        if self.outline.needs_pupil:
            self._add_grandchild(youngest=6)
        if self.rng.random() < 0.75:
            self._add_spouse(youngest=ELDERLY, oldest=79)
        for _ in range(4):
            self._add_grandchild()
        for sex in Sex:
            if self.rng.random() < 0.3:
                self._add_parent(sex)

    @property
    def _is_full(self) -> bool:
        return len(self.people) >= self.outline.size

    def _of(self, relationships: Iterable[Relationship]) -> list[Person]:
        wanted = set(relationships)
        return [person for person in self.people if person.relationship in wanted]

    def _add_spouse(self, youngest: float = 22, oldest: float = 70) -> None:
        if self._is_full:
            return
        children = self._of(_SONS.values())
        before = min((child.born for child in children), default=9e9) - 20 * YEAR
        after = max((child.born for child in children), default=0) - 42 * YEAR
        near = 5 * YEAR
        born = self._born(
            youngest, oldest, after=max(after, self.head.born - near), before=min(before, self.head.born + near)
        )
        if born is not None:
            self._add(Relationship.SPOUSE, _OTHER_SEX[self.head.sex], born)

    def _add_child(self, youngest: float = 0, oldest: float = 34) -> None:
        if self._is_full:
            return
        parents = self._of((Relationship.HEAD, Relationship.SPOUSE))
        after = max(parent.born for parent in parents) + 20 * YEAR
        before = min(parent.born + (42 if parent.sex is Sex.FEMALE else 50) * YEAR for parent in parents)
        siblings = self._of(_SONS.values())
        for _ in range(_TRIES):
            born = self._born(youngest, oldest, after=after, before=before)
            if born is not None and all(abs(born - sibling.born) > _BETWEEN_BIRTHS for sibling in siblings):
                sex = self.rng.choice((Sex.MALE, Sex.FEMALE))
                self._add(_SONS[sex], sex, born)
                return

    def _add_parent(self, sex: Sex) -> None:
        relationship = Relationship.FATHER if sex is Sex.MALE else Relationship.MOTHER
        if self._is_full or self._of((relationship,)):
            return
        born = self._born(
            40, 98, after=self.head.born - 40 * YEAR, before=min(self.head.born, *self._sibling_births()) - 20 * YEAR
        )
        if born is not None:
            self._add(relationship, sex, born)

    def _sibling_births(self) -> list[int]:
        return [person.born for person in self._of((Relationship.SIBLING, Relationship.HEAD))]

    def _add_young_couple(self) -> None:
        """A grown son's wife and their children."""
        grown = [son for son in self._of((Relationship.SON,)) if self.years(son) > 25]
        if not grown or self.outline.size - len(self.people) < 2:
            return
        son = grown[0]
        born = self._born(22, 40, after=son.born - 4 * YEAR, before=son.born + 4 * YEAR)
        if born is None:
            return
        self._add(Relationship.DAUGHTER_IN_LAW, Sex.FEMALE, born)
        for _ in range(self.rng.randint(1, 3)):
            self._add_grandchild(after=max(son.born, born) + 20 * YEAR)

    def _add_grandchild(self, youngest: float = 0, after: float = 0) -> None:
        if self._is_full:
            return
        after = max(after, self.head.born + 42 * YEAR)
        siblings = self._of(_GRANDCHILDREN.values())
        for _ in range(_TRIES):
            born = self._born(youngest, 15.9, after=after)
            if born is not None and all(abs(born - sibling.born) > _BETWEEN_BIRTHS for sibling in siblings):
                sex = self.rng.choice((Sex.MALE, Sex.FEMALE))
                self._add(_GRANDCHILDREN[sex], sex, born)
                return

    def _add_relative(self) -> None:
        """A brother or sister of the head, or a brother's child."""
        if self._is_full:
            return
        sex = self.rng.choice((Sex.MALE, Sex.FEMALE))
        is_sibling = self.rng.random() < 0.5
        parents = self._of((Relationship.FATHER, Relationship.MOTHER))
        after = max((parent.born for parent in parents), default=0) + 20 * YEAR
        before = min((parent.born for parent in parents), default=9e9) + 42 * YEAR
        near = 8 * YEAR
        born = (
            self._born(22, 70, after=max(after, self.head.born - near), before=min(before, self.head.born + near))
            if is_sibling
            else self._born(0, 17, after=self.head.born + 15 * YEAR)
        )
        if born is not None:
            self._add(Relationship.SIBLING if is_sibling else _NEPHEWS[sex], sex, born)

    def _add_other(self) -> None:
        """Another relative; severely disabled where nobody can work."""
        sex = self.rng.choice((Sex.MALE, Sex.FEMALE))
        self._add(Relationship.OTHER, sex, self._born_about(30, 60))
