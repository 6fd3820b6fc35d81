"""The rows of a run as they are shown: what each is about, what changes, what is wrong; document numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.texts import LONGEST_SHOWN
from exchange.models import Run, RunItem
from exchange.models.run import unsealed
from exchange.rules.kinds import KINDS, KindCode
from exchange.rules.outcomes import BECAME, Became
from exchange.rules.runs import UNDONE, RunKind, Undone
from households.rules.documents import mask

NUMBERS = frozenset({"number", "head_number", "member_number"})
SUBJECT = ("head_name", "name", "item", "national_number", "household", "code")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A field that changes, with its old and new value."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a run for a reader."""

    line: int
    sheet: str
    kind: str
    subject: str
    became: str
    became_name: str
    changes: tuple[ShownChange, ...]
    code: str
    heading: str
    value: str
    sentence: str
    undone: str
    undone_told: str
    household: Any


@dataclass(frozen=True, slots=True)
class Speed:
    """Rows a second, and the seconds that the rest will take; None where nobody can tell yet."""

    rows_a_second: int
    seconds_left: int | None


def shown(run: Run, items: Iterable[RunItem]) -> list[ShownRow]:
    """The items as they are shown."""
    names = {plan.number: plan.name for plan in run.plans}
    return [_shown(run, item, names.get(item.sheet, "")) for item in items]


def speed(run: Run, now: datetime) -> Speed | None:
    """How fast the run goes in its present state."""
    if run.began_at is None or not run.done:
        return None
    seconds = max((now - run.began_at).total_seconds(), 0.001)
    rate = run.done / seconds
    left = round((run.total - run.done) / rate) if run.total > run.done else None
    return Speed(round(rate), left)


def _shown(run: Run, item: RunItem, sheet: str) -> ShownRow:
    kind = KINDS[KindCode(item.kind)]
    values = values_told(run, item)
    told = unsealed(item.told)
    column = kind.by_name.get(item.field)
    subject = next((str(values[name]) for name in SUBJECT if isinstance(values.get(name), str | int)), "")
    return ShownRow(
        line=item.line,
        sheet=sheet,
        kind=str(kind.name),
        subject=subject[:LONGEST_SHOWN],
        became=item.became,
        became_name=str(BECAME[Became(item.became)]) if item.became else "",
        changes=tuple(_change(kind.code, name, pair) for name, pair in told.get("changes", {}).items()),
        code=item.code,
        heading=str(column.heading) if column else item.field,
        value=value_shown(item.field, values.get(item.field)),
        sentence=told.get("message", ""),
        undone=str(UNDONE[Undone(item.undone)]) if item.undone else "",
        undone_told=item.undone_told,
        household=item.household if item.is_applied and not _is_taken_back(item) else None,
    )


def _is_taken_back(item: RunItem) -> bool:
    """Whether the row made something that is there no more."""
    return item.became == Became.CREATED.value and item.undone == Undone.UNDONE.value


def values_told(run: Run, item: RunItem) -> dict[str, Any]:
    """The values of a record as they came in."""
    content = unsealed(item.content)
    if run.kind == RunKind.BATCH.value:
        content = content.get("values") if isinstance(content, dict) else {}
    return content if isinstance(content, dict) else {}


def value_shown(name: str, value: Any) -> str:
    """A value as it may be shown: short, and a document number masked."""
    if value is None:
        return ""
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    if name in NUMBERS:
        return mask(text)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _change(kind: KindCode, name: str, pair: Any) -> ShownChange:
    column = KINDS[kind].by_name.get(name)
    old, new = (_named(column, value) for value in pair)
    return ShownChange(str(column.heading) if column else name, old, new)


def _named(column: Any, value: Any) -> str:
    names = {str(code): str(name) for code, name in column.choices.items()} if column else {}
    return names.get(str(value), "" if value is None else str(value))
