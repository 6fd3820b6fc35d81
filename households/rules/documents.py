"""Document numbers: identity card, disability certificate, replacement certificate (GB 11643, DOMAIN §2.10)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from common.names import Name
from households.rules.codes import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_PLACEHOLDER_PREFIX = "999999"
_FORM = re.compile(r"[0-9]{17}[0-9X](?P<rest>[0-9]{0,4})")
_EARLIEST_YEAR = 1850
_BODY = 18
_SHOWN_FIRST, _SHOWN_LAST = 4, 2


class InvalidDocument(ValueError):
    """A document number that cannot be right; the message says what is wrong and what to do."""


class DocumentKind(StrEnum):
    """What kind of document a number belongs to, told by its length."""

    IDENTITY_CARD = "identity_card"
    DISABILITY_CERTIFICATE = "disability_certificate"
    REPLACEMENT_CERTIFICATE = "replacement_certificate"


DOCUMENT_KINDS: dict[DocumentKind, Name] = {
    DocumentKind.IDENTITY_CARD: Name("居民身份证", "identity card"),
    DocumentKind.DISABILITY_CERTIFICATE: Name("残疾人证", "disability certificate"),
    DocumentKind.REPLACEMENT_CERTIFICATE: Name("补换发残疾人证", "replacement certificate"),
}

DISABILITY_CATEGORIES: dict[int, Name] = {
    1: Name("视力", "sight"),
    2: Name("听力", "hearing"),
    3: Name("言语", "speech"),
    4: Name("肢体", "physical"),
    5: Name("智力", "intellectual"),
    6: Name("精神", "mental"),
    7: Name("多重", "multiple"),
}
DISABILITY_LEVELS = (1, 2, 3, 4)

_KIND_BY_LENGTH = {
    18: DocumentKind.IDENTITY_CARD,
    20: DocumentKind.DISABILITY_CERTIFICATE,
    22: DocumentKind.REPLACEMENT_CERTIFICATE,
}


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A checked number as it is stored, and what it tells; the disability fields only where it carries them."""

    kind: DocumentKind
    number: str
    birth_date: date
    sex: Sex
    disability_category: int | None = None
    disability_level: int | None = None

    @property
    def body(self) -> str:
        """The 18 characters that every document of the same person has in common."""
        return body(self.number)


def check_character(first17: str) -> str:
    """The last character of an identity number, from its first 17 digits (GB 11643: ISO 7064 MOD 11-2)."""
    if len(first17) != len(_WEIGHTS) or not (first17.isascii() and first17.isdigit()):
        raise InvalidDocument(_("The check character is computed from exactly 17 digits."))
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse_document(text: str, *, on: date) -> DocumentNumber:
    """Read a document number as typed; `on` is today, after which nobody can be born.  Raises InvalidDocument."""
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if number.startswith(_PLACEHOLDER_PREFIX):
        raise InvalidDocument(
            _("Numbers that begin with 999999 are placeholders: record “no number yet” for this person instead.")
        )
    if len(number) not in _KIND_BY_LENGTH:
        raise InvalidDocument(
            _("A document number has 18, 20 or 22 characters, this one has %(length)d: check it against the document.")
            % {"length": len(number)}
        )
    form = _FORM.fullmatch(number)
    if form is None:
        raise InvalidDocument(
            _("A document number is made of digits (the 18th character may be X): check it against the document.")
        )
    if number[17] != check_character(number[:17]):
        raise InvalidDocument(
            _("The check character (the 18th) does not fit the other digits: one of them is mistyped.")
        )
    kind = _KIND_BY_LENGTH[len(number)]
    category, level = _disability(form["rest"]) if form["rest"] else (None, None)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return DocumentNumber(kind, number, _birth_date(number[6:14], on), sex, category, level)


def body(number: str) -> str:
    """The identity number within a document number: a certificate's further characters tell of the disability."""
    return number[:_BODY]


def mask(number: str) -> str:
    """The number with all but its first four and last two characters hidden, as long as before (DOMAIN §8)."""
    hidden = len(number) - _SHOWN_FIRST - _SHOWN_LAST
    if hidden <= 0:
        return "*" * len(number)
    return number[:_SHOWN_FIRST] + "*" * hidden + number[-_SHOWN_LAST:]


def _birth_date(digits: str, on: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or born.year < _EARLIEST_YEAR:
        raise InvalidDocument(
            _("Characters 7 to 14 (%(digits)s) are not a date of birth: check them against the document.")
            % {"digits": digits}
        )
    if born > on:
        raise InvalidDocument(
            _("The date of birth in the number (%(born)s) lies in the future: check characters 7 to 14.")
            % {"born": born.isoformat()}
        )
    return born


def _disability(rest: str) -> tuple[int, int]:
    category, level = int(rest[0]), int(rest[1])
    if category not in DISABILITY_CATEGORIES:
        raise InvalidDocument(
            _("The 19th character is the category of disability, 1 to 7, not %(category)d: check the certificate.")
            % {"category": category}
        )
    if level not in DISABILITY_LEVELS:
        raise InvalidDocument(
            _("The 20th character is the level of disability, 1 to 4, not %(level)d: check the certificate.")
            % {"level": level}
        )
    return category, level
