"""Standards: rules, clocks, lists and limits that are data, what each may hold, and which of them holds where and when.

Every standard ships with a default (`data/standards`); rows that administrators set stand before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import yaml
from django.utils.translation import gettext as _

from common.names import Name
from households.rules.categories import CATEGORIES
from households.rules.history import EVENT_KINDS
from households.rules.shapes import (
    CODE,
    Choice,
    Choices,
    Items,
    Key,
    Money,
    Numbers,
    Switch,
    Unfit,
    Whole,
    Words,
    read,
)

FOLDER = Path(__file__).resolve().parents[2] / "data" / "standards"


class Kind(StrEnum):
    """What a standard is about."""

    GATE_RULE = "gate_rule"
    CLOCK = "clock"
    MATRIX = "matrix"
    CHECKLIST = "checklist"
    VISIT_FREQUENCY = "visit_frequency"
    WARNING = "warning"
    QUALITY = "quality"
    LATENESS = "lateness"


KINDS: dict[Kind, Name] = {
    Kind.GATE_RULE: Name("风险消除条件", "conditions of elimination"),
    Kind.CLOCK: Name("办理时限", "clocks"),
    Kind.MATRIX: Name("风险与措施对应", "risks and the measures that answer them"),
    Kind.CHECKLIST: Name("走访清单", "checklists of visits"),
    Kind.VISIT_FREQUENCY: Name("走访频次", "frequency of visits"),
    Kind.WARNING: Name("预警规则", "warnings"),
    Kind.QUALITY: Name("数据质量规则", "rules of data quality"),
    Kind.LATENESS: Name("环节超期", "lateness at a step"),
}
# Kinds of which a division may have more than what ships.
OPEN_KINDS = frozenset({Kind.CHECKLIST})

UNITS: dict[str, Name] = {
    "working_days": Name("工作日", "working days"),
    "days": Name("天", "days"),
    "months": Name("个月", "months"),
}
OWNERS: dict[str, Name] = {
    "caseworker": Name("帮扶干部", "caseworker"),
    "township": Name("乡镇", "township"),
    "county": Name("县级", "county"),
}
CLOCK_LIMITS: dict[str, Name] = {
    "latest": Name("不得晚于", "at the latest"),
    "not_before": Name("不得早于", "not before"),
}
SEVERITIES: dict[str, Name] = {
    "block": Name("阻断", "block"),
    "warn": Name("警告", "warn"),
    "inform": Name("提示", "inform"),
    "off": Name("停用", "off"),
}
# What starts or stops a clock: events of a case, and what is recorded beside them.
CLOCK_EVENTS: dict[str, Name] = {
    "measure_landed": Name("首项措施落实", "first measure landed"),
    **{kind.value: name for kind, name in EVENT_KINDS.items()},
}

COLON, AFTER = Name("：", ": "), Name("；", "; ")
_IS_ON = {"is_on": Key(Name("启用", "in use"), Switch())}
_MONTHS = {"months": Key(Name("月数", "months"), Whole(1, 60))}
_SPENDING = {
    "former_poor": Key(Name("脱贫户限额（元/年）", "limit for former poor (yuan a year)"), Money()),
    "other": Key(Name("其他户限额（元/年）", "limit for others (yuan a year)"), Money()),
}

# The keys of each kind, and those that single standards of it have beside.
KEYS: dict[Kind, dict[str, Key]] = {
    Kind.GATE_RULE: _IS_ON,
    Kind.CLOCK: {
        **_IS_ON,
        "starts": Key(Name("开始于", "starts with"), Choices(CLOCK_EVENTS)),
        "stops": Key(Name("截止于", "stops with"), Choices(CLOCK_EVENTS)),
        "length": Key(Name("时长", "length"), Whole(1, 3650)),
        "unit": Key(Name("单位", "unit"), Choice(UNITS)),
        "owner": Key(Name("责任层级", "owner"), Choice(OWNERS)),
        "limit": Key(Name("限制", "limit"), Choice(CLOCK_LIMITS)),
        "climbs_every": Key(
            Name("超期后每隔几个工作日上报一级", "working days after which one level more is told"),
            Whole(1, 250),
            is_required=False,
        ),
    },
    Kind.MATRIX: {
        "any_of": Key(Name("至少其一", "at least one of"), Choices(CATEGORIES), is_required=False),
        "none_of": Key(Name("不得采用", "none of"), Choices(CATEGORIES), is_required=False),
    },
    Kind.CHECKLIST: {
        "title": Key(Name("标题", "title"), Words()),
        "items": Key(Name("条目", "items"), Items()),
    },
    Kind.VISIT_FREQUENCY: {
        "length": Key(Name("间隔", "interval"), Whole(1, 730)),
        "unit": Key(Name("单位", "unit"), Choice({name: UNITS[name] for name in ("days", "months")})),
    },
    Kind.WARNING: _IS_ON,
    Kind.QUALITY: {
        "severity": Key(Name("级别", "severity"), Choice(SEVERITIES)),
        "limits": Key(Name("限值", "limits"), Numbers(), is_required=False),
    },
    Kind.LATENESS: {"days": Key(Name("天数", "days"), Whole(1, 3650))},
}
MORE_KEYS: dict[tuple[Kind, str], dict[str, Key]] = {
    (Kind.GATE_RULE, "income_above_line"): _MONTHS,
    (Kind.GATE_RULE, "monitored_long_enough"): _MONTHS,
    (Kind.GATE_RULE, "guarantees_secure"): _MONTHS,
    (Kind.GATE_RULE, "risks_gone"): _MONTHS,
    (Kind.GATE_RULE, "spending_controlled"): _SPENDING,
    (Kind.WARNING, "self_paid"): _SPENDING,
}


@dataclass(frozen=True, slots=True)
class Default:
    """A standard as it ships: what it is called, what holds unless a division says otherwise, and where it is from."""

    code: str
    name: Name
    value: dict[str, Any]
    source: Name
    is_official: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """One standard as it holds: its value, where that is from, and since when and for which division it is set.

    `valid_from` and `division` are None where the default holds that ships; `division` is None too where a standard
    is set for everywhere.
    """

    code: str
    name: Name
    value: Mapping[str, Any]
    source: Name
    is_official: bool
    valid_from: date | None = None
    division: str | None = None
    key: UUID | None = None
    version: int | None = None

    @property
    def is_shipped(self) -> bool:
        """Whether nobody has set it, so that the default holds."""
        return self.key is None


class Dated(Protocol):
    """A row that sets one standard in a division, or everywhere, from a day on."""

    code: str
    division_id: str | None
    valid_from: date


DatedRow = TypeVar("DatedRow", bound=Dated)


def keys_of(kind: Kind, code: str) -> dict[str, Key]:
    """The keys that the value of this standard has."""
    return {**KEYS[kind], **MORE_KEYS.get((kind, code), {})}


def read_value(kind: Kind, code: str, value: Any) -> dict[str, Any]:
    """The value of a standard, each key read; Unfit names the key at fault, or `code` where there is no such one."""
    if not (CODE.fullmatch(code) if kind in OPEN_KINDS else code in defaults(kind)):
        raise Unfit("code", _("There is no “%(code)s” among these standards.") % {"code": code[:40]})
    found = read(keys_of(kind, code), value)
    if kind is Kind.MATRIX and not found:
        raise Unfit("any_of", _("Name the measures that answer the risk, or those that are not allowed."))
    if kind is Kind.CLOCK and set(found["starts"]) & set(found["stops"]):
        raise Unfit("stops", _("The same event cannot both start and stop a clock."))
    return found


def told_value(kind: Kind, code: str, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The value for a reader: what each of its keys is called, and what it holds; what is in use need not say so."""
    keys = keys_of(kind, code)
    told = [(str(key.name), key.shape.told(value[name])) for name, key in keys.items() if name in value]
    return told if value.get("is_on") is False else told[("is_on" in value) :]


