"""Identity numbers that are valid in form and can be nobody's."""

from __future__ import annotations

from datetime import date, timedelta

from households.rules.codes import Sex
from households.rules.documents import check_character

# GB/T 2260 never assigned an area beginning with 6299; each demonstration of a database takes another one of these.
UNASSIGNED_AREAS = tuple(f"6299{number:02d}" for number in range(100))
_NUMBERS_A_DAY = 499
# Coprime to the numbers of a day, so that consecutive persons of a day do not get consecutive numbers.
_STRIDE = 211


class IdentityNumbers:
    """Issues each number of an area once."""

    def __init__(self, area: str = UNASSIGNED_AREAS[0]) -> None:
        self._area = area
        self._issued: dict[tuple[int, Sex], int] = {}

    def issue(self, born: int, sex: Sex) -> tuple[date, str]:
        """A birth date (that of the ordinal `born`, or the next before it with a number left) and its number."""
        while self._issued.get((born, sex), 0) >= _NUMBERS_A_DAY:
            born -= 1
        used = self._issued.get((born, sex), 0)
        self._issued[born, sex] = used + 1
        birth_date = date.fromordinal(born)
        # 1 to 499, so that even numbers begin at 002 and odd ones at 003.
        index = (used * _STRIDE + born) % _NUMBERS_A_DAY + 1
        sequence = 2 * index + (1 if sex is Sex.MALE else 0)
        first17 = f"{self._area}{birth_date:%Y%m%d}{sequence:03d}"
        return birth_date, first17 + check_character(first17)


def age_on(birth_date: date, day: date) -> int:
    """Completed years."""
    return (day - birth_date) // timedelta(days=365.2425)
