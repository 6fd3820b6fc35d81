"""The states of a case and who may move it from one to the next (DOMAIN §3.2, §3.4, §3.6)."""

from __future__ import annotations

from enum import StrEnum

from accounts.permissions import Permission
from common.names import Name


class Status(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    VERIFIED = "verified"
    COMPARED = "compared"
    REVIEWED = "reviewed"
    NOTICED = "noticed"
    OBJECTED = "objected"
    TOWNSHIP_PASSED = "township_passed"
    MONITORED = "monitored"
    REFUSED = "refused"
    ELIMINATION_PROPOSED = "elimination_proposed"
    ELIMINATION_VERIFIED = "elimination_verified"
    ELIMINATION_REVIEWED = "elimination_reviewed"
    ELIMINATION_NOTICED = "elimination_noticed"
    ELIMINATION_OBJECTED = "elimination_objected"
    ELIMINATION_TOWNSHIP_PASSED = "elimination_passed"
    ELIMINATED = "eliminated"
    SUPERSEDED = "superseded"
    ENDED = "ended"


STATUSES: dict[Status, Name] = {
    Status.REPORTED: Name("线索已登记", "clue reported"),
    Status.VERIFIED: Name("已入户核实", "verified at home"),
    Status.COMPARED: Name("已信息比对", "compared with registers"),
    Status.REVIEWED: Name("已民主评议", "reviewed by the village"),
    Status.NOTICED: Name("公示中", "on public notice"),
    Status.OBJECTED: Name("异议复核中", "objected to"),
    Status.TOWNSHIP_PASSED: Name("乡镇审核通过", "passed by the township"),
    Status.MONITORED: Name("监测中", "monitored"),
    Status.REFUSED: Name("不予纳入", "refused"),
    Status.ELIMINATION_PROPOSED: Name("拟消除风险", "elimination proposed"),
    Status.ELIMINATION_VERIFIED: Name("拟消除：已入户核实", "elimination verified at home"),
    Status.ELIMINATION_REVIEWED: Name("拟消除：已民主评议", "elimination reviewed by the village"),
    Status.ELIMINATION_NOTICED: Name("拟消除：公示中", "elimination on public notice"),
    Status.ELIMINATION_OBJECTED: Name("拟消除：异议复核中", "elimination objected to"),
    Status.ELIMINATION_TOWNSHIP_PASSED: Name("拟消除：乡镇审核通过", "elimination passed by the township"),
    Status.ELIMINATED: Name("风险已消除", "risk eliminated"),
    Status.SUPERSEDED: Name("已转入新一轮监测", "followed by a new episode"),
    Status.ENDED: Name("已随整户终止", "ended with the household"),
}

# Status sets that statistics and rules name.
UNDER_IDENTIFICATION = frozenset(
    {
        Status.REPORTED,
        Status.VERIFIED,
        Status.COMPARED,
        Status.REVIEWED,
        Status.NOTICED,
        Status.OBJECTED,
        Status.TOWNSHIP_PASSED,
    }
)
UNDER_ELIMINATION = frozenset(
    {
        Status.ELIMINATION_PROPOSED,
        Status.ELIMINATION_VERIFIED,
        Status.ELIMINATION_REVIEWED,
        Status.ELIMINATION_NOTICED,
        Status.ELIMINATION_OBJECTED,
        Status.ELIMINATION_TOWNSHIP_PASSED,
    }
)
UNDER_MONITORING = frozenset({Status.MONITORED}) | UNDER_ELIMINATION
IN_REGISTER = UNDER_MONITORING | {Status.ELIMINATED}
OPEN = UNDER_IDENTIFICATION | UNDER_MONITORING
# A household that ends takes its cases along from any of these states, and gives them back when a merge is undone.
ENDS_WITH_HOUSEHOLD = UNDER_IDENTIFICATION | IN_REGISTER
AWAITING_DECISION = UNDER_IDENTIFICATION | UNDER_ELIMINATION

TRANSITIONS: dict[tuple[Status, Status], Permission] = {
    (Status.REPORTED, Status.VERIFIED): Permission.VERIFY_CASE,
    (Status.VERIFIED, Status.COMPARED): Permission.COMPARE_RECORDS,
    (Status.COMPARED, Status.REVIEWED): Permission.REVIEW_CASE,
    (Status.REVIEWED, Status.NOTICED): Permission.POST_NOTICE,
    (Status.NOTICED, Status.OBJECTED): Permission.RECORD_OBJECTION,
    (Status.OBJECTED, Status.NOTICED): Permission.REVIEW_CASE,
    (Status.NOTICED, Status.TOWNSHIP_PASSED): Permission.REVIEW_AT_TOWNSHIP,
    (Status.TOWNSHIP_PASSED, Status.MONITORED): Permission.APPROVE_CASE,
    (Status.REPORTED, Status.REFUSED): Permission.VERIFY_CASE,
    (Status.VERIFIED, Status.REFUSED): Permission.COMPARE_RECORDS,
    (Status.COMPARED, Status.REFUSED): Permission.REVIEW_CASE,
    (Status.OBJECTED, Status.REFUSED): Permission.REVIEW_CASE,
    (Status.NOTICED, Status.REFUSED): Permission.REVIEW_AT_TOWNSHIP,
    (Status.TOWNSHIP_PASSED, Status.REFUSED): Permission.APPROVE_CASE,
    (Status.MONITORED, Status.ELIMINATION_PROPOSED): Permission.PROPOSE_ELIMINATION,
    (Status.ELIMINATION_PROPOSED, Status.ELIMINATION_VERIFIED): Permission.VERIFY_CASE,
    (Status.ELIMINATION_VERIFIED, Status.ELIMINATION_REVIEWED): Permission.REVIEW_CASE,
    (Status.ELIMINATION_REVIEWED, Status.ELIMINATION_NOTICED): Permission.POST_NOTICE,
    (Status.ELIMINATION_NOTICED, Status.ELIMINATION_OBJECTED): Permission.RECORD_OBJECTION,
    (Status.ELIMINATION_OBJECTED, Status.ELIMINATION_NOTICED): Permission.REVIEW_CASE,
    (Status.ELIMINATION_NOTICED, Status.ELIMINATION_TOWNSHIP_PASSED): Permission.REVIEW_AT_TOWNSHIP,
    (Status.ELIMINATION_TOWNSHIP_PASSED, Status.ELIMINATED): Permission.DECIDE_ELIMINATION,
    (Status.ELIMINATION_PROPOSED, Status.MONITORED): Permission.VERIFY_CASE,
    (Status.ELIMINATION_VERIFIED, Status.MONITORED): Permission.REVIEW_CASE,
    (Status.ELIMINATION_OBJECTED, Status.MONITORED): Permission.REVIEW_CASE,
    (Status.ELIMINATION_NOTICED, Status.MONITORED): Permission.REVIEW_AT_TOWNSHIP,
    (Status.ELIMINATION_TOWNSHIP_PASSED, Status.MONITORED): Permission.DECIDE_ELIMINATION,
    (Status.ELIMINATED, Status.MONITORED): Permission.ROLL_BACK_CASE,
    (Status.ELIMINATED, Status.SUPERSEDED): Permission.APPROVE_CASE,
}


def following(status: Status) -> list[Status]:
    """The states that people may move a case to from `status`, forward first, in the order of the table."""
    return [to for was, to in TRANSITIONS if was is status and to is not Status.SUPERSEDED]
