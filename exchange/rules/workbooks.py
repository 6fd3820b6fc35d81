"""Reading .xlsx row by row in memory that does not grow with the rows: only what cells show, never a formula."""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from exchange.rules.archives import WORKBOOK, Unusable, damaged, opened
from exchange.rules.grid import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Cell,
    NoValue,
    Row,
    SheetName,
    Since1904,
    in_error,
    in_percent,
    too_wide,
    without_value,
)

BYTES_A_READING = 2**16
MOST_TEXTS = 96 * 2**20  # bytes of the texts that cells share
MOST_SHEETS = 50
# Numbers of the formats that come with every workbook and show days or times.
DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
PERCENTS = frozenset({9, 10})
YEAR_1904 = 1904
SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
LAST_SERIAL = 2_958_466
NAMESPACE = re.compile(r"^.*:")


class Parser:
    """An expat parser that tells names without their namespace and takes no document type, so no entity either."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = _no_document_type
        self._expat.StartElementHandler = self._first

    def _first(self, name: str, told: dict[str, str]) -> None:
        """The first element shows whether names come with a namespace; few files do, and stripping costs time."""
        self._expat.CharacterDataHandler = self.text
        if ":" in name:
            self._expat.StartElementHandler = lambda name, told: self.start(NAMESPACE.sub("", name), told)
            self._expat.EndElementHandler = lambda name: self.end(NAMESPACE.sub("", name))
        else:
            self._expat.StartElementHandler, self._expat.EndElementHandler = self.start, self.end
        self.start(NAMESPACE.sub("", name), told)

    def start(self, name: str, told: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, told: str) -> None:
        """Characters between."""

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Take a part of the document."""
        self._expat.Parse(chunk, is_last)

    def read(self, part: IO[bytes]) -> None:
        """Take all of the document."""
        while chunk := part.read(BYTES_A_READING):
            self.feed(chunk)
        self.feed(b"", is_last=True)


def _no_document_type(*_told: Any) -> None:
    raise Unusable("damaged", _("The workbook declares a document type, which no workbook has. Save it anew."))


class _Elements(Parser):
    """The attributes of all elements of some names, in their order."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._names = names
        self.found: list[tuple[str, dict[str, str]]] = []
        self._within: list[str] = []

    def start(self, name: str, told: dict[str, str]) -> None:
        if name in self._names:
            plain = {NAMESPACE.sub("", key): value for key, value in told.items()}
            self.found.append(("/".join([*self._within[-1:], name]), plain))
        self._within.append(name)

    def end(self, name: str) -> None:
        self._within.pop()


class Texts(Parser):
    """The texts that cells share, packed: their bytes in one row, and where each ends."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes, self._ends = bytearray(), array("Q")
        self._open, self._is_aside = False, False

    def start(self, name: str, told: dict[str, str]) -> None:
        if name == "t":
            self._open = not self._is_aside
        elif name == "rPh":
            self._is_aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self._open = False
        elif name == "rPh":
            self._is_aside = False
        elif name == "si":
            self._ends.append(len(self._bytes))

    def text(self, told: str) -> None:
        if self._open:
            self._bytes += told.encode("utf-8", "surrogatepass")
            if len(self._bytes) > MOST_TEXTS:
                raise Unusable("too_large", _("The workbook holds more text than is taken at once. Split it."))

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._ends)


class _Styles(NamedTuple):
    """The styles of cells whose number is shown as a day, and as a percentage."""

    days: frozenset[int]
    percents: frozenset[int]


