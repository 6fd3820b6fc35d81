"""Roles and what each may do: one table."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class Permission(StrEnum):
    """What a posting may allow."""

    VIEW_FIGURES = "view_figures"
    VIEW_RECORDS = "view_records"
    REGISTER_HOUSEHOLD = "register_household"
    EDIT_HOUSEHOLD = "edit_household"
    CHANGE_HOUSEHOLD = "change_household"
    REMOVE_HOUSEHOLD = "remove_household"
    REPORT_CASE = "report_case"
    TAKE_OVER_CASE = "take_over_case"
    VERIFY_CASE = "verify_case"
    COMPARE_RECORDS = "compare_records"
    REVIEW_CASE = "review_case"
    POST_NOTICE = "post_notice"
    RECORD_OBJECTION = "record_objection"
    REVIEW_AT_TOWNSHIP = "review_at_township"
    APPROVE_CASE = "approve_case"
    PROPOSE_ELIMINATION = "propose_elimination"
    DECIDE_ELIMINATION = "decide_elimination"
    WAIVE_GATE_RULE = "waive_gate_rule"
    ROLL_BACK_CASE = "roll_back_case"
    GIVE_FEEDBACK = "give_feedback"
    CORRECT_CASE = "correct_case"
    RESOLVE_CONFLICT = "resolve_conflict"
    ASSIGN_CASEWORKER = "assign_caseworker"
    PAUSE_DEADLINE = "pause_deadline"
    LOG_VISIT = "log_visit"
    RECORD_MEASURE = "record_measure"
    WITHDRAW_MEASURE = "withdraw_measure"
    UNMASK_NUMBER = "unmask_number"
    MANAGE_DIVISIONS = "manage_divisions"
    MANAGE_LINES = "manage_lines"
    MANAGE_STANDARDS = "manage_standards"
    MANAGE_PEOPLE = "manage_people"
    VIEW_PEOPLE = "view_people"
    VIEW_AUDIT = "view_audit"


class Role(StrEnum):
    """What a user is in the division of a posting."""

    CASEWORKER = "caseworker"
    CONVENER = "convener"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    CLIENT = "client"
    ADMINISTRATOR = "administrator"


ROLES: dict[Role, Name] = {
    Role.CASEWORKER: Name("帮扶干部", "caseworker"),
    Role.CONVENER: Name("村级评议负责人", "village convener"),
    Role.REVIEWER: Name("乡镇审核员", "reviewer"),
    Role.APPROVER: Name("县级审定员", "approver"),
    Role.SUPERVISOR: Name("督导员", "supervisor"),
    Role.CLIENT: Name("接口系统", "API client"),
    Role.ADMINISTRATOR: Name("系统管理员", "administrator"),
}


class ApiScope(StrEnum):
    """What a token may be used for: it narrows what the postings of its account permit, and never widens it."""

    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    FIGURES_READ = "figures:read"
    NUMBERS_READ = "numbers:read"
    STANDARDS_WRITE = "standards:write"


SCOPES: dict[ApiScope, Name] = {
    ApiScope.RECORDS_READ: Name("读取档案记录", "read records"),
    ApiScope.RECORDS_WRITE: Name("写入档案记录", "write records"),
    ApiScope.FIGURES_READ: Name("读取统计数据", "read figures"),
    ApiScope.NUMBERS_READ: Name("读取完整证件号码", "read whole document numbers"),
    ApiScope.STANDARDS_WRITE: Name("设定标准", "set standards"),
}
# What a token has that was issued for reading alone.
READING = frozenset({ApiScope.RECORDS_READ, ApiScope.FIGURES_READ})
# With one of these a token reaches the rows that its account reads.
OF_RECORDS = frozenset({ApiScope.RECORDS_READ, ApiScope.RECORDS_WRITE, ApiScope.NUMBERS_READ})

_P = Permission
_READ = frozenset({_P.VIEW_FIGURES, _P.VIEW_RECORDS})
_WORK = frozenset({_P.REGISTER_HOUSEHOLD, _P.EDIT_HOUSEHOLD, _P.REPORT_CASE, _P.RECORD_MEASURE})
_IN_THE_VILLAGE = frozenset({_P.VERIFY_CASE, _P.POST_NOTICE, _P.RECORD_OBJECTION, _P.GIVE_FEEDBACK, _P.LOG_VISIT})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _READ | _WORK | _IN_THE_VILLAGE | {_P.PROPOSE_ELIMINATION},
    Role.CONVENER: _READ | _WORK | _IN_THE_VILLAGE | {_P.REVIEW_CASE},
    Role.REVIEWER: _READ
    | _WORK
    | _IN_THE_VILLAGE
    | {
        _P.CHANGE_HOUSEHOLD,
        _P.RESOLVE_CONFLICT,
        _P.COMPARE_RECORDS,
        _P.REVIEW_CASE,
        _P.REVIEW_AT_TOWNSHIP,
        _P.ASSIGN_CASEWORKER,
        _P.PAUSE_DEADLINE,
        _P.WITHDRAW_MEASURE,
    },
    Role.APPROVER: _READ
    | {
        _P.COMPARE_RECORDS,
        _P.APPROVE_CASE,
        _P.DECIDE_ELIMINATION,
        _P.WAIVE_GATE_RULE,
        _P.ROLL_BACK_CASE,
        _P.PAUSE_DEADLINE,
        _P.UNMASK_NUMBER,
    },
    Role.SUPERVISOR: _READ
    | {
        _P.EDIT_HOUSEHOLD,
        _P.CHANGE_HOUSEHOLD,
        _P.RESOLVE_CONFLICT,
        _P.REMOVE_HOUSEHOLD,
        _P.CORRECT_CASE,
        _P.TAKE_OVER_CASE,
        _P.WAIVE_GATE_RULE,
        _P.ASSIGN_CASEWORKER,
        _P.WITHDRAW_MEASURE,
        _P.UNMASK_NUMBER,
        _P.VIEW_PEOPLE,
        _P.VIEW_AUDIT,
    },
    Role.CLIENT: _READ | _WORK | {_P.COMPARE_RECORDS},
    Role.ADMINISTRATOR: frozenset(
        {
            _P.VIEW_FIGURES,
            _P.MANAGE_DIVISIONS,
            _P.MANAGE_LINES,
            _P.MANAGE_STANDARDS,
            _P.MANAGE_PEOPLE,
            _P.VIEW_PEOPLE,
            _P.VIEW_AUDIT,
        }
    ),
}
