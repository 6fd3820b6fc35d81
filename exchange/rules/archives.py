"""What a file that somebody uploads is, judged before anything in it is opened: a workbook, a text, or a refusal."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import IO
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _

MOST_BYTES = 64 * 2**20
MOST_UNPACKED = 512 * 2**20
MOST_TIMES = 200  # how many times larger than packed a part of a workbook may be once it is large at all
LARGE = 4 * 2**20
MOST_PARTS = 1000
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK = "xl/workbook.xml"
# What a part of a workbook is called that holds more than cells, and why it is refused.
ACTIVE = ("vbaproject", "activex", "/macrosheets/", "/dialogsheets/")
FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, LookupError, ExpatError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip
EMBEDDED = ("/embeddings/", "oleobject")


class Unusable(ValueError):
    """The file cannot be taken; `code` is stable, the message says what to do instead."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Form(StrEnum):
    """What a file is written in."""

    XLSX = "xlsx"
    CSV = "csv"


def form_of(file: IO[bytes], size: int) -> Form:
    """What the file is written in, by its content and never by its name; Unusable says why it cannot be taken."""
    if size > MOST_BYTES:
        told = {"most": MOST_BYTES // 2**20}
        raise Unusable("too_large", _("The file is larger than %(most)d MB. Split it into several.") % told)
    file.seek(0)
    start = file.read(8192)
    if not start.strip():
        raise Unusable("empty", _("The file is empty."))
    if start.startswith(COMPOUND):
        raise _compound(file)
    if start.startswith(b"PK\x03\x04"):
        check_workbook(file)
        return Form.XLSX
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        raise Unusable("not_a_sheet", _("This is a web page, whatever its name says. Save it as .xlsx or .csv."))
    if text.startswith((b"%pdf", b"<?xml", b"{\\rtf", b"\x1f\x8b", b"rar!", b"7z\xbc\xaf", b"\x89png", b"\xff\xd8")):
        raise Unusable("not_a_sheet", _("This is no spreadsheet, whatever its name says. Send .xlsx or .csv."))
    if b"\0" in start:
        raise Unusable("not_a_sheet", _("This is neither a workbook nor a text. Send .xlsx, or .csv in UTF-8."))
    return Form.CSV


def check_workbook(file: IO[bytes]) -> None:
    """Unusable where the archive would unpack to too much, or holds what is no table: macros, links, objects."""
    with opened(file) as archive:
        parts = archive.infolist()
        names = [part.filename.lower() for part in parts]
        if len(parts) > MOST_PARTS or len(set(names)) < len(names):
            raise damaged()
        if any(part.flag_bits & 1 for part in parts):
            raise _locked()
        _check_sizes(parts)
        _check_contents(archive, names)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > LARGE and part.file_size > MOST_TIMES * max(part.compress_size, 1) for part in parts)
    if unpacked > MOST_UNPACKED or swollen:
        raise Unusable(
            "bomb", _("The workbook unpacks to far more than its size promises. Save the cells alone in a new one.")
        )


def _check_contents(archive: zipfile.ZipFile, names: list[str]) -> None:
    if any(mark in name for name in names for mark in ACTIVE) or _declares_macros(archive, names):
        raise Unusable("macros", _("The workbook holds macros. Save it as .xlsx without them."))
    if any("externallinks/" in name for name in names):
        raise Unusable("external_links", _("The workbook refers to other files. Replace the links by their values."))
    if any(mark in name for name in names for mark in EMBEDDED):
        raise Unusable("objects", _("The workbook holds other files. Save the cells alone in a new workbook."))
    if WORKBOOK not in names:
        told = _("This is an archive, but no .xlsx workbook. Save the table as .xlsx or .csv.")
        raise Unusable("not_a_sheet", told)


def _declares_macros(archive: zipfile.ZipFile, names: list[str]) -> bool:
    if "[content_types].xml" not in names:
        raise Unusable("not_a_sheet", _("This is an archive, but no .xlsx workbook. Save the table as .xlsx or .csv."))
    part = archive.infolist()[names.index("[content_types].xml")]
    with archive.open(part) as told:
        return b"macroenabled" in told.read(LARGE).lower()


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it while it is read is one refusal."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            yield archive
    except Unusable:
        raise
    except FAULTS as error:
        raise damaged() from error


def _compound(file: IO[bytes]) -> Unusable:
    """Why a file of the older kind is refused: it is locked, or simply old."""
    file.seek(0)
    before = b""
    while chunk := file.read(2**20):
        if "EncryptedPackage".encode("utf-16-le") in before + chunk:
            return _locked()
        before = chunk[-64:]
    return Unusable("old_format", _("This is a file of an old kind (.xls). Open it and save it as .xlsx."))


def _locked() -> Unusable:
    return Unusable("locked", _("The file is protected by a password. Save it without one; it is kept encrypted here."))


def damaged() -> Unusable:
    """The archive or what is in it cannot be read."""
    return Unusable("damaged", _("The workbook is damaged. Open it, save it anew as .xlsx, and send that."))
