"""The states of a run, which may follow which, and what somebody may ask of one."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name
from exchange.rules.outcomes import Became


class RunKind(StrEnum):
    """What a run takes."""

    IMPORT = "import"
    BATCH = "batch"


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    READING = "reading"
    TRYING = "trying"
    TRIED = "tried"
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


S = RunState
RUN_KINDS: dict[RunKind, Name] = {
    RunKind.IMPORT: Name("表格导入", "spreadsheet"),
    RunKind.BATCH: Name("接口批量", "batch"),
}
RUN_STATES: dict[RunState, Name] = {
    S.WAITING: Name("待确认列", "columns to be confirmed"),
    S.READING: Name("读取中", "being read"),
    S.TRYING: Name("试运行中", "being tried"),
    S.TRIED: Name("试运行完成", "tried"),
    S.APPLYING: Name("写入中", "being applied"),
    S.APPLIED: Name("已写入", "applied"),
    S.CANCELLED: Name("已取消", "cancelled"),
    S.FAILED: Name("失败", "failed"),
    S.ROLLING_BACK: Name("撤回中", "being rolled back"),
    S.ROLLED_BACK: Name("已撤回", "rolled back"),
}
FOLLOWS: dict[RunState, frozenset[RunState]] = {
    S.WAITING: frozenset({S.READING, S.CANCELLED, S.FAILED}),
    S.READING: frozenset({S.TRYING, S.CANCELLED, S.FAILED}),
    S.TRYING: frozenset({S.TRIED, S.CANCELLED, S.FAILED}),
    S.TRIED: frozenset({S.READING, S.APPLYING, S.CANCELLED}),
    S.APPLYING: frozenset({S.APPLIED, S.TRIED, S.CANCELLED, S.FAILED}),
    S.APPLIED: frozenset({S.ROLLING_BACK}),
    S.CANCELLED: frozenset({S.ROLLING_BACK}),
    S.FAILED: frozenset({S.ROLLING_BACK}),
    S.ROLLING_BACK: frozenset({S.ROLLED_BACK}),
    S.ROLLED_BACK: frozenset({S.ROLLING_BACK}),
}
# A job works on these; everything else waits for somebody.
WORKING = frozenset({S.READING, S.TRYING, S.APPLYING, S.ROLLING_BACK})
CANCELLABLE = frozenset({S.WAITING, S.READING, S.TRYING, S.TRIED, S.APPLYING})
# What a trial says would happen, and applying does.
DOES = (Became.CREATED, Became.CHANGED)


class Undone(StrEnum):
    """What became of an applied item when the run was rolled back."""

    NO = ""
    UNDONE = "undone"
    KEPT = "kept"


UNDONE: dict[Undone, Name] = {
    Undone.UNDONE: Name("已撤回", "taken back"),
    Undone.KEPT: Name("未撤回", "kept"),
}
