"""The registry: places, postings, households and their members, incomes and guarantees, cases and their history."""

from households.models.assignment import Assignment
from households.models.case import Case, CaseRisk
from households.models.clue import Clue
from households.models.condition import MemberCondition
from households.models.conflict import Conflict
from households.models.deadline import Deadline, DeadlinePause, Escalation
from households.models.division import Division
from households.models.event import CaseEvent
from households.models.finding import Finding
from households.models.guarantee import GuaranteeCheck
from households.models.household import Household
from households.models.income import IncomeSurvey
from households.models.line import MonitoringLine
from households.models.lineage import HouseholdLink, HouseholdMove
from households.models.member import Member, Membership
from households.models.posting import Posting
from households.models.risk_finding import RiskFinding
from households.models.span import CaseSpan
from households.models.standard import Standard
from households.models.visit import Visit, VisitPhoto
from households.models.waiver import GateWaiver

__all__ = [
    "Assignment",
    "Case",
    "CaseEvent",
    "CaseRisk",
    "CaseSpan",
    "Clue",
    "Conflict",
    "Deadline",
    "DeadlinePause",
    "Division",
    "Escalation",
    "Finding",
    "GateWaiver",
    "GuaranteeCheck",
    "Household",
    "HouseholdLink",
    "HouseholdMove",
    "IncomeSurvey",
    "Member",
    "MemberCondition",
    "Membership",
    "MonitoringLine",
    "Posting",
    "RiskFinding",
    "Standard",
    "Visit",
    "VisitPhoto",
]
