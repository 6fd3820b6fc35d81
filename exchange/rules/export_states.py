"""Files that go out: their formats, and how far one is."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class Format(StrEnum):
    """How a file is written; the value is the ending of its name."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON_LINES = "jsonl"


FORMATS: dict[Format, Name] = {
    Format.XLSX: Name("电子表格（XLSX）", "spreadsheet (XLSX)"),
    Format.CSV: Name("CSV（UTF-8）", "CSV (UTF-8)"),
    Format.JSON_LINES: Name("JSON 行（供系统读取）", "JSON lines (for systems)"),
}
CONTENT_TYPES: dict[Format, str] = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON_LINES: "application/jsonl; charset=utf-8",
}


class ExportState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


EXPORT_STATES: dict[ExportState, Name] = {
    ExportState.WAITING: Name("排队中", "waiting"),
    ExportState.WRITING: Name("生成中", "being written"),
    ExportState.READY: Name("可下载", "ready"),
    ExportState.FAILED: Name("失败", "failed"),
    ExportState.CANCELLED: Name("已取消", "cancelled"),
    ExportState.EXPIRED: Name("已过期", "expired"),
}
# What is still to come of it.
UNDER_WAY = frozenset({ExportState.WAITING, ExportState.WRITING})
