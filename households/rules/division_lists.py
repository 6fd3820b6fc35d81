"""Reading a list of divisions: each row checked by itself and against the rows above it, faults named by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from households.rules.levels import level_of, parent_of

REQUIRED = ("code", "name")
OPTIONAL = ("level", "parent", "valid_from", "valid_to", "successor")
LONGEST_NAME = 100


class BadList(ValueError):
    """The file as a whole cannot be read as a list of divisions."""


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


def check_header(header: Iterable[str] | None) -> None:
    """Refuse with BadList a header that lacks a required column or has an unknown one."""
    columns = list(header or ())
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in REQUIRED + OPTIONAL]
    if missing or unknown:
        wanted = ",".join(REQUIRED + OPTIONAL)
        raise BadList(
            f"The first line must name the columns {wanted} (the last five are optional); not {','.join(columns)!r}."
        )


def read_rows(lines: Iterable[tuple[int, Mapping[str | None, str | None]]]) -> Iterator[DivisionRow | Fault]:
    """Each line as a row, or as the fault that keeps it from being one; a repeated code is a fault."""
    seen: dict[str, int] = {}
    for number, cells in lines:
        try:
            row = _row(number, cells)
        except ValueError as error:
            yield Fault(number, str(error))
            continue
        if row.code in seen:
            yield Fault(number, f"code {row.code} stands in line {seen[row.code]} already; remove one of the two")
            continue
        seen[row.code] = number
        yield row


def refuse_orphans(
    rows: list[DivisionRow], known: Callable[[Iterable[str]], Iterable[str]]
) -> tuple[list[DivisionRow], list[Fault]]:
    """Split off the rows whose parent (or successor) is neither listed nor `known`, and all below them."""
    listed = {row.code for row in rows}
    asked = {code for row in rows for code in (row.parent, row.successor) if code and code not in listed}
    outside = set(known(asked)) if asked else set()
    faults: list[Fault] = []
    kept, present = sorted(rows, key=lambda row: (len(row.code), row.code)), listed | outside
    while True:
        # A row that goes may be the parent or the successor of one that was kept, so look again until none goes.
        going = {row.code: fault for row in kept if (fault := _orphaned(row, present))}
        if not going:
            return kept, sorted(faults, key=lambda fault: fault.line)
        faults += going.values()
        present -= going.keys()
        kept = [row for row in kept if row.code not in going]


def _orphaned(row: DivisionRow, present: set[str]) -> Fault | None:
    for role, code in (("parent", row.parent), ("successor", row.successor)):
        if code and code not in present:
            return Fault(row.line, f"the {role} {code} of {row.code} is not known; add it to the list")
    return None


def _row(line: int, cells: Mapping[str | None, str | None]) -> DivisionRow:
    if None in cells or None in cells.values():
        raise ValueError("the line has not as many cells as the header has columns")
    values = {str(name): str(value).strip() for name, value in cells.items()}
    code, name = values["code"], values["name"]
    level = level_of(code)
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise ValueError(f"the name must have 1 to {LONGEST_NAME} characters")
    if values.get("level", level.value) != level.value:
        raise ValueError(f"level {values['level']!r} does not fit {code}, which is a {level.value}")
    parent = parent_of(code)
    if values.get("parent", parent or "") != (parent or ""):
        raise ValueError(
            f"parent {values['parent']!r} does not fit {code}, whose code begins with {parent or 'no parent'}"
        )
    valid_from, valid_to = (_day(values.get(name, "")) for name in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_to <= valid_from:
        raise ValueError("valid_to must come after valid_from")
    return DivisionRow(line, code, name, parent, valid_from, valid_to, values.get("successor") or None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as 2022-09-05") from None
