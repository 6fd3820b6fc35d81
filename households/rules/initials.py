"""The pinyin initials of a place name, by which people search for it: 永登县 is found by ydx."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.mmseg import seg


def initials(name: str) -> str:
    """The first letter of each syllable, lower case; Latin letters and digits stay, anything else is left out."""
    return "".join(map(_of_word, seg.cut(name)))


@lru_cache(maxsize=2**16)  # the names of a nation's 600,000 villages are made of some 10,000 words
def _of_word(word: str) -> str:
    syllables = lazy_pinyin(word, style=Style.FIRST_LETTER)
    return "".join(letter for letter in "".join(syllables).lower() if letter.isascii() and letter.isalnum())
