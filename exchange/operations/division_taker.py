"""Taking divisions: a list of codes as it comes from the bureau of statistics, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from common.refusals import Invalid
from exchange.operations.bench import Bench, Change, Decision, Made, New, Same, Taker, decided
from exchange.rules.outcomes import Item
from households.models import Division
from households.operations import divisions
from households.rules.division_lists import DivisionRow, Fault, refuse_unconnected
from households.rules.levels import level_of, parent_of

FIELDS = {"name": "name", "valid_from": "valid_from", "valid_to": "valid_to", "successor": "successor_id"}
COLUMNS = ("code", *FIELDS)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row of the list, and whose list it is."""

    row: DivisionRow
    bench: Bench


def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
    """What each item would do: a division is found by its code."""
    held = Division.objects.in_bulk([each.values["code"] for each in items])
    rows = {each.number: _row(each, held.get(each.values["code"])) for each in items}
    readable = [row for row in rows.values() if isinstance(row, DivisionRow)]
    _kept, faults = refuse_unconnected(readable, divisions.known_codes)
    wrong = {fault.line: fault for fault in [*faults, *(row for row in rows.values() if isinstance(row, Fault))]}

    def one(item: Item) -> Decision:
        row, known = rows[item.number], held.get(item.values["code"])
        if isinstance(row, Fault) or item.number in wrong:
            raise Invalid(wrong[item.number].sentence, field="code")
        listed = _Listed(row, bench)
        if known is None:
            return New(listed)
        changes: dict[str, tuple[Any, Any]] = {
            name: (getattr(known, column), item.values[name])
            for name, column in FIELDS.items()
            if name in item.values and getattr(known, column) != item.values[name]
        }
        return Change(listed, changes) if changes else Same(Made(known.code, 1, None))

    return [decided(one)(each) for each in items]


def take(given: Sequence[_Listed]) -> list[Made]:
    """Add divisions, or bring them up to date."""
    bench = given[0].bench
    divisions.enter_all(rows=[each.row for each in given], columns=COLUMNS, by=bench.by, at=bench.at)
    return [Made(each.row.code, 1, None) for each in given]


DIVISIONS = Taker(decide, take, take)


def _row(item: Item, known: Division | None) -> DivisionRow | Fault:
    """The row with what the item leaves out as it is held."""
    code, values = item.values["code"], item.values
    try:
        level_of(code)
    except ValueError as error:
        return Fault(item.number, str(error))
    begin: date | None = values.get("valid_from", known.valid_from if known else None)
    end: date | None = values.get("valid_to", known.valid_to if known else None)
    if begin and end and end <= begin:
        return Fault(item.number, _("The division would end before it begins."))
    successor = values.get("successor", known.successor_id if known else None)
    return DivisionRow(item.number, code, values["name"], parent_of(code), begin, end, successor)
