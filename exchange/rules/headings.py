"""Headings: which row of a sheet names its columns, which kinds of record they describe, and what each column is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from exchange.rules.grid import Cell, NoValue, Row, SheetName, Since1904
from exchange.rules.kinds import KINDS, Column, Faulty, Kind, KindCode
from exchange.rules.reading import day, moment

ROWS_LOOKED_AT = 5
FIRST_OF_1904, DIGITS_OF_A_DAY = date(1904, 1, 1), 5
LEAST_MATCHES = 2
LONGEST_HEADING = 120
# Marks around a heading: a star for what must be filled, a remark in brackets.
MARKS = re.compile(r"[\s*:_]+")
REMARK = re.compile(r"\([^()]*\)$")
# A remark by which values are not what the heading alone would say: another unit, or document numbers with stars.
OTHERWISE = re.compile("[万亿]|[千百]元|thousand|million|掩码|masked")
OURS = 3  # of the headings of a column: in Chinese, in English, and its name
NUMBERED = re.compile(r"(.*?)([1-5])")
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EXAMPLE = ("示例", "EXAMPLE")
# What a row may hold beside the kind that fits best: a list of persons repeats the household, a list of households
# may tell the case.
BESIDE: dict[KindCode, tuple[KindCode, ...]] = {
    KindCode.HOUSEHOLD: (KindCode.CASE,),
    KindCode.CASE: (KindCode.HOUSEHOLD,),
    KindCode.MEMBER: (KindCode.HOUSEHOLD,),
}
# Without these a row registers no household, whatever else it tells of one.
REGISTERS = frozenset({"village", "head_name"})

Columns = Mapping[int, str]
Remembered = Mapping[tuple[KindCode, str], str]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a sheet is read: the line of its headings, the headings, and for each kind which column is which value."""

    number: int
    name: str
    line: int
    headings: tuple[str, ...]
    kinds: Mapping[KindCode, Columns] = field(default_factory=dict)

    @property
    def unused(self) -> list[str]:
        """The headings of columns that no kind takes."""
        used = {place for columns in self.kinds.values() for place in columns}
        return [heading for place, heading in enumerate(self.headings) if heading and place not in used]

    @property
    def missing(self) -> list[Column]:
        """The columns without which no row can be taken."""
        return [column for code, columns in self.kinds.items() for column in missing(KINDS[code], columns)]

    def plain(self) -> dict[str, Any]:
        """The plan as JSON."""
        kinds = {code.value: {str(place): name for place, name in held.items()} for code, held in self.kinds.items()}
        return {
            "number": self.number,
            "name": self.name,
            "line": self.line,
            "headings": list(self.headings),
            "kinds": kinds,
        }

    def chosen(self, kinds: Sequence[tuple[KindCode, Sequence[tuple[int, str]]]]) -> SheetPlan:
        """The plan with these columns instead, kind by kind; Faulty where they do not fit the sheet."""
        held: dict[KindCode, Columns] = {}
        for code, columns in kinds:
            if code in held:
                raise Faulty("kind", _("“%(name)s” is given twice.") % {"name": code.value}, "invalid")
            held[code] = dict(columns)
            names = [name for _place, name in columns]
            for place, name in columns:
                column = KINDS[code].by_name.get(name)
                if column is None:
                    raise Faulty("name", _("There is no field “%(name)s”.") % {"name": name}, "unknown_field")
                if not (0 <= place < len(self.headings) and self.headings[place]):
                    raise Faulty("place", _("The sheet has no column %(place)d.") % {"place": place}, "invalid")
                if len(held[code]) < len(columns) or (names.count(name) > 1 and not column.is_list):
                    raise Faulty("name", _("“%(name)s” is given twice.") % {"name": name}, "invalid")
        return SheetPlan(self.number, self.name, self.line, self.headings, held)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> SheetPlan:
        """The plan that `plain` wrote."""
        kinds = {
            KindCode(code): {int(place): name for place, name in held.items()} for code, held in told["kinds"].items()
        }
        return cls(told["number"], told["name"], told["line"], tuple(told["headings"]), kinds)


