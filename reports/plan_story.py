"""The plan of a case as its page tells it: by risk what is done, what is missing and what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from accounts.permissions import Permission
from assistance.operations import plans
from assistance.rules.plans import RiskAnswered
from common.names import Name
from households import access
from households.models import Case
from households.rules.codes import RISKS
from households.workflow import OPEN, Status
from reports.case_story import Badge, CaseTold, MeasureTold
from reports.query import Scope

LANDED, PLANNED, MISSING = (
    (Name("已有落实措施", "answered"), "good"),
    (Name("有计划，未落实", "planned, not landed"), "watch"),
    (Name("无对应措施", "no measure answers it"), "bad"),
)


@dataclass(frozen=True, slots=True)
class RiskTold:
    """A risk with how far it is answered, how many of its measures are late, and the measures that name it."""

    code: str
    name: str
    badge: Badge
    late: int
    measures: tuple[MeasureTold, ...]


@dataclass(frozen=True, slots=True)
class PlanTold:
    """The current plan: by risk, the measures that name none, what it breaks of the matrix."""

    risks: tuple[RiskTold, ...]
    others: tuple[MeasureTold, ...]
    breaks: tuple[str, ...]
    can_plan: bool


def of_case(told: CaseTold, scope: Scope, *, by: User, at: datetime, today: date) -> PlanTold | None:
    """The plan as it stands now, judged on the scope's day; None of a closed case and where the page shows the past."""
    status = Status(told.span.status)
    if scope.known_at is not None or told.span.valid.upper is not None or status not in OPEN | {Status.ELIMINATED}:
        return None
    case: Case = told.span.case
    judged = plans.judge(case=case, on=scope.as_of, by=by, at=at)
    named = {each.risk.value for each in judged.risks}
    return PlanTold(
        risks=tuple(_risk(each, told) for each in judged.risks),
        others=tuple(each for each in told.measures if each.risk not in named),
        breaks=tuple(each.sentence for each in judged.breaks) if status in OPEN else (),
        can_plan=access.can(by, Permission.RECORD_MEASURE, case.village_id, today, case.household_id),
    )


def _risk(found: RiskAnswered, told: CaseTold) -> RiskTold:
    name, tone = LANDED if found.is_landed else PLANNED if found.is_planned else MISSING
    own = tuple(each for each in told.measures if each.risk == found.risk.value)
    return RiskTold(found.risk.value, str(RISKS[found.risk]), Badge(str(name), tone), found.late, own)
