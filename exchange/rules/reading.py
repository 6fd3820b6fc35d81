"""Reading what other systems and spreadsheets write: one cell, or one member of a JSON object, as a plain value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common.names import Name
from common.texts import shown

Reader = Callable[[Any], Any]
HERE = ZoneInfo("Asia/Shanghai")
# A day with its year first and all its parts, in the signs that people put between them: never one of two days.
DAY = re.compile(r"(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?", re.ASCII)  # the signs of 2022年9月5日
# A month; never with a point, for a spreadsheet makes 2022.1 of October.
MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|\u5e74(\d{1,2})\u6708)", re.ASCII)
PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
SERIAL = re.compile(r"\d{5}", re.ASCII)  # how a spreadsheet keeps a day; no other spelling has five digits
FIRST_SERIAL = date(1899, 12, 30)
# 14:30, 14时30分
TIME = re.compile(r"(\d{1,2})[:\u65f6\u70b9](\d{1,2})(?:[:\u5206](\d{1,2}))?\u5206?\u79d2?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+|(?:,\d{4})+)(?:\.\d+)?", re.ASCII)
YES = frozenset({"是", "有", "true", "yes", "y", "1", "√"})
NO = frozenset({"否", "无", "false", "no", "n", "0", "×"})
# Beyond this a spreadsheet has rounded what was typed as a number: the document it stood for cannot be told any more.
EXACT_IN_A_CELL = 10**15
LARGEST = Decimal(10) ** 12
# Control characters but tab and line breaks, and halves of surrogate pairs.
STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Unreadable(ValueError):
    """A value that cannot be taken; the message says what is expected instead."""

    code = "unreadable"


class NoOffset(Unreadable):
    """A moment that would be another one where the clocks differ."""

    code = "no_offset"


def text(value: Any) -> str:
    """Any text, without space around it; a whole number as its digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not value.is_integer():
            return str(value)
        value = int(value)
    if isinstance(value, int):
        if abs(value) >= EXACT_IN_A_CELL:
            raise Unreadable(_("The number is so long that the spreadsheet rounded it. Make the cell a text."))
        return str(value)
    if isinstance(value, str) and STRANGE.search(value):
        raise Unreadable(_("The text holds characters that are no text. Type it anew instead of pasting it."))
    if isinstance(value, str | date | Decimal):
        return str(value).strip()
    raise Unreadable(_("A text is expected here."))


def digits(value: Any) -> str:
    """A code or number that is no amount: full-width signs made plain, space and apostrophe around it taken off."""
    return unicodedata.normalize("NFKC", text(value)).strip().strip("'’").replace(" ", "")


def day(value: Any) -> date:
    """A day: a date of the spreadsheet, the number by which it keeps one, 2022-09-05, 2022/9/5, 2022年9月5日, 20220905.

    Of a month (202209, 2022-9, 2022年9月) it is the first day. A time is taken off where it is midnight.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    told = unicodedata.normalize("NFKC", text(value)).strip().strip("'’")
    first, _space, rest = told.replace("T", " ").partition(" ")
    clock = TIME.fullmatch(rest.partition(".")[0].strip())
    if clock and not any(int(part) for part in clock.groups() if part):
        told = first
    read = _day(told.replace(" ", ""))
    if read is None:
        raise Unreadable(_("%(value)s is no day. Write it as 2022-09-05.") % {"value": shown(told)})
    return read


def _day(told: str) -> date | None:
    month = MONTH.fullmatch(told)
    found = DAY.fullmatch(told) or PACKED.fullmatch(told)
    try:
        if month:
            return date(int(month[1]), int(month[2] or month[3]), 1)
        if found:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
    return FIRST_SERIAL + timedelta(days=int(told)) if SERIAL.fullmatch(told) else None


def moment(value: Any) -> datetime:
    """A moment, or a day for its beginning; one without an offset is of the clocks here, as people fill in sheets."""
    read = _told_moment(value)
    return read if read.tzinfo else read.replace(tzinfo=HERE)


def exact_moment(value: Any) -> datetime:
    """A moment of another system's clock, which may stand elsewhere: as `moment`, but with its offset from UTC."""
    read = _told_moment(value)
    if read.tzinfo is None:
        raise NoOffset(_("The moment has no offset from UTC. Write it as 2022-09-05T14:30:00+08:00."))
    return read


