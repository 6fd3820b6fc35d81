"""Shapes of values that administrators set: what each key may hold, and a sentence for what it cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.utils.translation import gettext as _

from common.names import Name
from common.numbers import grouped, written

YES, NO, BETWEEN = Name("是", "yes"), Name("否", "no"), Name("、", ", ")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_WORDS, MOST_ITEMS = 200, 40
MOST_MONEY, CENT = Decimal(10) ** 9, Decimal("0.01")


class Unfit(ValueError):
    """A value that a standard cannot hold: the key at fault, and a sentence that says what it should be."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


class Shape(Protocol):
    """What one key may hold."""

    def read(self, key: str, value: Any) -> Any:
        """The value as it is kept in JSON; Unfit where it cannot be."""

    def told(self, value: Any) -> str:
        """A value that was read, in the reader's words."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a value: its name for people, its shape, and whether it may be left out."""

    name: Name
    shape: Shape
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds, both included."""

    least: int = 1
    most: int = 3650

    def read(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            told = {"key": key, "least": self.least, "most": self.most}
            raise Unfit(key, _("“%(key)s” must be a whole number from %(least)d to %(most)d.") % told)
        return int(value)

    def told(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in yuan, kept as text so that no cent is lost."""

    def read(self, key: str, value: Any) -> str:
        try:
            if isinstance(value, bool | float):
                raise InvalidOperation
            amount = Decimal(value)
            if not 0 <= amount < MOST_MONEY or amount != amount.quantize(CENT):
                raise InvalidOperation
        except (InvalidOperation, TypeError, ValueError) as error:
            raise Unfit(key, _("“%(key)s” must be an amount in yuan, as 5000 or “5000.50”.") % {"key": key}) from error
        return str(int(amount)) if amount == amount.to_integral_value() else str(amount.quantize(CENT))

    def told(self, value: str) -> str:
        return written(value)


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no."""

    def read(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Unfit(key, _("“%(key)s” must be true or false.") % {"key": key})
        return value

    def told(self, value: bool) -> str:
        return str(YES if value else NO)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`."""

    options: Mapping[Any, Name]

    def read(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            told = {"key": key, "known": ", ".join(self.options)}
            raise Unfit(key, _("“%(key)s” must be one of: %(known)s.") % told)
        return str(value)

    def told(self, value: str) -> str:
        return str(self.options[value])


@dataclass(frozen=True, slots=True)
class Choices:
    """One or several of `options`, each once; kept in their order."""

    options: Mapping[Any, Name]

    def read(self, key: str, value: Any) -> list[str]:
        fits = isinstance(value, list) and value and all(isinstance(each, str) for each in value)
        if not fits or len(set(value)) != len(value) or not set(value) <= {str(option) for option in self.options}:
            told = {"key": key, "known": ", ".join(self.options)}
            raise Unfit(key, _("“%(key)s” must name one or several of these, each once: %(known)s.") % told)
        return [str(option) for option in self.options if option in value]

    def told(self, value: list[str]) -> str:
        return str(BETWEEN).join(str(self.options[each]) for each in value)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English."""

    def read(self, key: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(map(_is_text, value.values())):
            told = {"key": key, "most": LONGEST_WORDS}
            raise Unfit(key, _("“%(key)s” needs a text of at most %(most)d characters in “zh” and in “en”.") % told)
        return {language: value[language].strip() for language in ("zh", "en")}

    def told(self, value: dict[str, str]) -> str:
        return str(Name(**value))


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list, each with a code of its own and a text in both languages."""

    def read(self, key: str, value: Any) -> list[dict[str, str]]:
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
            told = {"key": key, "most": MOST_ITEMS}
            raise Unfit(key, _("“%(key)s” must be a list of 1 to %(most)d items.") % told)
        items = [self._item(f"{key}.{number}", item) for number, item in enumerate(value, start=1)]
        if len({item["code"] for item in items}) != len(items):
            raise Unfit(key, _("Two items of “%(key)s” have the same code.") % {"key": key})
        return items

    def _item(self, key: str, item: Any) -> dict[str, str]:
        code = item.get("code") if isinstance(item, dict) else None
        if not isinstance(code, str) or not CODE.fullmatch(code):
            told = {"key": key}
            raise Unfit(key, _("“%(key)s” needs a “code” of small letters, digits and “_”, as “water”.") % told)
        words = {name: text for name, text in item.items() if name != "code"}
        return {"code": code, **Words().read(key, words)}

    def told(self, value: list[dict[str, str]]) -> str:
        return str(BETWEEN).join(str(Name(item["zh"], item["en"])) for item in value)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers by name, as a rule reads them: amounts, days, ages."""

    def read(self, key: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(name, str) and CODE.fullmatch(name) for name in value):
            told = {"key": key}
            raise Unfit(key, _("“%(key)s” must give numbers by names of small letters, digits and “_”.") % told)
        return {name: Money().read(f"{key}.{name}", number) for name, number in value.items()}

    def told(self, value: dict[str, str]) -> str:
        return str(BETWEEN).join(f"{name} = {grouped(Decimal(number))}" for name, number in value.items())


def read(keys: Mapping[str, Key], value: Any) -> dict[str, Any]:
    """The value with each key read; Unfit for a key that is not known, is missing, or does not hold what it should."""
    if not isinstance(value, dict):
        raise Unfit("value", _("The value must be given by keys: %(known)s.") % {"known": ", ".join(keys)})
    for name in value:
        if name not in keys:
            told = {"key": name, "known": ", ".join(keys)}
            raise Unfit(str(name), _("There is no key “%(key)s”. Known here: %(known)s.") % told)
    for name, key in keys.items():
        if key.is_required and name not in value:
            raise Unfit(name, _("The key “%(key)s” is missing.") % {"key": name})
    return {name: key.shape.read(name, value[name]) for name, key in keys.items() if name in value}


def _is_text(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_WORDS and text.isprintable()