def plain_heading(text: object) -> str:
    """A heading as it is compared: signs made plain, marks and space taken off."""
    return MARKS.sub("", unicodedata.normalize("NFKC", str(text))).lower()


KNOWN = frozenset(plain_heading(told) for kind in KINDS.values() for column in kind.columns for told in column.headings)


def guessed(
    sheet: SheetName, rows: Sequence[Row], remembered: Remembered, chosen: KindCode | None = None
) -> SheetPlan | None:
    """How the sheet is best read, by the row among its first five that matches most; None where it has no rows."""
    best: tuple[tuple[int, ...], SheetPlan] | None = None
    for place, row in enumerate(rows[:ROWS_LOOKED_AT]):
        headings = _headings(rows[: place + 1])
        matches = {code: matched(KINDS[code], headings, remembered) for code in KindCode}
        code = chosen or _best(matches, sheet.name)
        found = {code: matches[code], **_beside(code, matches, is_chosen=chosen is not None)}
        fits = len(matches[code]) >= LEAST_MATCHES
        plan = SheetPlan(sheet.number, sheet.name, row.line, headings, found if fits or chosen else {})
        score = (len(matches[code]) if fits or chosen else -1, -place)
        if best is None or score > best[0]:
            best = (score, plan)
    return best[1] if best else None


def matched(kind: Kind, headings: Sequence[str], remembered: Remembered) -> dict[int, str]:
    """Which of the columns of a sheet is which value of the kind; each value once, lists in numbered columns."""
    ours = {plain_heading(told): column for column in kind.columns for told in column.headings[:OURS]}
    names = {plain_heading(told): column for column in kind.columns for told in column.headings} | ours
    found: dict[int, str] = {}
    later: list[tuple[int, Column]] = []
    for place, heading in enumerate(headings):
        told = plain_heading(heading)
        if not told:
            continue
        own = kind.by_name.get(remembered.get((kind.code, told), ""))
        column = own or names.get(told) or names.get(_without_remark(told)) or _numbered(told, names)
        if column is None:
            continue
        if column.is_list or (column.name not in found.values() and (own or told in ours)):
            found[place] = column.name
        else:
            later.append((place, column))
    for place, column in later:
        # What others call it counts where nothing bears its own heading: 户类型 beside 监测对象类别 is something else.
        if column.name not in found.values():
            found[place] = column.name
    return dict(sorted(found.items()))


def _without_remark(told: str) -> str:
    """A heading without what stands in brackets behind it, unless values are otherwise by it."""
    remark = REMARK.search(told)
    return told if remark and OTHERWISE.search(remark[0]) else REMARK.sub("", told)


def missing(kind: Kind, columns: Columns) -> list[Column]:
    """The required columns of a kind that a sheet does not have."""
    return [column for column in kind.columns if column.is_required and column.name not in columns.values()]


def records_of(plan: SheetPlan, row: Row) -> Iterator[tuple[KindCode, dict[str, Any] | Faulty]]:
    """What a row tells, kind by kind: its values by their names as plain JSON, or why a cell cannot be taken."""
    for number, (code, columns) in enumerate(plan.kinds.items()):
        kind = KINDS[code]
        try:
            told = _told(kind, columns, row.cells)
        except Faulty as fault:
            yield code, fault
            continue
        own = [name for name, column in kind.by_name.items() if column.is_required and name != "household"]
        wanted = own or ["head_name"]
        if told and (number == 0 or all(name in told for name in wanted)):
            yield code, told


def is_example(row: Row) -> bool:
    """Whether this is the row of a template that shows how to fill it."""
    first = next((cell for cell in row.cells if cell is not None), "")
    return isinstance(first, str) and first.strip().startswith(EXAMPLE)


def _headings(rows: Sequence[Row]) -> tuple[str, ...]:
    """The headings in the last of the rows; where a cell there is empty, what a merged cell above it says.

    Below a cell that spans several (户主 over 姓名 and 性别), both together are the heading if a column is called so.
    """
    width = len(rows[-1].cells)
    told = [_text(cell) for cell in rows[-1].cells]
    for place in range(max((len(row.cells) for row in rows), default=0)):
        if place < width and told[place]:
            continue
        above = [text for row in rows[:-1] if place < len(row.cells) and (text := _text(row.cells[place]))]
        told.extend([""] * (place + 1 - len(told)))
        told[place] = above[-1] if above else ""
    return tuple(_below(told, [_text(cell) for cell in rows[-2].cells]) if len(rows) > 1 else told)