def _told_moment(value: Any) -> datetime:
    """A moment as it is told, with or without an offset."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    told = unicodedata.normalize("NFKC", text(value)).strip().strip("'’")
    try:
        read: datetime | None = datetime.fromisoformat(told)
    except ValueError:
        read = _moment(told)
    if read is None:
        raise Unreadable(_("%(value)s is no moment. Write it as 2022-09-05T14:30:00+08:00.") % {"value": shown(told)})
    return read


def _moment(told: str) -> datetime | None:
    """A day in any of its spellings, and a time behind it."""
    first, _space, rest = told.replace("\u65e5", "\u65e5 ").partition(" ")
    on = DAY.fullmatch(first.strip()) and _day(first.strip())
    clock = TIME.fullmatch(rest.strip()) if rest.strip() else None
    if not on or (rest.strip() and clock is None):
        return None
    try:
        hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
        return datetime.combine(on, time(hour, minute, second))
    except ValueError:
        return None


def yes_or_no(value: Any) -> bool:
    """Yes or no, in either language."""
    if isinstance(value, bool):
        return value
    told = digits(value).lower()
    if told in YES:
        return True
    if told in NO:
        return False
    raise Unreadable(_("%(value)s is neither yes nor no. Write 是 or 否.") % {"value": shown(told)})


def amount(value: Any) -> Decimal:
    """Yuan, at most to the cent."""
    if isinstance(value, bool):
        raise Unreadable(_("An amount is expected here."))
    told = repr(value) if isinstance(value, float) else digits(value).removesuffix("元").lstrip("¥")
    if GROUPED.fullmatch(told):
        told = told.replace(",", "")
    try:
        read = Decimal(told)
    except InvalidOperation as error:
        raise Unreadable(_("%(value)s is no amount. Write it as 1234.50.") % {"value": shown(told)}) from error
    if not read.is_finite() or abs(read) >= LARGEST:
        raise Unreadable(_("%(value)s is no amount that can be kept.") % {"value": shown(told)})
    cents = read.quantize(Decimal("0.01"))
    if cents != read:
        raise Unreadable(_("%(value)s has more than two decimals. Round it to the cent.") % {"value": shown(told)})
    return cents


def whole(value: Any) -> int:
    """A whole number."""
    told = digits(value)
    if not re.fullmatch(r"[+-]?\d{1,9}", told, re.ASCII):
        raise Unreadable(_("%(value)s is no whole number.") % {"value": shown(told)})
    return int(told)


def key(value: Any) -> UUID:
    """The key of a record."""
    try:
        return UUID(text(value))
    except ValueError as error:
        raise Unreadable(_("%(value)s is no key of a record.") % {"value": shown(text(value))}) from error


def one_of(names: Mapping[Any, Name]) -> Reader:
    """A reader of one value of a code list: its code, or its name in either language."""
    known = {
        spelling: code for code, name in names.items() for spelling in (str(code).lower(), name.zh, name.en.lower())
    }

    def read(value: Any) -> Any:
        told = unicodedata.normalize("NFKC", text(value)).strip()
        code = known.get(told.lower())
        if code is None:
            listed = _(", ").join(str(name) for name in names.values())
            raise Unreadable(_("%(value)s is none of: %(listed)s.") % {"value": shown(told), "listed": listed})
        return code

    return read


def several_of(names: Mapping[Any, Name]) -> Reader:
    """A reader of several values of a code list, a JSON list or a text with any usual sign between them."""
    one = one_of(names)

    def read(value: Any) -> tuple[Any, ...]:
        parts = value if isinstance(value, list | tuple) else re.split(r"[,，、;；/|]+", text(value))
        return tuple(dict.fromkeys(one(part) for part in parts if text(part)))

    return read
