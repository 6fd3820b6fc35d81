"""Conflicts: two values for one field, of which somebody decides."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class ConflictState(StrEnum):
    """What became of a conflict."""

    OPEN = "open"
    TAKEN = "taken"
    KEPT = "kept"


CONFLICT_STATES: dict[ConflictState, Name] = {
    ConflictState.OPEN: Name("待处理", "to be decided"),
    ConflictState.TAKEN: Name("采用提交的值", "what was sent was taken"),
    ConflictState.KEPT: Name("保留原值", "what was held was kept"),
}

# What each field is called where a conflict is told.
FIELDS: dict[str, Name] = {
    "address": Name("家庭住址", "address"),
    "phone": Name("联系电话", "phone"),
    "national_number": Name("户编号", "national number"),
    "is_former_poor": Name("是否脱贫户", "lifted out of poverty"),
    "name": Name("姓名", "name"),
    "sex": Name("性别", "sex"),
    "birth_date": Name("出生日期", "birth date"),
    "ethnicity": Name("民族", "ethnicity"),
    "political_status": Name("政治面貌", "political status"),
}
