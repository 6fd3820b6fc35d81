"""What becomes of what came in: an item of a run, and its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.names import Name
from exchange.rules.kinds import KindCode


class Became(StrEnum):
    """What became of an item."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    HELD_BACK = "held_back"


BECAME: dict[Became, Name] = {
    Became.CREATED: Name("新增", "created"),
    Became.CHANGED: Name("更新", "changed"),
    Became.UNCHANGED: Name("无变化", "unchanged"),
    Became.REFUSED: Name("拒绝", "refused"),
    Became.HELD_BACK: Name("未执行", "held back"),
}


@dataclass(frozen=True, slots=True)
class External:
    """How another system calls a record: `value` within `namespace`."""

    namespace: str
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """One record as it came in: its number in the run, what kind it is, its values as the kind reads them.

    `version` is the one on which a change is based; `household` names the household in the other system's words;
    `device` and `made_at` tell where and when it was written, as far as whoever sends it knows.
    """

    number: int
    kind: KindCode
    values: Mapping[str, Any]
    external: External | None = None
    household: External | None = None
    version: int | None = None
    device: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the item `number`: the record's key and version, and for each changed field its old and new value.

    `household` is the one that the record belongs to; `based_on` the version on which a change is based.

    Of a refused one the stable code, the field at fault and the sentence; `status` is that of HTTP; `conflict` is the
    key under which both values are kept, where that was asked for.
    """

    number: int
    kind: KindCode
    became: Became
    id: str = ""
    version: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    code: str = ""
    field: str = ""
    message: str = ""
    status: int = 200
    household: UUID | None = None
    based_on: int | None = None
    conflict: str = ""
