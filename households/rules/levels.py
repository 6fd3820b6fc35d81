"""Levels of administrative divisions, told by the length of the code (DOMAIN §2.10)."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name
from common.texts import shown


class Level(StrEnum):
    """A level of division."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


LEVELS: dict[Level, Name] = {
    Level.PROVINCE: Name("省", "province"),
    Level.PREFECTURE: Name("市州", "prefecture"),
    Level.COUNTY: Name("县区", "county"),
    Level.TOWNSHIP: Name("乡镇街道", "township"),
    Level.VILLAGE: Name("村社区", "village"),
}

CODE_LENGTHS: dict[Level, int] = {
    Level.PROVINCE: 2,
    Level.PREFECTURE: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}
_BY_LENGTH = {length: level for level, length in CODE_LENGTHS.items()}
_ORDER = list(Level)
_LENGTH_ABOVE = dict(zip(list(_BY_LENGTH)[1:], _BY_LENGTH, strict=False))


def level_of(code: str) -> Level:
    """The level that a division code speaks of; ValueError where its length is none of 2, 4, 6, 9 and 12."""
    level = _BY_LENGTH.get(len(code))
    if level is None or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{shown(code)} is no division code: it must have 2, 4, 6, 9 or 12 digits")
    return level


def below(level: Level) -> Level | None:
    """The level next below, None below a village."""
    position = _ORDER.index(level) + 1
    return _ORDER[position] if position < len(_ORDER) else None


def parent_of(code: str) -> str | None:
    """The code of the division next above, None above a province."""
    level_of(code)
    length = _LENGTH_ABOVE.get(len(code))
    return code[:length] if length else None


def one_holds_the_other(one: str, other: str) -> bool:
    """Whether two divisions have ground in common: a division lies in another one or not at all, never in part."""
    return one.startswith(other) or other.startswith(one)


def path_of(code: str) -> list[str]:
    """The codes from the province down to `code` itself."""
    return [code[:length] for length in CODE_LENGTHS.values() if length <= len(code)]
