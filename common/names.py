"""A name in the languages of the product, picked when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Name:
    """One term of the field in Chinese and English; `str()` gives the reader's language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.within(get_language() or "zh-hans")

    def within(self, language: str) -> str:
        """The term in `language` (a language code such as `zh-hans` or `en`)."""
        return self.zh if language.startswith("zh") else self.en


def choices(names: Mapping[Any, Name]) -> list[tuple[str, str]]:
    """The codes of a list with their English names, as columns, filters and the document of the API list them."""
    return [(code.value, name.en) for code, name in names.items()]