def words_of(kind: Kind, code: str, value: Mapping[str, Any]) -> str:
    """The value in one line; "" where nothing but that it is in use is to be said."""
    return str(AFTER).join(f"{name}{COLON}{told}" for name, told in told_value(kind, code, value))


def name_of(kind: Kind, code: str, value: Mapping[str, Any]) -> Name:
    """What people call the standard: the name that ships, or the title that its value has."""
    shipped = defaults(kind).get(code)
    title = value.get("title") or {"zh": code, "en": code}
    return shipped.name if shipped else Name(title["zh"], title["en"])


def holding(rows: Iterable[DatedRow], path: Iterable[str], on: date) -> dict[str, DatedRow]:
    """By code, the row that holds on that day: of the nearest division of `path`, or of everywhere, the latest."""
    reach = {None, *path}
    held = [row for row in rows if row.division_id in reach and row.valid_from <= on]
    held.sort(key=lambda row: (len(row.division_id or ""), row.valid_from))
    return {row.code: row for row in held}


def shipped(kind: Kind) -> dict[str, InForce]:
    """By code, what holds where nobody has set anything."""
    return {
        code: InForce(code, each.name, each.value, each.source, each.is_official)
        for code, each in defaults(kind).items()
    }


@cache
def defaults(kind: Kind) -> Mapping[str, Default]:
    """The standards of that kind as they ship, by code."""
    told = yaml.safe_load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8")) or {}
    return {code: _default(kind, code, entry) for code, entry in told.items()}


def _default(kind: Kind, code: str, entry: Mapping[str, Any]) -> Default:
    return Default(
        code=code,
        name=Name(**entry["name"]),
        value=read(keys_of(kind, code), entry["value"]),
        source=Name(**entry["source"]),
        is_official=entry["is_official"],
    )
