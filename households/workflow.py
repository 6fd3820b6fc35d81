"""The states of a case and who may move it from one to the next (DOMAIN §3.2, §3.4, §3.6)."""

from __future__ import annotations

from enum import StrEnum

from accounts.permissions import Permission
from common.names import Name


class Status(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    VERIFIED = "verified"
    REVIEWED = "reviewed"
    MONITORED = "monitored"
    REFUSED = "refused"
    ELIMINATION_PROPOSED = "elimination_proposed"
    ELIMINATED = "eliminated"
    SUPERSEDED = "superseded"


STATUSES: dict[Status, Name] = {
    Status.REPORTED: Name("线索已登记", "clue reported"),
    Status.VERIFIED: Name("已入户核实", "verified at home"),
    Status.REVIEWED: Name("已评议公示", "reviewed and publicised"),
    Status.MONITORED: Name("监测中", "monitored"),
    Status.REFUSED: Name("不予纳入", "refused"),
    Status.ELIMINATION_PROPOSED: Name("拟消除风险", "elimination proposed"),
    Status.ELIMINATED: Name("风险已消除", "risk eliminated"),
    Status.SUPERSEDED: Name("已转入新一轮监测", "followed by a new episode"),
}

# Status sets that statistics and rules name.
UNDER_MONITORING = frozenset({Status.MONITORED, Status.ELIMINATION_PROPOSED})
IN_REGISTER = UNDER_MONITORING | {Status.ELIMINATED}
UNDER_IDENTIFICATION = frozenset({Status.REPORTED, Status.VERIFIED, Status.REVIEWED})
OPEN = UNDER_IDENTIFICATION | UNDER_MONITORING
AWAITING_DECISION = UNDER_IDENTIFICATION | {Status.ELIMINATION_PROPOSED}

TRANSITIONS: dict[tuple[Status, Status], Permission] = {
    (Status.REPORTED, Status.VERIFIED): Permission.VERIFY_CASE,
    (Status.VERIFIED, Status.REVIEWED): Permission.REVIEW_CASE,
    (Status.REVIEWED, Status.MONITORED): Permission.APPROVE_CASE,
    (Status.REPORTED, Status.REFUSED): Permission.VERIFY_CASE,
    (Status.VERIFIED, Status.REFUSED): Permission.REVIEW_CASE,
    (Status.REVIEWED, Status.REFUSED): Permission.APPROVE_CASE,
    (Status.MONITORED, Status.ELIMINATION_PROPOSED): Permission.PROPOSE_ELIMINATION,
    (Status.ELIMINATION_PROPOSED, Status.MONITORED): Permission.DECIDE_ELIMINATION,
    (Status.ELIMINATION_PROPOSED, Status.ELIMINATED): Permission.DECIDE_ELIMINATION,
    (Status.ELIMINATED, Status.MONITORED): Permission.ROLL_BACK_CASE,
    (Status.ELIMINATED, Status.SUPERSEDED): Permission.APPROVE_CASE,
}
