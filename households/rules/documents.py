"""Identity numbers: checksum, forms and masking (GB 11643-1999; DOMAIN §2.10, §8)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from households.rules.codes import Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PLACEHOLDER = "999999"
SHOWN_FIRST, SHOWN_LAST = 4, 2


class InvalidDocument(ValueError):
    """What was given is no identity number; the sentence says why."""


class DocumentKind(StrEnum):
    """What an identity number of each length is."""

    IDENTITY_CARD = "identity_card"
    DISABILITY_CERTIFICATE = "disability_certificate"
    REPLACED_CERTIFICATE = "replaced_certificate"


_KINDS = {
    18: DocumentKind.IDENTITY_CARD,
    20: DocumentKind.DISABILITY_CERTIFICATE,
    22: DocumentKind.REPLACED_CERTIFICATE,
}
_TAILS = {
    DocumentKind.IDENTITY_CARD: re.compile(r""),
    DocumentKind.DISABILITY_CERTIFICATE: re.compile(r"[1-7][1-4]"),
    DocumentKind.REPLACED_CERTIFICATE: re.compile(r"[1-7][1-4][0-9A-Z]{2}"),
}


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number that is valid in form; category (1-7) and level (1-4) of a disability where it certifies one."""

    kind: DocumentKind
    number: str
    birth_date: date
    sex: Sex
    disability_category: int | None = None
    disability_level: int | None = None


def check_character(first17: str) -> str:
    """The eighteenth character to 17 digits (GB 11643-1999)."""
    return CHECK_CHARACTERS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def parse_document(text: str, *, on: date) -> DocumentNumber:
    """Read an identity number as of the day `on`; InvalidDocument says what is wrong with it."""
    number = unicodedata.normalize("NFKC", text).strip().upper()
    kind = _KINDS.get(len(number))
    if kind is None:
        raise InvalidDocument(_("An identity number has 18, 20 or 22 characters; this has %(length)d.") % {"length": len(number)})
    body, tail = number[:18], number[18:]
    if not re.fullmatch(r"[0-9]{17}[0-9X]", body):
        raise InvalidDocument(_("The first 17 characters must be digits and the 18th a digit or X."))
    if body.startswith(PLACEHOLDER):
        raise InvalidDocument(_("This is a placeholder. Leave the number empty while there is none."))
    birth_date = _birth_date(body[6:14], on)
    if check_character(body[:17]) != body[17]:
        raise InvalidDocument(_("The check character does not fit. Look for a mistyped digit."))
    if not _TAILS[kind].fullmatch(tail):
        raise InvalidDocument(_("After the identity number must come disability category 1 to 7 and level 1 to 4."))
    return DocumentNumber(
        kind=kind,
        number=number,
        birth_date=birth_date,
        sex=Sex.MALE if int(body[16]) % 2 else Sex.FEMALE,
        disability_category=int(tail[0]) if tail else None,
        disability_level=int(tail[1]) if tail else None,
    )


def mask(number: str) -> str:
    """The number as it may be shown: first four and last two characters, the rest hidden."""
    hidden = max(len(number) - SHOWN_FIRST - SHOWN_LAST, 0)
    return number[:SHOWN_FIRST] + "*" * hidden + number[len(number) - SHOWN_LAST :] if hidden else "*" * len(number)


def _birth_date(digits: str, on: date) -> date:
    try:
        birth_date = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise InvalidDocument(_("The birth date %(digits)s in the number is no day.") % {"digits": digits}) from None
    if birth_date > on:
        raise InvalidDocument(_("The birth date %(day)s in the number lies in the future.") % {"day": birth_date})
    return birth_date