class _Cells(Parser):
    """The rows of a sheet, each as soon as it has ended."""

    def __init__(self, texts: Texts, styles: _Styles, epoch: datetime) -> None:
        super().__init__()
        self.rows: deque[Row] = deque()
        self._texts, self._styles, self._epoch = texts, styles, epoch
        self._whole: type[int] = Since1904 if epoch.year == YEAR_1904 else int
        self._line, self._row = 0, list[Cell]()
        self._cell: dict[str, str] = {}
        self._column, self._columns = -1, dict[str, int]()
        self._told, self._said = "", 0
        self._open = self._has_formula = self._is_aside = False

    def start(self, name: str, told: dict[str, str]) -> None:
        if name == "c":
            self._cell = told
            self._told, self._has_formula = "", False
        elif name == "v":
            self._open = True
        elif name == "row":
            self._line = int(told.get("r", self._line + 1))
            self._row, self._column = [], -1
        elif name == "t":
            self._open = not self._is_aside
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_aside = True

    def end(self, name: str) -> None:
        if name == "v" or name == "t":
            self._open = False
        elif name == "c":
            self._keep(self._value())
        elif name == "row":
            if self._row:
                self.rows.append(Row(self._line, self._row))
        elif name == "rPh":
            self._is_aside = False

    def text(self, told: str) -> None:
        if self._open and len(self._told) <= LONGEST_CELL:
            self._told += told

    def _keep(self, value: Cell) -> None:
        reference = self._cell.get("r")
        self._column = self._column + 1 if reference is None else self._place(reference.rstrip("0123456789"))
        if self._column >= MOST_COLUMNS:
            raise too_wide()
        if value is None:
            return
        row = self._row
        if missing := self._column - len(row):
            row.extend([None] * missing)
        row.append(value)

    def _place(self, letters: str) -> int:
        """The place of the column with these letters, from 0; Unusable where it lies before the one before it."""
        place = self._columns.get(letters)
        if place is None:
            place = self._columns[letters] = _column(letters)
        if place < len(self._row):
            raise damaged()
        return place

    def _value(self) -> Cell:
        kind, told = self._cell.get("t", "n"), self._told
        if kind == "s":
            number = int(told) if told else -1
            if not 0 <= number < len(self._texts):
                raise damaged()
            return self._texts[number] or None
        if kind == "n" and told:
            return self._number(told)
        if kind in {"str", "inlineStr"}:
            return told or None
        if not told:
            return without_value() if self._has_formula else None
        if kind == "b":
            return told == "1"
        return in_error(told) if kind == "e" else datetime.fromisoformat(told)

    def _number(self, told: str) -> Cell:
        style = int(self._cell.get("s", 0))
        if style in self._styles.days:
            number = float(told)
            if 0 <= number < LAST_SERIAL:
                return self._epoch + timedelta(seconds=round(number * 86_400))
            return NoValue("cell_error", _("The cell shows a day that there is not. Put the day there."))
        if style in self._styles.percents:
            return in_percent()
        return self._whole(told) if told.lstrip("-").isdigit() else float(told)


class Workbook:
    """An .xlsx file whose form was judged before; rows are read as they are asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        with opened(file) as archive:
            self._paths, self.sheets, self._epoch = _contents(archive)
            self._texts, self._styles = _texts(archive), _styles(archive)

    def rows(self, number: int) -> Iterator[Row]:
        """The rows of a sheet that hold anything, each with its line."""
        cells = _Cells(self._texts, self._styles, self._epoch)
        with opened(self._file) as archive, archive.open(_known(archive, self._paths[number])) as part:
            while chunk := part.read(BYTES_A_READING):
                cells.feed(chunk)
                while cells.rows:
                    yield cells.rows.popleft()
            cells.feed(b"", is_last=True)
            yield from cells.rows


def _contents(archive: zipfile.ZipFile) -> tuple[list[str], list[SheetName], datetime]:
    """Where the sheets are, what they are called, and from which day days are counted."""
    book, links = _Elements("sheet", "workbookPr"), _Elements("Relationship")
    with archive.open(_known(archive, WORKBOOK)) as part:
        book.read(part)
    with archive.open(_known(archive, "xl/_rels/workbook.xml.rels")) as part:
        links.read(part)
    targets = {told["Id"]: posixpath.normpath(posixpath.join("xl", told["Target"])) for _path, told in links.found}
    listed = [told for path, told in book.found if path == "sheets/sheet"][:MOST_SHEETS]
    since_1904 = any(told.get("date1904") in {"1", "true"} for path, told in book.found if "Pr" in path)
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 (a cell knows no zone)
    paths = [targets[told["id"]].removeprefix("/") for told in listed]
    sheets = [
        SheetName(number, told["name"], told.get("state", "visible") != "visible") for number, told in enumerate(listed)
    ]
    return paths, sheets, epoch


def _texts(archive: zipfile.ZipFile) -> Texts:
    texts = Texts()
    if "xl/sharedstrings.xml" in {name.lower() for name in archive.namelist()}:
        with archive.open(_known(archive, "xl/sharedStrings.xml")) as part:
            texts.read(part)
    return texts


def _styles(archive: zipfile.ZipFile) -> _Styles:
    if "xl/styles.xml" not in archive.namelist():
        return _Styles(frozenset(), frozenset())
    styles = _Elements("numFmt", "xf")
    with archive.open("xl/styles.xml") as part:
        styles.read(part)
    own = {int(told["numFmtId"]): told["formatCode"] for path, told in styles.found if "numFmt" in path}
    days = DAYS | {number for number, code in own.items() if _shows_days(code)}
    percents = PERCENTS | {number for number, code in own.items() if "%" in SHOWN.sub("", code)}
    used = [int(told.get("numFmtId", "0")) for path, told in styles.found if path == "cellXfs/xf"]
    found = (frozenset(number for number, form in enumerate(used) if form in forms) for forms in (days, percents))
    return _Styles(*found)


def _shows_days(code: str) -> bool:
    return any(letter in SHOWN.sub("", code).lower() for letter in "ymdh年月日")


def _known(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    found = next((part for part in archive.infolist() if part.filename.lower() == path.lower()), None)
    if found is None:
        raise damaged()
    return found


def _column(letters: str) -> int:
    """The place of the column that letters such as AB name, from 0."""
    place = 0
    for letter in letters[:4]:
        place = place * 26 + ord(letter.upper()) - 64
    return place - 1
