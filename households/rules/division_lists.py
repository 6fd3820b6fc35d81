"""Reading a list of divisions: each row checked by itself and against the others, faults named by line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from common.csv_lines import BadLine, Record
from common.days import read_day
from common.texts import shown
from households.rules.levels import level_of, parent_of

REQUIRED = ("code", "name")
DATES = ("valid_from", "valid_to")
OPTIONAL = ("level", "parent", *DATES, "successor")
LONGEST_NAME = 100
ORDER = "valid_to must come after valid_from"
CODES_TOLD = 5


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division as a list gives it; `line` is its line in the file."""

    line: int
    code: str
    name: str
    parent: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, and what to do."""

    line: int
    sentence: str


Sorted = tuple[list[DivisionRow], list[Fault]]


def read_rows(lines: Iterable[tuple[int, Record | BadLine]]) -> Iterator[DivisionRow | Fault]:
    """Each line as a row, or as the fault that keeps it from being one; a repeated code is a fault."""
    seen: dict[str, int] = {}
    for number, cells in lines:
        try:
            if isinstance(cells, BadLine):
                raise cells
            row = _row(number, cells)
        except ValueError as error:
            yield Fault(number, str(error))
            continue
        if row.code in seen:
            yield Fault(number, f"code {row.code} stands in line {seen[row.code]} already; remove one of the two")
            continue
        seen[row.code] = number
        yield row


def refuse_misdated(
    rows: list[DivisionRow], columns: Collection[str], held: Mapping[str, tuple[date | None, date | None]]
) -> Sorted:
    """Split off the rows that end before they begin, by what they leave out and `held` has (valid_from, valid_to)."""
    kept: list[DivisionRow] = []
    faults: list[Fault] = []
    for row in rows:
        begin, end = held.get(row.code, (None, None))
        begin = row.valid_from if "valid_from" in columns else begin
        end = row.valid_to if "valid_to" in columns else end
        if begin and end and end <= begin:
            faults.append(Fault(row.line, f"{ORDER}: {row.code} would begin on {begin} and end on {end}"))
        else:
            kept.append(row)
    return kept, faults


def refuse_unconnected(
    rows: list[DivisionRow], known: Callable[[Iterable[str]], Iterable[str]], pointing: Mapping[str, str] | None = None
) -> Sorted:
    """Split off the rows whose parent or successor is neither listed nor `known`, and those that succeed themselves.

    `pointing` tells the successors that are held, by code; None where the list says nothing of successors.
    """
    listed = {row.code for row in rows}
    asked = {code for row in rows for code in (row.parent, row.successor) if code and code not in listed}
    outside = set(known(asked)) if asked else set()
    faults: list[Fault] = []
    kept, present = sorted(rows, key=lambda row: (len(row.code), row.code)), listed | outside
    while True:
        # A row that goes may be the parent or the successor of one that was kept, so look again until none goes.
        going = {row.code: fault for row in kept if (fault := _orphaned(row, present))}
        if not going and pointing is not None:
            going = _going_round(kept, pointing)
        if not going:
            return kept, sorted(faults, key=lambda fault: fault.line)
        faults += going.values()
        present = (present - going.keys()) | set(known(going.keys()))
        kept = [row for row in kept if row.code not in going]


def _orphaned(row: DivisionRow, present: set[str]) -> Fault | None:
    for role, code in (("parent", row.parent), ("successor", row.successor)):
        if code and code not in present:
            return Fault(row.line, f"the {role} {shown(code)} of {row.code} is not known; add it to the list")
    return None


def _going_round(rows: list[DivisionRow], pointing: Mapping[str, str]) -> dict[str, Fault]:
    """The rows from whose successors one comes back to the row itself."""
    after = {**pointing, **{row.code: row.successor for row in rows}}
    lines = {row.code: row.line for row in rows}
    found: dict[str, Fault] = {}
    done: set[str] = set()
    for start in lines:
        path: dict[str, None] = {}
        code: str | None = start
        while code and code not in done and code not in path:
            path[code] = None
            code = after.get(code)
        if code in path:
            circle = list(path)[list(path).index(code) :]
            told = " → ".join([*circle[:CODES_TOLD], *(["…"] if len(circle) > CODES_TOLD else []), circle[0]])
            sentence = f"the successors go round in a circle ({told}); leave one of them out"
            found |= {each: Fault(lines[each], sentence) for each in circle if each in lines}
        done |= path.keys()
    return found


def _row(line: int, cells: Record) -> DivisionRow:
    code, name, successor = cells["code"], cells["name"], cells.get("successor") or None
    level = level_of(code)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"the name must have 1 to {LONGEST_NAME} characters")
    if cells.get("level", level) != level:
        raise ValueError(f"level {shown(cells['level'])} does not fit {code}, which is a {level}")
    parent = parent_of(code)
    if "parent" in cells and cells["parent"] != (parent or ""):
        raise ValueError(
            f"parent {shown(cells['parent'])} does not fit {code}, whose code begins with {parent or 'no parent'}"
        )
    valid_from, valid_to = _day(cells, "valid_from"), _day(cells, "valid_to")
    if valid_from and valid_to and valid_to <= valid_from:
        raise ValueError(ORDER)
    return DivisionRow(line, code, name, parent, valid_from, valid_to, successor)


def _day(cells: Record, column: str) -> date | None:
    text = cells.get(column)
    return read_day(text) if text else None
