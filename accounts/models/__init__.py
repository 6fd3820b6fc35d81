"""People and systems that act, and the trail of what they did."""

from accounts.models.answer import KeptAnswer
from accounts.models.audit import AuditEvent
from accounts.models.client import ClientSystem
from accounts.models.saved_view import SavedView
from accounts.models.seal import Seal
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.token import TokenTerms
from accounts.models.user import User

__all__ = [
    "AuditEvent",
    "ClientSystem",
    "KeptAnswer",
    "RecoveryCode",
    "SavedView",
    "Seal",
    "SecondFactor",
    "TokenTerms",
    "User",
]
