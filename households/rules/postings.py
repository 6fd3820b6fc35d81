"""Where a role may be held: nobody decides in a village what a township decides, nor below it what a county does."""

from __future__ import annotations

from accounts.permissions import Role
from households.rules.levels import CODE_LENGTHS, Level

# The lowest level at which a role may be held; the others may be held at any.
LOWEST: dict[Role, Level] = {
    Role.REVIEWER: Level.TOWNSHIP,
    Role.APPROVER: Level.COUNTY,
}


def may_be_held(role: Role, division: str) -> bool:
    """Whether somebody may hold `role` in the division of that code."""
    lowest = LOWEST.get(role)
    return lowest is None or len(division) <= CODE_LENGTHS[lowest]
