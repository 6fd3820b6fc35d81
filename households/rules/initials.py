"""The pinyin initials of a place name, by which people search for it: 永登县 is found by ydx."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=2**16)
def initials(name: str) -> str:
    """The first letter of each syllable, lower case; Latin letters and digits stay, anything else is left out."""
    syllables = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return "".join(letter for letter in "".join(syllables).lower() if letter.isascii() and letter.isalnum())