def _below(told: list[str], above: Sequence[str]) -> list[str]:
    """The headings, those below a cell that spans several with what it says."""
    spanning, found = "", list[str]()
    for place, heading in enumerate(told):
        spanning = (above[place] if place < len(above) else "") or spanning
        both = spanning + heading
        found.append(both if heading != spanning and plain_heading(both) in KNOWN else heading)
    return found


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, NoValue) else str(cell).strip()[:LONGEST_HEADING]


def _numbered(told: str, names: Mapping[str, Column]) -> Column | None:
    found = NUMBERED.fullmatch(told)
    column = names.get(found[1]) if found else None
    return column if column is not None and column.is_list else None


def _best(matches: Mapping[KindCode, Columns], name: str) -> KindCode:
    """The kind that the headings fit best: one that is complete before one that is not, then by how many match."""

    def fit(code: KindCode) -> tuple[bool, int, int]:
        kind = KINDS[code]
        named = plain_heading(name) in {plain_heading(kind.name.zh), plain_heading(kind.name.en)}
        required = sum(column.is_required for column in kind.columns)
        own = not missing(kind, matches[code]) and (required > 0 or set(matches[code].values()) >= REGISTERS)
        return own, len(matches[code]) + 3 * named, required

    return max(matches, key=fit)


def _beside(code: KindCode, matches: Mapping[KindCode, Columns], *, is_chosen: bool) -> dict[KindCode, Columns]:
    if is_chosen:
        return {}
    found: dict[KindCode, Columns] = {}
    for other in BESIDE.get(code, ()):
        columns = _shared(code, matches[code], other, matches[other])
        complete = not missing(KINDS[other], columns)
        if complete and (other is not KindCode.HOUSEHOLD or set(columns.values()) >= REGISTERS):
            found[other] = columns
    return found


def _shared(code: KindCode, own: Columns, other: KindCode, beside: Columns) -> dict[int, str]:
    """The columns of the kind beside: the household is named once for both, and the key is that of the list's own kind.

    A telephone in a list of persons is the person's: each row of a household tells another one.
    """
    columns = {place: name for place, name in beside.items() if name != "id"}
    if code is KindCode.MEMBER:
        columns = {place: name for place, name in columns.items() if own.get(place, "household") == "household"}
    name, there = ("household", "national_number") if other is KindCode.HOUSEHOLD else ("national_number", "household")
    place = next((place for place, held in own.items() if held == name), None)
    if place is not None and there not in columns.values():
        columns[place] = there
    return columns


def _told(kind: Kind, columns: Columns, cells: Sequence[Cell]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    fault: Faulty | None = None
    for place, name in columns.items():
        cell = cells[place] if place < len(cells) else None
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        if isinstance(cell, NoValue):
            fault = fault or Faulty(name, cell.sentence, cell.code)
            continue
        column = kind.by_name[name]
        value = _plain(cell, column)
        if column.is_list:
            told.setdefault(name, []).extend(value if isinstance(value, list) else [value])
        else:
            told[name] = value
    told = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in told.items()}
    if kind.code is KindCode.HOUSEHOLD and "id" not in told and _is_key(told.get("national_number")):
        # In lists that go out, a household without a national number is called by its key.
        told["id"] = told.pop("national_number")
    if fault is not None:
        fault.told = told
        raise fault
    return told


def _is_key(told: Any) -> bool:
    return isinstance(told, str) and KEY.fullmatch(told.strip().lower()) is not None


def _plain(cell: Cell, column: Column) -> Any:
    if isinstance(cell, Since1904) and column.read is day and len(str(cell)) == DIGITS_OF_A_DAY:
        return (FIRST_OF_1904 + timedelta(days=cell)).isoformat()
    if not isinstance(cell, datetime):
        return cell
    if column.read is moment and cell.time() != time():
        return cell.isoformat()
    return cell.date().isoformat()
